"""The moves as they happen: facts in, one conditional update, event, clocks, verdicts."""
