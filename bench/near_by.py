"""What lies near by, today's list and its walk among a million: each against its bare SQL."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.demo.organisations import STREETS
from app.demo.people import STAFF_OF
from app.domain.roles import Actor
from app.models import Problem, User
from app.services.actors import actor_of
from app.services.lists import nearby, pages, routes
from app.services.world import circumstances
from bench.figure import Figure
from bench.grid import REVIEWER, bare, in_turns, p95
from bench.million import Standing, standing

PLACES = 200  # also the rounds: no place is asked for twice
REFERENCE = "its bare SQL by the driver (p95 of both)"
Work = Callable[[Session], object]


def run() -> Iterator[Figure]:
    """A report's question, a reviewer's, a street's day: the 95th of 100 of each."""
    city = standing()
    with city.database.reading() as session:
        places = _places(session)
        street, reviewer = (_person(session, of) for of in (STAFF_OF[STREETS[0].code], REVIEWER))
    yield _measured(city, "near_by_report", [_reporting(street, one) for one in places])
    yield _measured(city, "near_by_review", [_reviewing(reviewer, one) for one in places])
    yield _measured(city, "today_list", [_listing(street)])
    yield _measured(city, "today_walk", [_walking(street)])


def _places(session: Session) -> list[Problem]:
    """Problems all over the city, the same ones each time."""
    last = session.scalar(select(Problem.id).order_by(Problem.id.desc()).limit(1)) or 1
    ids = random.Random(11).sample(range(1, last + 1), PLACES)  # noqa: S311 nobody's secret
    return list(session.scalars(select(Problem).where(Problem.id.in_(ids))))


def _person(session: Session, login: str) -> Actor:
    user_id = session.scalars(select(User.id).where(User.login == login)).one()
    actor = actor_of(session, user_id, datetime.now(UTC))
    assert actor is not None
    return actor


def _reporting(actor: Actor, at: Problem) -> Work:
    assert at.lat is not None
    assert at.lng is not None
    here, kind = (at.lat, at.lng), at.category_id or 0
    return lambda session: nearby.same_kind(session, actor, datetime.now(UTC), here, kind)


def _reviewing(actor: Actor, at: Problem) -> Work:
    def work(session: Session) -> object:
        world = circumstances(session, datetime.now(UTC))
        return nearby.neighbours(session, actor, at, world)

    return work


def _listing(actor: Actor) -> Work:
    return lambda session: pages.list_problems(session, actor, datetime.now(UTC), routes.QUEUE)


def _walking(actor: Actor) -> Work:
    return lambda session: routes.walk(routes.tasks(session, actor, datetime.now(UTC)), None)


def _measured(city: Standing, name: str, works: Sequence[Work]) -> Figure:
    """The services' part of an answer, in a session of its own as a request has it."""

    def ours() -> object:
        with city.database.reading() as session:
            return next(questions)(session)

    def plain() -> object:
        return next(statements)()

    questions = cycle(works)
    statements = cycle([bare(city.database, _statement_behind(city, work)) for work in works])
    seconds, alone = (p95(each) for each in in_turns([ours, plain], PLACES))
    return Figure(name, seconds, "ms", f"{REFERENCE}: {alone} ms", round(seconds / alone, 2))


def _statement_behind(city: Standing, work: Work) -> tuple[str, Any]:
    """The longest statement on problems that it asks, with its parameters, overheard."""
    heard: list[tuple[str, Any]] = []

    def hear(_c: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "FROM problem" in sql:
            heard.append((sql, parameters))

    event.listen(city.database.engine, "before_cursor_execute", hear)
    with city.database.reading() as session:
        work(session)
    event.remove(city.database.engine, "before_cursor_execute", hear)
    return max(heard, key=lambda each: len(each[0]))
