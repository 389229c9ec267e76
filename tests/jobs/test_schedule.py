"""The clock: which slots are due, and that each happens once whatever the machine does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.domain.calendars import LOCAL
from app.jobs import schedule
from app.jobs.schedule import Clock, due_slots
from app.models import Job


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def names(now):
    return {(slot.name, slot.slot) for slot in due_slots(now)}


def jobs(database):
    with database.reading() as session:
        return sorted((job.name, job.slot) for job in session.query(Job))


def test_the_days_ledgers_are_due_at_half_past_six_in_china():
    assert ("make_daily_ledgers", "2026-11-20") not in names(local("2026-11-20T06:29:59"))
    assert ("make_daily_ledgers", "2026-11-20") in names(local("2026-11-20T06:30:00"))


def test_slots_are_the_same_whatever_zone_the_instant_is_told_in():
    now = local("2026-11-20T06:31")

    assert names(now) == names(now.astimezone(UTC))


def test_the_months_ledgers_are_due_on_the_first():
    on_the_first = names(local("2026-12-01T07:00"))

    assert ("make_monthly_ledgers", "2026-12-01") in on_the_first
    assert not any(name == "make_monthly_ledgers" for name, _ in names(local("2026-11-30T23:59")))


def test_three_missed_days_are_made_up_for_and_older_ones_are_not():
    daily = {
        slot for name, slot in names(local("2026-11-20T08:00")) if name == "make_daily_ledgers"
    }

    assert daily == {"2026-11-18", "2026-11-19", "2026-11-20"}


def test_a_month_of_ticks_puts_each_slot_in_once(database):
    clock, restarts = Clock(database), 0
    now = local("2026-11-01T00:00")
    while now < local("2026-11-15T00:00"):
        with time_machine.travel(now, tick=False):
            if now.hour == 12:  # a restart forgets what it has put in
                clock, restarts = Clock(database), restarts + 1
            clock.tick()
        now += timedelta(hours=3)

    daily = [slot for name, slot in jobs(database) if name == "make_daily_ledgers"]
    assert restarts == 14
    assert len(daily) == len(set(daily))
    assert daily[-14:] == [f"2026-11-{day:02}" for day in range(1, 15)]


def test_a_clock_that_jumps_back_and_forth_repeats_nothing(database):
    for moment in (
        "2026-11-20T06:31", "2026-11-20T06:29", "2026-11-19T05:00", "2026-11-20T06:30",
        "2026-11-21T07:00", "2026-11-20T23:00",
    ):  # fmt: skip
        with time_machine.travel(local(moment), tick=False):
            Clock(database).tick()

    found = jobs(database)
    assert len(found) == len(set(found))
    assert [slot for name, slot in found if name == "make_daily_ledgers"] == [
        "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21",
    ]  # fmt: skip


@pytest.mark.slow
def test_clocks_that_tick_at_once_put_each_slot_in_once(database):
    new, errors = [], []

    def tick():
        try:
            new.append(Clock(database).tick())
        except BaseException as error:
            errors.append(error)

    with time_machine.travel(local("2026-11-20T08:00"), tick=False):
        expected = len(list(due_slots(local("2026-11-20T08:00"))))
        threads = [threading.Thread(target=tick) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert errors == []
    assert sum(new) == expected == len(jobs(database))


def test_a_worker_that_comes_up_looks_for_deferrals_that_ran_out(database):
    with time_machine.travel(local("2026-11-20T12:00"), tick=False):
        clock = Clock(database)
        clock.safe_tick()
        clock.safe_tick()

    started = [slot for name, slot in jobs(database) if slot.startswith("start")]
    assert started == ["start 2026-11-20T04:00Z"]


def test_a_tick_without_a_database_leaves_the_clock_going(database, monkeypatch):
    clock = Clock(database)
    monkeypatch.setattr(database, "writing", lambda: (_ for _ in ()).throw(OSError("away")))
    clock.safe_tick()
    monkeypatch.undo()

    clock.safe_tick()

    assert jobs(database)


def test_every_planned_job_has_a_task():
    from app.jobs.tasks import TASKS

    assert {plan.name for plan in schedule.PLANS} <= TASKS.keys()
