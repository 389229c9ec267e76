"""A street's list among 100,000 problems: the page as served, against the bare SQL behind it."""

import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event, insert, select

from app.db import Database
from app.demo.organisations import STREETS
from app.demo.people import DEMO_PASSWORD, STAFF_OF
from app.domain.states import NUMBERED, State
from app.factory import create_app
from app.models import Category, Organisation, Photo, Problem, User
from bench.figure import Figure
from bench.serving import installation

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PROBLEMS, BATCH = 100_000, 5_000
ROUNDS, WARM = 120, 5
PERCENT = 95
STREET = STREETS[0].code
REFERENCE = "its bare SQL: the statement of the list itself, fetched by the driver"
# Most of what a city has is long closed; what stands is spread over the states.
SHARES = {State.SIGNED_OFF: 80, State.VOID: 4, State.LISTED: 8, State.SUBMITTED: 3,
          State.PRE_SIGNED_OFF: 2, State.POOLED: 2, State.DEFERRED: 1}  # fmt: skip


def run() -> Iterator[Figure]:
    """The 95th of 100 pages, and of 100 statements, in turns."""
    with installation() as (settings, database):
        fill(database)
        app = create_app(settings)
        try:
            page = page_of(app)
            statement = statement_behind(database_of(app).engine, page)
            pages, statements = in_turns(page, lambda: fetch(database, statement))
        finally:
            database_of(app).dispose()
    value, bare = (at_percent(seconds) for seconds in (pages, statements))
    yield Figure("list_page", round(value * 1000, 1), "ms", REFERENCE, round(value / bare, 1))


def database_of(app: Flask) -> Database:
    """The application's own."""
    database: Database = app.extensions["database"]
    return database


def page_of(app: Flask) -> Callable[[], None]:
    """Opens today's list as a person of the street who has signed in."""
    client = app.test_client()
    found = CSRF.search(client.get("/login").text)
    assert found is not None
    who = {"csrf_token": found[1], "login": STAFF_OF[STREET], "password": DEMO_PASSWORD}
    assert client.post("/login", data=who).status_code == 302

    def open_page() -> None:
        answer = client.get("/today")
        assert answer.status_code == 200
        assert len(answer.data) > 10_000

    return open_page


def statement_behind(engine: Engine, page: Callable[[], None]) -> tuple[str, Any]:
    """The SQL that fetches the rows of the list, with its parameters, overheard."""
    heard: list[tuple[str, Any]] = []

    def hear(_c: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "FROM problem" in sql and "ORDER BY" in sql and "due_at" in sql:
            heard.append((sql, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    page()
    event.remove(engine, "before_cursor_execute", hear)
    (found,) = heard
    return found


def fetch(database: Database, statement: tuple[str, Any]) -> None:
    """Run it on a connection that is open, and read every row."""
    with database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        assert len(cursor.execute(*statement).fetchall()) > 20  # type: ignore[union-attr]
        cursor.close()


def in_turns(*works: Callable[[], None]) -> list[list[float]]:
    """Seconds of each work, round by round."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(ROUNDS + WARM):
        for work, seconds in zip(works, taken, strict=True):
            started = time.perf_counter()
            work()
            if number >= WARM:
                seconds.append(time.perf_counter() - started)
    return taken


def at_percent(seconds: Sequence[float]) -> float:
    """The time that 95 of 100 stay within."""
    return statistics.quantiles(seconds, n=100)[PERCENT - 1]


def fill(database: Database) -> None:
    """Rows as years of work would leave them, written without the workflow: it is not measured."""
    chance, now = random.Random(7), datetime.now(UTC)  # noqa: S311 the same city each time
    with database.writing() as session:
        orgs = {org.code: org for org in session.scalars(select(Organisation))}
        people = {user.login: user.id for user in session.scalars(select(User))}
        kinds = list(session.scalars(select(Category)))
        for start in range(0, PROBLEMS, BATCH):
            rows = [
                row_of(number, chance, now, orgs, people, kinds)
                for number in range(start + 1, start + BATCH + 1)
            ]
            session.execute(insert(Problem), rows)
            session.execute(insert(Photo), [photo_of(row) for row in rows])


def row_of(
    number: int,
    chance: random.Random,
    now: datetime,
    orgs: dict[str, Organisation],
    people: dict[str, int],
    kinds: list[Category],
) -> dict[str, Any]:
    """A problem somewhere in the city, in some state."""
    street = orgs[STREETS[number % len(STREETS)].code]
    (state,) = chance.choices(list(SHARES), weights=list(SHARES.values()))
    kind, closed = chance.choice(kinds), state is State.SIGNED_OFF
    began = now - timedelta(days=chance.uniform(1, 900) if closed else chance.uniform(0, 12))
    return {
        "id": number,
        "state": state.value,
        "number": f"FS-BENCH-{number:06}" if state in NUMBERED else None,
        "category_id": kind.id,
        "category_name": kind.name,
        "category_major": kind.major_name,
        "description": f"第 {number} 处：路边有{kind.name}，影响通行",
        "address": f"{street.short_name} {number % 300} 号门前",
        "district_id": street.parent_id,
        "street_id": street.id,
        "responsible_org_id": street.id,
        "lead_section_id": kind.lead_section_id,
        "reporter_id": people[STAFF_OF[street.code]],
        "reporter_org_id": street.id,
        "lat": (street.lat or 0) + chance.uniform(-0.01, 0.01),
        "lng": (street.lng or 0) + chance.uniform(-0.01, 0.01),
        "created_at": began,
        "updated_at": began,
        "pooled_at": began,
        "listed_at": began,
        "due_at": began + timedelta(days=10),
        "clock_unit": "work_day",
        "signed_off_at": began + timedelta(days=5) if closed else None,
        "deferral_due": (now + timedelta(days=30)).date() if state is State.DEFERRED else None,
    }


def photo_of(row: dict[str, Any]) -> dict[str, Any]:
    """Its picture, as a row alone."""
    number = int(row["id"])
    return {
        "id": f"bench{number:021}",
        "problem_id": number,
        "phase": "before",
        "owner_id": row["reporter_id"],
        "sha256": f"{number:064x}",
        "format": "JPEG",
        "width": 1600,
        "height": 1200,
        "size": 400_000,
        "received_at": row["created_at"],
        "exif": {},
        "code": f"{number:011}",
        "code_key_id": "1",
    }
