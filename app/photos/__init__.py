"""The photo room: judge, stamp, shrink and keep pictures, bytes in and bytes out."""
