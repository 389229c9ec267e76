"""Problems for web tests, made in transactions of their own, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.db import Database
from app.domain.states import State
from app.models import Problem
from app.services import history
from tests import builders
from tests.builders import MONDAY, City


def made(database: Database, city: City, state: State, now: datetime = MONDAY) -> int:
    """A problem in this state; its id."""
    with database.writing() as session:
        return builders.make_problem(session, city, state, now).id


def reported(database: Database, city: City, by: str = "zhanqian", **changes: Any) -> int:
    """A report waiting in the pool; its id."""
    with database.writing() as session:
        return builders.report(session, city, by=by, **changes).problem_id


def moved(database: Database, city: City, problem_id: int, move: str, by: str, **given: Any) -> int:
    """Somebody else makes a move meanwhile; the problem's version after it."""
    with database.writing() as session:
        return builders.move(session, city, problem_id, move, by, **given).version


def problem(database: Database, problem_id: int) -> Problem:
    """The row as it is now."""
    with database.reading() as session:
        return session.get_one(Problem, problem_id)


def state(database: Database, problem_id: int) -> str:
    """The state it is in."""
    return problem(database, problem_id).state


def moves(database: Database, problem_id: int) -> list[str]:
    """What happened to it, in order."""
    with database.reading() as session:
        return [event.move for event in history.events_of(session, problem_id)]
