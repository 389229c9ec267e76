"""Working days in SQL: Monday to Friday, corrected by a table of days where there is one."""

# ruff: noqa: S608
# Every query here is made of the pieces in this file, none of them a user's.

import re
from functools import cache

from sheets.formulas.words import DAY, FIRST, LAST, NUMBER
from sheets.sql_words import Spelled, spelled

TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
MOST_STEPS = 1_000  # working days that may be added; each is one step of the query


@cache
def workdays_between(calendar: str | None) -> type[Spelled]:
    """The working days after one day up to and including another; negative the other way.

    Weekdays are counted from Monday 1900-01-01; then the table's days within are set right.
    """
    corrections = {"sqlite": "0", "postgresql": "0"}
    if calendar is not None:
        table = _checked(calendar)
        corrections = {
            "sqlite": _corrections(table, SQLITE_WEEKDAY, "min(q.x, q.y)", "max(q.x, q.y)"),
            "postgresql": _corrections(
                table, POSTGRESQL_WEEKDAY, "least(q.x, q.y)", "greatest(q.x, q.y)"
            ),
        }
    template = (
        "SELECT CAST({weeks_b} - {weeks_a} + {more} AS DOUBLE PRECISION) FROM "
        "(SELECT p.x, p.y, {days_x} AS a, {days_y} AS b FROM "
        "(SELECT {{0}} AS x, {{1}} AS y) AS p) AS q"
    )
    sqlite = template.format(
        weeks_a=_weeks("q.a", "q.a % 7"),
        weeks_b=_weeks("q.b", "q.b % 7"),
        more=corrections["sqlite"],
        days_x=f"CAST(julianday(p.x) - julianday('{FIRST}') AS INTEGER)",
        days_y=f"CAST(julianday(p.y) - julianday('{FIRST}') AS INTEGER)",
    )
    postgresql = template.format(
        weeks_a=_weeks("q.a", "mod(q.a, 7)"),
        weeks_b=_weeks("q.b", "mod(q.b, 7)"),
        more=corrections["postgresql"],
        days_x=f"(p.x - DATE '{FIRST}')",
        days_y=f"(p.y - DATE '{FIRST}')",
    )
    return spelled(f"workdays_between_{calendar}", NUMBER, sqlite, postgresql)


@cache
def workdays_later(calendar: str | None) -> type[Spelled]:
    """The day that lies a number of working days after one, or before it."""
    sqlite = _steps("date(s.day, s.step || ' days')", f"'{FIRST}' AND '{LAST}'")
    postgresql = _steps("(s.day + s.step)", f"DATE '{FIRST}' AND DATE '{LAST}'")
    return spelled(
        f"workdays_later_{calendar}",
        DAY,
        sqlite.replace("<worked>", _worked(calendar, SQLITE_WEEKDAY)),
        postgresql.replace("<worked>", _worked(calendar, POSTGRESQL_WEEKDAY)),
    )


SQLITE_WEEKDAY = "CASE WHEN strftime('%w', {day}) BETWEEN '1' AND '5' THEN 1 ELSE 0 END"
POSTGRESQL_WEEKDAY = "CASE WHEN date_part('isodow', {day}) < 6 THEN 1 ELSE 0 END"


def _weeks(days: str, rest: str) -> str:
    """The weekdays among the first ``days`` days and the one after them."""
    return f"({days} / 7 * 5 + CASE WHEN {rest} < 4 THEN {rest} + 1 ELSE 5 END)"


def _corrections(table: str, weekday: str, low: str, high: str) -> str:
    change = f"CASE WHEN c.is_workday THEN 1 ELSE 0 END - {weekday.format(day='c.day')}"
    found = f"SELECT sum({change}) FROM {table} AS c WHERE c.day > {low} AND c.day <= {high}"
    return f"coalesce(({found}), 0) * CASE WHEN q.b >= q.a THEN 1 ELSE -1 END"


def _worked(calendar: str | None, weekday: str) -> str:
    plain = weekday.format(day="n.day")
    if calendar is None:
        return plain
    kept = "SELECT CASE WHEN c.is_workday THEN 1 ELSE 0 END"
    return f"coalesce(({kept} FROM {_checked(calendar)} AS c WHERE c.day = n.day), {plain})"


def _steps(next_day: str, days: str) -> str:
    """One row a day, counting down the working ones."""
    return (
        "WITH RECURSIVE s(day, togo, step) AS ("
        "SELECT q.d, abs(q.n), CASE WHEN q.n < 0 THEN -1 ELSE 1 END "
        "FROM (SELECT {0} AS d, {1} AS n) AS q WHERE q.d IS NOT NULL AND q.n IS NOT NULL "
        f"UNION ALL SELECT {next_day}, s.togo - "
        f"{_worked_on(next_day)}, s.step FROM s WHERE s.togo > 0) "
        f"SELECT s.day FROM s WHERE s.togo = 0 AND s.day BETWEEN {days}"
    )


def _worked_on(next_day: str) -> str:
    return f"(SELECT <worked> FROM (SELECT {next_day} AS day) AS n)"


def _checked(calendar: str) -> str:
    if not TABLE_NAME.fullmatch(calendar):
        raise ValueError(f"{calendar!r} is no name of a table")
    return calendar
