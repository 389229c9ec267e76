"""Measurements: one file a figure, each against the plain way of doing the same work."""
