"""Sheets as people read them: rows, kinds of view, saved views, files to take away."""
