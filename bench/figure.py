"""One measured figure and how it is written down."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in its unit; the ratio is that value over what `compared_with` names."""

    name: str
    value: float
    unit: str
    compared_with: str
    ratio: float

    def line(self) -> str:
        """The figure as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def interleaved(works: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Seconds of each work in each round, taking turns so that a slow moment hits all alike.

    One round before the counted ones warms caches and opens fonts.
    """
    taken: list[list[float]] = [[] for _ in works]
    for round_number in range(rounds + 1):
        for work, seconds in zip(works, taken, strict=True):
            started = time.perf_counter()
            work()
            if round_number:
                seconds.append(time.perf_counter() - started)
    return taken


def median_ratio(seconds: Sequence[float], reference: Sequence[float]) -> tuple[float, float]:
    """The median in milliseconds, and the median over the reference's median."""
    ours, theirs = statistics.median(seconds), statistics.median(reference)
    return round(ours * 1000, 1), round(ours / theirs, 3)
