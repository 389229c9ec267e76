"""Clocks keep what is used up: pauses, send-backs and deferrals lose and give nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendars import LOCAL, end_of, local_date
from app.domain.clocks import Clock, Due, Light, Limit, LimitUnit, expired_on, read_clock
from app.domain.rules import DEFAULTS
from tests.domain.test_working_days import CALENDAR

SEVEN = Limit(7, LimitUnit.WORK_DAY)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def test_the_time_of_checking_is_not_the_unit_s() -> None:
    clock = Clock(SEVEN, since=at("2026-11-16T09:00"))
    paused = clock.pause(at("2026-11-18T15:00"))
    back = paused.resume(at("2026-11-20T10:00"), CALENDAR)
    assert local_date(clock.due(CALENDAR).at) == date(2026, 11, 25)
    assert local_date(back.due(CALENDAR).at) == date(2026, 11, 27)


def test_a_send_back_on_the_last_day_still_leaves_the_next_working_day() -> None:
    clock = Clock(SEVEN, since=at("2026-11-16T09:00"))
    back = clock.pause(at("2026-11-25T18:00")).resume(at("2026-11-27T17:00"), CALENDAR)
    assert local_date(back.due(CALENDAR).at) == date(2026, 11, 30)  # the 27th is a Friday


def test_an_overdue_submission_that_is_sent_back_is_due_the_next_working_day() -> None:
    clock = Clock(SEVEN, since=at("2026-11-02T09:00"))
    back = clock.pause(at("2026-11-20T18:00")).resume(at("2026-11-23T09:00"), CALENDAR)
    assert local_date(back.due(CALENDAR).at) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("mode", "due_on"),
    [("pause", date(2026, 11, 27)), ("keep", date(2026, 11, 25)), ("restart", date(2026, 12, 1))],
)
def test_the_city_chooses_what_a_send_back_does_to_the_clock(mode: str, due_on: date) -> None:
    clock = Clock(SEVEN, since=at("2026-11-16T09:00")).pause(at("2026-11-18T15:00"))
    back = clock.resume(at("2026-11-20T10:00"), CALENDAR, mode)  # type: ignore[arg-type]
    assert local_date(back.due(CALENDAR).at) == due_on


@given(st.integers(0, 500), st.integers(0, 20), st.integers(0, 60), st.integers(1, 15))
def test_the_rule_of_the_handbook_and_the_consumed_days_agree(
    start: int, worked: int, away: int, limit: int
) -> None:
    """§2.4: due + workdays strictly after the submission up to the return, or the next one."""
    first = at("2024-03-01T10:00") + timedelta(days=start)
    submitted = first + timedelta(days=worked)
    returned = submitted + timedelta(days=away)
    clock = Clock(Limit(limit, LimitUnit.WORK_DAY), since=first)
    back = clock.pause(submitted).resume(returned, CALENDAR)
    old_due = local_date(clock.due(CALENDAR).at)
    extra = CALENDAR.workdays_between(local_date(submitted), local_date(returned))
    moved = CALENDAR.add_workdays(old_due, extra)[0]
    floor = CALENDAR.add_workdays(local_date(returned), 1)[0]
    assert local_date(back.due(CALENDAR).at) == max(moved, floor)


def test_an_urgent_clock_stands_still_while_it_is_checked() -> None:
    clock = Clock(Limit(24, LimitUnit.URGENT_HOUR), since=at("2026-11-20T10:00"))
    back = clock.pause(at("2026-11-20T20:00")).resume(at("2026-11-21T20:00"), CALENDAR)
    assert back.due(CALENDAR).at == at("2026-11-22T10:00")


def test_an_hour_limit_with_nothing_left_still_leaves_an_hour() -> None:
    clock = Clock(Limit(4, LimitUnit.URGENT_HOUR), since=at("2026-11-20T10:00"))
    back = clock.pause(at("2026-11-20T20:00")).resume(at("2026-11-21T08:00"), CALENDAR)
    assert back.due(CALENDAR).at == at("2026-11-21T09:00")


def test_what_a_lapsed_deferral_leaves_is_due_on_its_date() -> None:
    assert expired_on(date(2026, 12, 20)).due(CALENDAR).at == end_of(date(2026, 12, 20))


@pytest.mark.parametrize(
    ("now", "light", "text"),
    [
        ("2026-09-29T10:00", Light.GREEN, "剩 4 个工作日"),
        ("2026-10-08T10:00", Light.YELLOW, "剩 2 个工作日"),
        ("2026-10-11T10:00", Light.YELLOW, "今天到期"),
        ("2026-10-13T10:00", Light.RED, "超期 2 个工作日"),
    ],
)
def test_a_clock_speaks_of_working_days_never_of_hours(now: str, light: Light, text: str) -> None:
    due = Due(end_of(date(2026, 10, 11) if "11T" in now else date(2026, 10, 10)))
    if now.startswith("2026-10-13"):
        due = Due(end_of(date(2026, 10, 10)))
    reading = read_clock(due, by_hours=False, now=at(now), calendar=CALENDAR, rules=DEFAULTS)
    assert (reading.light, reading.text) == (light, text)
    assert reading.due_text.startswith("到 10月")


def test_an_urgent_clock_speaks_of_hours() -> None:
    due = Due(at("2026-11-20T14:00"))
    reading = read_clock(
        due, by_hours=True, now=at("2026-11-20T10:30"), calendar=CALENDAR, rules=DEFAULTS
    )
    assert (reading.light, reading.text) == (Light.GREEN, "剩 3 小时 30 分")
    assert reading.due_text == "到 11月20日 14:00"
