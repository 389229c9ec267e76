"""From navigation to the first painted row of a million, for a regular and for a stranger."""

import statistics
from collections.abc import Iterator

from bench.chromium import desk
from bench.figure import Figure

ROUNDS = 9
PROMISED = 600  # milliseconds


def run() -> Iterator[Figure]:
    """With the code in the browser's cache, and without."""
    with desk() as at:
        at.open()[0].close()
        known, cold = [], []
        for _ in range(ROUNDS):
            page, taken = at.open()
            known.append(taken)
            page.close()
            context = at.stranger()
            cold.append(at.open(context)[1])
            context.close()
    for name, taken in (("grid_first_row", known), ("grid_first_row_cold", cold)):
        value = round(statistics.median(taken))
        reference = f"the promised {PROMISED} ms (median; slowest {max(taken):.0f})"
        yield Figure(name, value, "ms", reference, round(value / PROMISED, 2))
