"""The workbook that a section can fill in."""
