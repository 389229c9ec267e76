"""What records say against what the pool holds, and which are probably the same problem."""
