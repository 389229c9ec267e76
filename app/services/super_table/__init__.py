"""What the super table consists of: the sections' fields, and the sheets over them."""
