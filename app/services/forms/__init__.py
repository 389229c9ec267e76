"""What forms ask of the sections' fields, and what was typed into them."""
