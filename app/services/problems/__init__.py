"""The problem as people meet it: reported, shown, told, moved among many."""
