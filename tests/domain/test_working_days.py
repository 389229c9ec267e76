"""The test vectors of the handbook's §5.4, and an independent count for every start day."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import chinese_calendar
import pytest

from app.domain.calendars import LOCAL, CalendarDay, WorkCalendar, local_date
from app.domain.clocks import Clock, Limit, LimitUnit

YEARS = range(2024, 2027)


def announced() -> WorkCalendar:
    """The announced days of 2024-2026; 2027 is not announced."""
    first, last = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return WorkCalendar({day: CalendarDay(chinese_calendar.is_workday(day), True) for day in days})


CALENDAR = announced()


def due_after(start: str, amount: int, unit: LimitUnit) -> tuple[datetime, bool]:
    at = datetime.fromisoformat(start).replace(tzinfo=LOCAL)
    due = Clock(Limit(amount, unit), since=at).due(CALENDAR)
    return due.at.astimezone(LOCAL), due.provisional


@pytest.mark.parametrize(
    ("listed_at", "due_on"),
    [
        ("2026-02-11T09:00", "2026-02-27"),
        ("2026-02-14T16:00", "2026-03-03"),
        ("2026-02-20T10:00", "2026-03-03"),
        ("2026-04-29T08:00", "2026-05-12"),
        ("2026-09-18T17:30", "2026-09-29"),
        ("2026-09-24T09:00", "2026-10-12"),
        ("2026-09-30T23:00", "2026-10-15"),
        ("2026-11-20T09:00", "2026-12-01"),
        ("2026-11-21T09:00", "2026-12-01"),
        ("2026-12-22T10:00", "2026-12-31"),
    ],
)
def test_seven_working_days_end_where_the_handbook_says(listed_at: str, due_on: str) -> None:
    due, provisional = due_after(listed_at, 7, LimitUnit.WORK_DAY)
    assert (due.date().isoformat(), provisional) == (due_on, False)
    assert (due.hour, due.minute, due.second) == (23, 59, 59)


def test_working_days_between_two_dates_are_those_that_one_counts_one_by_one() -> None:
    chance, first = random.Random(5), date(2023, 12, 1)  # a month before what is announced
    for _ in range(300):
        after = first + timedelta(days=chance.randrange(1200))
        through = after + timedelta(days=chance.randrange(-5, 400))
        days = (after + timedelta(days=n + 1) for n in range((through - after).days))
        counted = sum(CALENDAR.day(day).is_workday for day in days)
        assert CALENDAR.workdays_between(after, through) == counted


def test_a_date_that_needs_an_unannounced_year_is_provisional() -> None:
    due, provisional = due_after("2026-12-24T09:00", 7, LimitUnit.WORK_DAY)
    assert due.year == 2027
    assert provisional


@pytest.mark.parametrize(
    ("start", "hours", "due_at"),
    [
        ("2026-11-20T16:30", 4, "2026-11-23T10:30"),
        ("2026-09-19T10:00", 2, "2026-09-20T10:00"),
        ("2026-09-30T17:00", 4, "2026-10-08T11:00"),
    ],
)
def test_working_hours_pass_only_inside_the_slots(start: str, hours: int, due_at: str) -> None:
    due, _ = due_after(start, hours, LimitUnit.WORK_HOUR)
    assert due.strftime("%Y-%m-%dT%H:%M") == due_at


def test_urgent_hours_run_through_nights_and_holidays() -> None:
    due, _ = due_after("2026-10-01T22:00", 24, LimitUnit.URGENT_HOUR)
    assert due.strftime("%Y-%m-%dT%H:%M") == "2026-10-02T22:00"


def test_every_start_day_agrees_with_an_independent_count() -> None:
    workdays = [
        day
        for n in range((date(2026, 12, 31) - date(2024, 1, 1)).days + 1)
        if chinese_calendar.is_workday(day := date(2024, 1, 1) + timedelta(days=n))
    ]
    start = date(2024, 1, 1)
    checked = 0
    while True:
        later = [day for day in workdays if day > start][:7]
        if len(later) < 7:
            break
        at = datetime(start.year, start.month, start.day, 23, 30, tzinfo=LOCAL)
        due = Clock(Limit(7, LimitUnit.WORK_DAY), since=at).due(CALENDAR)
        assert local_date(due.at) == later[-1], start
        assert not due.provisional
        start += timedelta(days=1)
        checked += 1
    assert checked > 1_080


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_the_server_s_time_zone_changes_nothing(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        due, _ = due_after("2026-09-24T09:00", 7, LimitUnit.WORK_DAY)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert due.date() == date(2026, 10, 12)
