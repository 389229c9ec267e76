"""What lies near by: the nearest, however much lies there."""

from __future__ import annotations

from app.models import Problem
from app.services.lists import nearby
from app.services.world import circumstances
from tests.builders import MONDAY, report

STEP = 0.00002  # degrees: two metres


def test_in_a_crowd_the_nearest_are_found(city, city_database, monkeypatch):
    monkeypatch.setattr(nearby, "MOST_READ", 3)
    with city_database.writing() as session:
        here, *others = (
            report(session, city, lat=41.88 + north * STEP, lng=123.957 + east * STEP).problem_id
            for north, east in ((0, 0), (-6, 0), (-5, 0), (4, 0), (0, -6), (1, 0), (0, 2))
        )
        problem = session.get_one(Problem, here)
        at = circumstances(session, MONDAY)
        found = nearby.neighbours(session, city.actors["reviewer"], problem, at)

    assert [each.problem.id for each in found] == [others[4], others[5], others[2]]
    assert [each.metres for each in found] == [2, 3, 9]
