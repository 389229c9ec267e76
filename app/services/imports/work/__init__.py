"""Imports as people start and find them, and the work done on them outside requests."""
