"""What a street must rectify, in the order in which one walks to it; nobody's way is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.calendars import local_date
from app.domain.distances import Place, metres_on_foot
from app.domain.roles import Actor
from app.domain.routing import legs, walk_order
from app.models import Problem
from app.services.lists import queues
from app.services.scope import visible_to
from app.services.world import circumstances

QUEUE = "today"
MOST_SORTED = 500  # the most pressing; the rest follows in the order of deadlines
MOST_STOPS = 25  # what one can walk to in a day


@dataclass(frozen=True, slots=True)
class Task:
    """One problem of today's list: the day it is due on, and where it is."""

    id: int
    due_on: date | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of the walk; `metres` on foot from the one before it, where that is known."""

    id: int
    place: Place
    metres: int | None


@dataclass(frozen=True, slots=True)
class Walk:
    """The stops in order; problems without a place; how many more wait for another day."""

    stops: Sequence[Stop]
    unplaced: Sequence[int]
    left_over: int

    @property
    def metres(self) -> int:
        """The whole way on foot."""
        return sum(stop.metres or 0 for stop in self.stops)


def tasks(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Today's list, the nearest deadline first."""
    queue = queues.find(QUEUE)
    rows = session.execute(
        select(Problem.id, Problem.due_at, Problem.lat, Problem.lng)
        .where(visible_to(actor), queue.where(actor, circumstances(session, now)))
        .order_by(Problem.due_at, Problem.id)
        .limit(MOST_SORTED)
    )
    return [
        Task(
            problem_id,
            local_date(due_at) if due_at else None,
            (lat, lng) if lat is not None and lng is not None else None,
        )
        for problem_id, due_at, lat, lng in rows
    ]


def nearest_first(found: Sequence[Task], here: Place) -> dict[int, int | None]:
    """Problem id -> metres on foot from here, by the day of the deadline, then by that distance.

    Those without a place stand last in their day.
    """

    def key(task: Task) -> tuple[date, float, int]:
        metres = metres_on_foot(here, task.place) if task.place else float("inf")
        return task.due_on or date.max, metres, task.id

    return {
        task.id: round(metres_on_foot(here, task.place)) if task.place else None
        for task in sorted(found, key=key)
    }


def walk(found: Sequence[Task], here: Place | None) -> Walk:
    """The most pressing 25 of them that have a place, in the order of a short walk from here."""
    placed = [(task.id, task.place) for task in found if task.place is not None]
    chosen = placed[:MOST_STOPS]
    places = [place for _, place in chosen]
    order = walk_order(places, here)
    ways = legs(order, places, here)
    return Walk(
        [
            Stop(chosen[index][0], chosen[index][1], None if way is None else round(way))
            for index, way in zip(order, ways, strict=True)
        ],
        [task.id for task in found if task.place is None],
        len(placed) - len(chosen),
    )
