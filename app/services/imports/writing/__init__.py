"""The one transaction that writes an import, and the one that takes it back."""
