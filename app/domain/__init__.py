"""The rules of the trade, in the standard library alone: states, moves, clocks, rights."""
