"""From a file to records of problems, with what was doubtful about each cell."""
