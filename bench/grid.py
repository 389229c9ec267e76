"""For figures of the grid: a person who has signed in, the SQL behind a page, rounds in turns."""

import http.client
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.db import Database
from app.demo.people import DEMO_PASSWORD
from app.factory import create_app
from bench.million import Standing, standing
from bench.plenty_world import city_fields
from bench.serving import HOST, serving

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
REVIEWER = "shenhe"  # sees the whole city
EDITOR = "guanli"  # and may write into every row
PERCENT, PAGE = 95, 100
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FIXED = (
    "number", "state", "priority", "category", "description", "district", "street", "address",
    "lead_section", "responsible", "reporter", "reporter_org", "source", "pooled_at", "listed_at",
    "due_at", "stage_due_at", "submitted_at", "signed_off_at", "handled_by", "remedy", "on_time",
    "returned_count", "send_back_reason", "deferral_due", "lat", "lng", "created_at",
)  # fmt: skip

Pairs = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Visitor:
    """A browser without a screen: one connection, its cookie, the token of its forms."""

    connection: http.client.HTTPConnection
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> bytes:
        """The body of a page; RuntimeError for anything but 200."""
        return self.send("GET", path, None, {})

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        """The body of the answer to what was sent."""
        return self.send("POST", path, body, headers)

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        """Ask, keep the cookie."""
        self.connection.request(method, path, body, self.headers | headers)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status not in {200, 302}:
            raise RuntimeError(f"{path}: {answer.status} {data[:300]!r}")
        if cookie := answer.headers.get("Set-Cookie"):
            self.headers["Cookie"] = cookie.partition(";")[0]
        return data


def signed_in(port: int, login: str = REVIEWER) -> Visitor:
    """A person of the demo city at the door of a server; further posts carry the token."""
    visitor = Visitor(http.client.HTTPConnection(HOST, port, timeout=120))
    who = {"csrf_token": _token(visitor.get("/login")), "login": login, "password": DEMO_PASSWORD}
    visitor.post("/login", urlencode(who).encode(), FORM)
    visitor.headers["X-CSRFToken"] = _token(visitor.get("/account/password"))
    return visitor


def _token(page: bytes) -> str:
    found = CSRF.search(page.decode())
    assert found is not None, "the page has no form"
    return found[1]


@contextmanager
def served(login: str = REVIEWER) -> Iterator[tuple[Standing, Visitor]]:
    """The product's server on the million rows, with somebody at its door."""
    city = standing()
    with serving("wsgi:app", city.settings) as port:
        visitor = signed_in(port, login)
        try:
            yield city, visitor
        finally:
            visitor.connection.close()


def own_fields(city: Standing) -> dict[str, str]:
    """Caption -> id of the fields that were added."""
    with city.database.reading() as session:
        return {field.caption: field.id for field in city_fields(session)}


def columns(city: Standing) -> tuple[str, ...]:
    """The ids of the 40 columns that a bench looks at."""
    return (*FIXED, *own_fields(city).values())


def rows_path(city: Standing, pairs: Pairs) -> str:
    """The address of a page of rows."""
    shown = [("cols", ",".join(columns(city))), ("limit", str(PAGE))]
    return f"/table/{city.sheet_id}/rows.json?{urlencode([*pairs, *shown])}"


def rows_of(body: bytes) -> list[Any]:
    """The rows of an answer."""
    found: list[Any] = json.loads(body)["rows"]
    return found


@contextmanager
def in_process(city: Standing, login: str = REVIEWER) -> Iterator[tuple[Flask, FlaskClient]]:
    """The application in this process, to overhear what it asks of its database."""
    app = create_app(city.settings)
    client = app.test_client()
    found = _token(client.get("/login").data)
    who = {"csrf_token": found, "login": login, "password": DEMO_PASSWORD}
    assert client.post("/login", data=who).status_code == 302
    try:
        yield app, client
    finally:
        app.extensions["database"].dispose()


def statement_behind(city: Standing, path: str, word: str = "") -> tuple[str, Any]:
    """The longest statement on problems that a page asks, with its parameters.

    `word` is what it must hold, where a page asks several.
    """
    heard: list[tuple[str, Any]] = []

    def hear(_c: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "FROM problem" in sql and word in sql:
            heard.append((sql, parameters))

    with in_process(city) as (app, client):
        engine = app.extensions["database"].engine
        event.listen(engine, "before_cursor_execute", hear)
        assert client.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", hear)
    return max(heard, key=lambda each: len(each[0]))


def bare(database: Database, statement: tuple[str, Any]) -> Callable[[], int]:
    """Runs a statement by the driver on a connection that is open, and reads every row."""

    def work() -> int:
        with database.engine.connect() as connection:
            cursor: Any = connection.connection.cursor()
            found = len(cursor.execute(*statement).fetchall())
            cursor.close()
            return found

    return work


def in_turns(
    works: Sequence[Callable[[], object]], rounds: int, warm: int = 3
) -> list[list[float]]:
    """Seconds of each work, round by round."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(rounds + warm):
        for work, seconds in zip(works, taken, strict=True):
            started = time.perf_counter()
            work()
            if number >= warm:
                seconds.append(time.perf_counter() - started)
    return taken


def p95(seconds: Sequence[float]) -> float:
    """The milliseconds that 95 of 100 stay within."""
    return round(statistics.quantiles(seconds, n=100, method="inclusive")[PERCENT - 1] * 1000, 1)
