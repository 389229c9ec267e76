"""The walk of a day: short, complete, and not worse than what one would find by trying all."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from app.domain.distances import metres_between, metres_on_foot
from app.domain.routing import legs, walk_order

CENTRE = (41.8797, 123.9572)


def scattered(number: int, seed: int):
    chance = random.Random(seed)
    return [
        (CENTRE[0] + chance.uniform(-0.01, 0.01), CENTRE[1] + chance.uniform(-0.01, 0.01))
        for _ in range(number)
    ]


def length(order, places, start=None):
    return sum(leg for leg in legs(order, places, start) if leg is not None)


def shortest(places, start):
    return min(length(order, places, start) for order in permutations(range(len(places))))


@pytest.mark.parametrize("start", [CENTRE, None])
def test_small_walks_are_as_short_as_the_shortest_or_nearly(start):
    ratios = []
    for seed in range(40):
        places = scattered(2 + seed % 5, seed)
        order = walk_order(places, start)
        assert sorted(order) == list(range(len(places)))
        ratios.append(length(order, places, start) / shortest(places, start))
    assert max(ratios) < 1.1
    assert sum(ratio > 1.000001 for ratio in ratios) <= 4


def test_a_walk_of_a_whole_day_has_every_stop_once_and_beats_the_nearest_next():
    places = scattered(25, 7)
    order = walk_order(places, CENTRE)
    assert sorted(order) == list(range(25))
    greedy, here, left = [], CENTRE, set(range(25))
    while left:
        nearest = min(left, key=lambda index: metres_between(here, places[index]))
        greedy.append(nearest)
        here = places[nearest]
        left.remove(nearest)
    assert length(order, places, CENTRE) <= length(greedy, places, CENTRE)


def test_stops_along_one_road_are_walked_along_it():
    road = [(41.88, 123.95 + 0.001 * step) for step in (4, 1, 3, 0, 2)]
    assert walk_order(road, (41.88, 123.9490)) == [3, 1, 4, 2, 0]
    assert walk_order(road) in ([3, 1, 4, 2, 0], [0, 2, 4, 1, 3])


@pytest.mark.parametrize(("places", "order"), [([], []), ([CENTRE], [0]), ([CENTRE] * 3, None)])
def test_nothing_one_stop_and_the_same_place_twice_are_walks_too(places, order):
    found = walk_order(places, CENTRE)
    assert sorted(found) == list(range(len(places)))
    assert order is None or found == order


def test_legs_go_from_stop_to_stop_and_the_first_without_a_start_has_none():
    one, other = CENTRE, (41.8806, 123.9572)
    assert legs([0, 1], [one, other]) == [None, metres_on_foot(one, other)]
    assert legs([1], [one, other], one) == [metres_on_foot(one, other)]
    assert metres_on_foot(one, other) == pytest.approx(130, abs=1)  # 100 metres in a line
