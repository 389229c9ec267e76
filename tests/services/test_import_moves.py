"""Ledgers that come again, and imports that are taken back, on problems that are there."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from app.domain.calendars import end_of
from app.domain.importing import reached
from app.domain.states import State
from app.models import ProblemRequest
from app.services import history
from app.services.imports.writing.moves import (
    ChangedRow,
    Withdrawn,
    withdraw,
    write_changes,
)
from tests.builders import MONDAY, make_city, move, remedy
from tests.services.entries_made import (
    FINISHED,
    HANDED_IN,
    LATE,
    UNTIL,
    an_entry,
    by_moves,
    change,
    counted,
    course,
    dated,
    enter,
)


@pytest.fixture
def city(session):
    return make_city(session)


# --- updates ---


@pytest.mark.parametrize("state", HANDED_IN)
def test_a_problem_brought_forward_stands_as_if_it_had_entered_there(session, city, state):
    at_once = enter(session, city, an_entry(city, state, **dated()))
    in_steps = enter(session, city, an_entry(city))

    for each in HANDED_IN[: HANDED_IN.index(state) + 1]:
        entry = an_entry(city, each, **dated(), remedy="已清运")
        assert change(session, city, in_steps, entry, "status", "finished_at", "measures")

    assert course(in_steps) == course(at_once)
    assert in_steps.remedy == "已清运"


def test_an_update_from_the_pool_gives_a_number(session, city):
    one = enter(session, city, an_entry(city, State.POOLED))

    change(session, city, one, an_entry(city, State.SIGNED_OFF, **dated()), "status")

    assert (one.state, one.number) == ("signed_off", "FS-210402-2026-00001")
    assert course(one) == course(enter(session, city, an_entry(city, State.SIGNED_OFF, **dated())))


def test_a_state_never_goes_back_and_blanks_overwrite_nothing(session, city):
    one = enter(session, city, an_entry(city, State.SUBMITTED, **dated()))
    before = course(one)

    change(session, city, one, an_entry(city, address="", community="站前社区"),
           "status", "point", "community")  # fmt: skip

    assert course(one) == before
    assert (one.address, one.community) == ("中央大街 5 号", "站前社区")
    assert reached(State.SIGNED_OFF, State.LISTED) is State.SIGNED_OFF
    assert reached(State.URGENT_LISTED, State.DEFERRED) is State.URGENT_LISTED
    assert reached(State.LISTED, State.VOID) is State.LISTED


def test_another_limit_moves_the_clock_and_judges_anew(session, city):
    open_one = enter(session, city, an_entry(city, due=date(2026, 11, 20)))
    done = enter(session, city, an_entry(city, State.SUBMITTED, **dated(LATE)))
    later = an_entry(city, due=date(2026, 12, 1))

    for one in (open_one, done):
        change(session, city, one, later, "due")
        assert one.due_at == end_of(date(2026, 12, 1))

    assert done.on_time is True
    fresh = enter(session, city, later)
    assert open_one.clock_amount == fresh.clock_amount


def test_what_people_did_here_keeps_its_day(session, city):
    one = by_moves(session, city, State.SUBMITTED)

    change(session, city, one, an_entry(city, State.SUBMITTED, finished_at=LATE), "finished_at")

    assert one.submitted_at == FINISHED


def test_another_sections_problem_is_only_filled_in(session, city):
    one = enter(session, city, an_entry(city))
    entry = an_entry(
        city, State.SIGNED_OFF, description="别的说法", community="站前社区", **dated()
    )

    change(session, city, one, entry, "status", "description", "community", by="sz_admin")

    assert (one.state, one.description) == ("listed", "路口东侧堆放生活垃圾")
    assert one.community == "站前社区"


def test_what_moved_on_or_is_closed_is_left_out(session, city):
    moved = enter(session, city, an_entry(city))
    closed = enter(session, city, an_entry(city, State.SIGNED_OFF, **dated()))
    rows = [
        ChangedRow(moved.id, moved.version + 1, an_entry(city), frozenset({"point"})),
        ChangedRow(closed.id, closed.version, an_entry(city, address="别处"), frozenset({"point"})),
    ]

    assert write_changes(session, city.actors["hw_admin"], MONDAY, 2, rows) == {}
    assert closed.address == "中央大街 5 号"


def test_a_request_that_waits_lapses_when_the_ledger_says_done(session, city):
    one = enter(session, city, an_entry(city, listed_at=MONDAY))
    move(session, city, one.id, "request_extension", "zhanqian", days=3, text="等配件")

    change(session, city, one, an_entry(city, State.SUBMITTED, finished_at=MONDAY), "status")

    assert session.query(ProblemRequest).filter_by(problem_id=one.id).one().status == "lapsed"


# --- taking back ---


def test_what_an_import_made_is_void_and_counts_nowhere_once_it_is_undone(session, city):
    for state in (State.POOLED, State.LISTED, State.DEFERRED, *HANDED_IN):
        one = enter(session, city, an_entry(city, state, deferral_due=UNTIL, **dated()))
        number, row = one.number, Withdrawn(one.id, one.version)

        assert withdraw(session, city.actors["hw_admin"], MONDAY, 1, [row]) == {one.id: 2}

        assert (one.state, one.void_reason, one.number) == ("void", "import_undone", number)
        assert (one.signed_off_at, counted([one])) == (None, Counter())
        events = history.events_of(session, one.id)
        assert [each.move for each in events] == ["import_entry", "undo_import"]
        assert history.first_break(events) is None


def test_what_an_import_changed_gets_its_values_and_its_state_back(session, city):
    one = enter(session, city, an_entry(city))
    before = course(one) | {"address": one.address}
    change(session, city, one, an_entry(city, State.SIGNED_OFF, address="站前路 1 号", **dated()),
           "status", "point")  # fmt: skip

    row = Withdrawn(one.id, one.version, before)
    assert withdraw(session, city.actors["hw_admin"], MONDAY, 2, [row]) == {one.id: 3}

    assert course(one) | {"address": one.address} == before
    move(session, city, one.id, "submit", "zhanqian", photos=1, **remedy())


def test_what_moved_on_is_not_taken_back(session, city):
    one = enter(session, city, an_entry(city))

    assert withdraw(session, city.actors["hw_admin"], MONDAY, 1, [Withdrawn(one.id, 9)]) == {}
    assert one.state == "listed"
