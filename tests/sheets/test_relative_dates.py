"""Filters told from today: which days they mean and how they read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from sheets.fields import NoNames, field_types
from sheets.query import describe, fetch, parse_query
from sheets.when import When, weekdays_after
from tests.sheets.birds import SHEET, TODAY, bird

CHINA = ZoneInfo("Asia/Shanghai")
NEAR = range(-66, 66)
DAYS = [TODAY + timedelta(days=n) for n in {*NEAR, *range(-400, 400, 9)}]


def between(first, last):
    return lambda day: date.fromisoformat(first) <= day <= date.fromisoformat(last)


# Today is Monday, 2026-10-05.
CASES = [
    ("today", "1", between("2026-10-05", "2026-10-05"), "在今天"),
    ("yesterday", "1", between("2026-10-04", "2026-10-04"), "在昨天"),
    ("tomorrow", "1", between("2026-10-06", "2026-10-06"), "在明天"),
    ("this_week", "1", between("2026-10-05", "2026-10-11"), "在本周"),
    ("last_week", "1", between("2026-09-28", "2026-10-04"), "在上周"),
    ("next_week", "1", between("2026-10-12", "2026-10-18"), "在下周"),
    ("this_month", "1", between("2026-10-01", "2026-10-31"), "在本月"),
    ("last_month", "1", between("2026-09-01", "2026-09-30"), "在上月"),
    ("next_month", "1", between("2026-11-01", "2026-11-30"), "在下月"),
    ("this_year", "1", between("2026-01-01", "2026-12-31"), "在今年"),
    ("past_days", "7", between("2026-09-29", "2026-10-05"), "在最近 7 天内（含今天）"),
    ("next_days", "7", between("2026-10-05", "2026-10-11"), "在今后 7 天内（含今天）"),
    ("due_within_workdays", "5", between("2026-10-05", "2026-10-12"), "5 个工作日内到期"),
    ("overdue_by_workdays", "3", between("2025-01-01", "2026-09-29"), "已超过 3 个工作日"),
    ("before_today", "1", between("2025-01-01", "2026-10-04"), "早于今天"),
]


@pytest.fixture
def conn(conn):
    """Birds seen on each of many days, and hatched a second after its start and at its end."""
    conn.execute(bird.delete())
    rows = []
    for place, day in enumerate(DAYS):
        start = datetime.combine(day, datetime.min.time(), CHINA)
        for second, at in enumerate((timedelta(), timedelta(days=1, seconds=-1))):
            seen = {"id": 2 * place + second + 1, "name": "雀", "eggs": 0, "pictures": 0}
            rows.append({**seen, "seen_on": day, "hatched_at": (start + at).astimezone(UTC)})
    conn.execute(insert(bird), rows)
    return conn


def found_days(conn, sheet, name, value):
    query = parse_query(sheet, [(f"f.{name}", value), ("limit", "500")]).check()
    return {(row["seen_on"], row.key % 2) for row in fetch(conn, sheet, query).rows}


@pytest.mark.parametrize(("key", "value", "means", "phrase"), CASES, ids=[c[0] for c in CASES])
def test_a_day_told_from_today_finds_its_rows_and_reads_well(conn, key, value, means, phrase):
    sheet = replace(SHEET, when=When(TODAY))
    wanted = {(day, half) for day in DAYS if means(day) for half in (0, 1)}
    for column in ("seen_on", "hatched_at"):
        assert found_days(conn, sheet, f"{column}.{key}", value) == wanted
        query = parse_query(sheet, [(f"f.{column}.{key}", value)])
        assert query.pairs() == [(f"f.{column}.{key}", value)]
        assert describe(sheet, query, NoNames()) == f"{sheet.field(column).caption} {phrase}"


def test_the_table_above_is_whole():
    told = {each.key for each in field_types()["date"].operators if each.told}
    assert told == {key for key, *_ in CASES}
    assert told == {each.key for each in field_types()["date_time"].operators if each.told}


def test_what_ran_out_earlier_today_is_not_due_any_more(conn):
    found = found_days(conn, SHEET, "hatched_at.due_within_workdays", "1")
    assert (TODAY, 1) not in found  # its start, this midnight
    assert {(TODAY, 0), (TODAY + timedelta(days=1), 1)} <= found


def test_working_days_are_those_of_the_calendar_that_is_handed_in(conn):
    def only_sundays(day, number):
        while number > 0:
            day += timedelta(days=1)
            number -= day.weekday() == 6
        return day

    sheet = replace(SHEET, when=When(TODAY, only_sundays))
    days = {day for day, _ in found_days(conn, sheet, "seen_on.due_within_workdays", "2")}
    assert max(days) == date(2026, 10, 18)
    days = {day for day, _ in found_days(conn, sheet, "seen_on.overdue_by_workdays", "2")}
    assert max(days) == date(2026, 9, 26)  # the Sundays since are 27 September and 4 October
    assert weekdays_after(date(2026, 10, 9), 1) == date(2026, 10, 12)


def test_the_days_behind_are_the_latest_whose_working_days_have_run_out():
    for number in (1, 2, 5, 11, 250):
        for shift in range(7):
            when = When(TODAY + timedelta(days=shift))
            day = when.workdays_ago(number)
            assert weekdays_after(day, number) < when.today
            assert weekdays_after(day + timedelta(days=1), number) >= when.today


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "３", "99999", "明天", "1,2"])
def test_a_number_of_days_that_is_none_is_refused(value):
    (error,) = parse_query(SHEET, [("f.seen_on.past_days", value)]).errors
    assert error.sentence == "按“见到日期”筛选：请填写 1 到 3660 之间的整数。"


def test_without_a_day_nothing_is_told_from_it():
    sheet = replace(SHEET, when=None)
    assert "today" not in {each.key for each in sheet.operators("seen_on")}
    (error,) = parse_query(sheet, [("f.seen_on.today", "1")]).errors
    assert error.sentence == "“见到日期”没有这种比较方式，请从列表中重新选择。"
