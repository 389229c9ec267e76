"""Long statements, ended by their time or by a word from outside."""

from __future__ import annotations

import time
from threading import Event, Timer, active_count

import pytest
from sqlalchemy import Connection, text

from sheets.query import Stopped, TooSlow, fetch, parse_query, stoppable
from tests.sheets.birds import SHEET

ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT count(*) FROM n",
    "postgresql": "SELECT count(*) FROM generate_series(1, 10000000000) a",
}


def run_endless(conn: Connection) -> None:
    conn.execute(text(ENDLESS[conn.dialect.name]))


def test_a_statement_ends_soon_after_somebody_says_so_and_the_connection_goes_on(conn):
    said, before = Event(), time.monotonic()
    Timer(0.15, said.set).start()
    with pytest.raises(Stopped) as stopped, stoppable(conn, 30, said.is_set):
        run_endless(conn)

    assert 0.1 < time.monotonic() - before < 3
    assert stopped.value.sentence == "已停止。可以改筛选条件，或再试一次。"
    with stoppable(conn, 5, lambda: False):
        assert len(fetch(conn, SHEET, parse_query(SHEET, [])).rows) == 50


def test_what_nobody_stops_still_ends_with_its_time(conn):
    threads = active_count()
    with pytest.raises(TooSlow) as late, stoppable(conn, 0.1, lambda: False):
        run_endless(conn)

    assert not isinstance(late.value, Stopped)
    assert active_count() == threads


def test_the_time_counts_for_all_statements_of_a_block(conn):
    with pytest.raises(TooSlow), stoppable(conn, 0.1, lambda: False):
        run_many(conn)


def run_many(conn: Connection) -> None:
    """Two hundred statements of some ten milliseconds."""
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
    for _ in range(200):
        conn.execute(text(f"{rows} SELECT count(*) FROM n"))  # noqa: S608 our own words


def test_other_failures_within_a_block_stay_what_they_are(conn):
    with pytest.raises(KeyError), stoppable(conn, 5, lambda: False):
        raise KeyError
    assert conn.execute(text("SELECT 1")).scalar_one() == 1
