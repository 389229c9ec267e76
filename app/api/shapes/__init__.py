"""What goes in and out of the JSON interface: one model a thing, every field named."""
