"""Cells of the super table written by people: checked, weighed, written, taken back."""
