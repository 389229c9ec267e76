"""What people put right, decide and have remembered before anything is written."""
