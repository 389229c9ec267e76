"""In which order to walk to several places: the nearest next, then crossings taken out."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from app.domain.distances import Place, metres_on_foot

Metres = Callable[[Place, Place], float]
MOST_IMPROVED = 3  # where one may begin anywhere
LEAST_GAIN = 0.01  # metres; less is rounding


def walk_order(
    places: Sequence[Place], start: Place | None = None, metres: Metres = metres_on_foot
) -> list[int]:
    """Indices of the places in an order with a short way from `start`, which is not come back to.

    Without a start it may begin at any of them. Nearest neighbour, then 2-opt and single
    stops put elsewhere until neither shortens the way: good, not proven shortest.
    """
    if not places:
        return []
    points = [*places, start] if start is not None else list(places)
    far = [[metres(one, other) for other in points] for one in points]
    if start is not None:
        return _improved(_nearest_next(far, [len(places)]), far)[1:]
    ways = [_nearest_next(far, [first]) for first in range(len(places))]
    ways.sort(key=lambda way: _length(way, far))
    best = [_improved(way, far, fixed=0) for way in ways[:MOST_IMPROVED]]
    return min(best, key=lambda way: _length(way, far))


def legs(
    order: Sequence[int],
    places: Sequence[Place],
    start: Place | None = None,
    metres: Metres = metres_on_foot,
) -> list[float | None]:
    """Metres to each stop from the one before it; None for the first one without a start."""
    before, found = start, list[float | None]()
    for index in order:
        found.append(None if before is None else metres(before, places[index]))
        before = places[index]
    return found


def _nearest_next(far: Sequence[Sequence[float]], way: list[int]) -> list[int]:
    left = set(range(len(far))) - set(way)
    while left:
        here = way[-1]
        nearest = min(left, key=lambda place: (far[here][place], place))
        way.append(nearest)
        left.remove(nearest)
    return way


def _improved(way: list[int], far: Sequence[Sequence[float]], fixed: int = 1) -> list[int]:
    """The way after every change that shortens it; the first `fixed` stops stay where they are."""
    length = _length(way, far)
    while True:
        better = min(_changes(way, fixed), key=lambda each: _length(each, far), default=way)
        shorter = _length(better, far)
        if shorter > length - LEAST_GAIN:
            return way
        way, length = better, shorter


def _changes(way: list[int], fixed: int) -> list[list[int]]:
    """Every way with one stretch turned round, and with one stop put elsewhere."""
    last = len(way)
    turned = [
        way[:i] + way[i:j][::-1] + way[j:]
        for i in range(fixed, last)
        for j in range(i + 2, last + 1)
    ]
    for i in range(fixed, last):
        rest = way[:i] + way[i + 1 :]
        turned += [[*rest[:j], way[i], *rest[j:]] for j in range(fixed, last) if j != i]
    return turned


def _length(way: Sequence[int], far: Sequence[Sequence[float]]) -> float:
    return sum(far[one][other] for one, other in pairwise(way))
