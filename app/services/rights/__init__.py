"""Rules on rights in hands of administrators: made, weighed before, masking, explained."""
