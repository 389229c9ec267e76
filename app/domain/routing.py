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
    nowhere = len(far)  # stands before the first stop and after the last, no way from anywhere
    far = [[*row, 0.0] for row in far] + [[0.0] * (nowhere + 1)]
    way, first = [nowhere, *way, nowhere], fixed + 1
    while True:
        turned, moved = _best_turn(way, far, first), _best_move(way, far, first)
        gain, i, j = max(turned, moved)
        if gain < LEAST_GAIN:
            return way[1:-1]
        if turned >= moved:
            way[i:j] = way[i:j][::-1]
        else:
            way.insert(j, way.pop(i))


def _best_turn(
    way: Sequence[int], far: Sequence[Sequence[float]], first: int
) -> tuple[float, int, int]:
    """Metres saved, and the stretch way[i:j] that is to be turned round for it."""
    best, last = (0.0, 0, 0), len(way) - 1
    for i in range(first, last):
        before, begins = far[way[i - 1]], far[way[i]]
        for j in range(i + 2, last + 1):
            ends, after = way[j - 1], way[j]
            gain = before[way[i]] + far[ends][after] - before[ends] - begins[after]
            if gain > best[0]:
                best = gain, i, j
    return best


def _best_move(
    way: Sequence[int], far: Sequence[Sequence[float]], first: int
) -> tuple[float, int, int]:
    """Metres saved, the stop that is taken out for it, and where it is put among the others."""
    best, last = (0.0, 0, 0), len(way) - 1
    for i in range(first, last):
        stop, rest = far[way[i]], [*way[:i], *way[i + 1 :]]
        spared = stop[way[i - 1]] + stop[way[i + 1]] - far[way[i - 1]][way[i + 1]]
        for j in range(first, last):
            one, other = rest[j - 1], rest[j]
            gain = spared - stop[one] - stop[other] + far[one][other]
            if gain > best[0] and j != i:
                best = gain, i, j
    return best


def _length(way: Sequence[int], far: Sequence[Sequence[float]]) -> float:
    return sum(far[one][other] for one, other in pairwise(way))
