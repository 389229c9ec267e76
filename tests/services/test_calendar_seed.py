"""The working calendar to begin with, against an independent count."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.domain.calendars import LOCAL
from app.domain.clocks import Clock, Limit, LimitUnit
from app.models import WorkCalendarDay
from app.services import calendar_seed
from app.services.calendar_seed import seed_calendar, seeded_calendar
from app.services.world import load_calendar

NOTICES = Path(__file__).resolve().parents[3] / "shared" / "data" / "holidays" / "holiday-cn_mit"
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
WEEKEND = 5


def announced_days() -> dict[date, bool]:
    """From the notices: every date from 2024 to 2026 -> whether one works."""
    changed: dict[date, bool] = {}
    for year in range(2023, 2028):
        notice = json.loads((NOTICES / f"{year}.json").read_text(encoding="utf-8"))
        changed |= {date.fromisoformat(d["date"]): not d["isOffDay"] for d in notice["days"]}
    first, last = date(2024, 1, 1), date(2026, 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {day: changed.get(day, day.weekday() < WEEKEND) for day in days}


@pytest.mark.skipif(not NOTICES.exists(), reason="no notices beside the checkout")
def test_seven_working_days_agree_with_the_notices_for_every_start_date():
    works, calendar = announced_days(), seeded_calendar(TODAY)
    working = sorted(day for day, yes in works.items() if yes)
    checked = 0
    for start in works:
        later = [day for day in working if day > start][:7]
        if len(later) < 7:
            break
        assert calendar.add_workdays(start, 7) == (later[-1], False), start
        checked += 1
    assert checked > 1080


@pytest.mark.parametrize(
    ("since", "due"),
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
def test_the_seed_gives_the_dates_of_the_handbook(since, due):
    clock = Clock(
        Limit(7, LimitUnit.WORK_DAY), since=datetime.fromisoformat(since).replace(tzinfo=LOCAL)
    )
    found = clock.due(seeded_calendar(TODAY))

    assert (f"{found.at:%Y-%m-%d}", found.provisional) == (due, False)


def test_a_date_in_a_year_without_notice_is_provisional_and_spares_the_statutory_days():
    calendar = seeded_calendar(TODAY)

    day, provisional = calendar.add_workdays(date(2026, 12, 24), 7)

    assert (day, provisional) == (date(2027, 1, 5), True)  # 1 January is off, whatever the notice
    assert calendar.day(date(2027, 10, 1)).name == "国庆节"
    assert not calendar.day(date(2028, 5, 1)).is_workday


def test_the_table_holds_what_the_seed_says(session):
    written = seed_calendar(session, NOW)

    assert written == session.scalar(select(func.count()).select_from(WorkCalendarDay))
    assert load_calendar(session).days == seeded_calendar(TODAY).days
    make_up = session.get_one(WorkCalendarDay, date(2026, 9, 20))
    assert (make_up.is_workday, make_up.name, make_up.confirmed) == (True, "国庆节调休上班", True)
    assert make_up.source.startswith("chinesecalendar")


def test_seeding_again_writes_nothing_and_leaves_confirmed_days_alone(session):
    seed_calendar(session, NOW)
    by_hand = session.get_one(WorkCalendarDay, date(2027, 1, 4))
    by_hand.is_workday, by_hand.confirmed, by_hand.source = False, True, "市政府通知"
    session.flush()

    assert seed_calendar(session, NOW) == 0
    assert not session.get_one(WorkCalendarDay, date(2027, 1, 4)).is_workday


def test_a_notice_that_comes_later_replaces_what_was_assumed(session, monkeypatch):
    monkeypatch.setattr(calendar_seed, "last_announced_year", lambda: 2025)
    seed_calendar(session, NOW)
    assert not session.get_one(WorkCalendarDay, date(2026, 9, 20)).is_workday

    monkeypatch.undo()
    assert seed_calendar(session, NOW) == 365

    assert session.get_one(WorkCalendarDay, date(2026, 9, 20)).is_workday


def test_there_are_always_two_assumed_years_ahead(session):
    assert max(row.day for row in calendar_seed.seed_days(date(2030, 1, 1))) == date(2032, 12, 31)
