"""What a foreign sheet means: its table, its columns, its records, by a vocabulary handed in."""
