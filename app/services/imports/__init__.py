"""Importing ledgers: read, compared with the pool, settled by people, written, taken back."""
