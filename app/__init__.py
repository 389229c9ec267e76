"""销号台: the tracker of street problems from the first photo to the official closing."""
