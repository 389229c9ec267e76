"""Rows of ledgers in the workflow: clocks and rates as if they had gone through the moves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product

import pytest

from app.domain.calendars import LOCAL, end_of
from app.domain.facts import Given
from app.domain.refusals import Conflict, NotAllowed
from app.domain.roles import SYSTEM
from app.domain.states import Phase, Priority, State
from app.models import Event, Problem, ProblemRequest
from app.services import history
from app.services.imports.reading.records import ReadRecord
from app.services.imports.reading.states import CLOSED, DONE, settle
from app.services.imports.writing.entry import entry_of, load_entry_facts
from app.services.imports.writing.new_rows import NewRow
from app.services.numbering import next_number, next_numbers
from app.services.problems.shown import detail
from app.services.workflow.moves import perform
from tests.builders import MONDAY, make_city, make_photo, make_problem, move, remedy, report, route
from tests.services.entries_made import (
    FINISHED,
    HANDED_IN,
    LATE,
    REPORTED,
    UNTIL,
    an_entry,
    by_moves,
    counted,
    course,
    dated,
    enter,
    insert_new,
)


@pytest.fixture
def city(session):
    return make_city(session)


@pytest.mark.parametrize("state", HANDED_IN)
def test_what_was_handed_in_counts_as_if_people_had_done_it(session, city, state):
    for finished, deferred in product((FINISHED, LATE), (False, True)):
        once = {"deferral_due": UNTIL, "deferral_reason": "季节"} if deferred else {}
        imported = enter(session, city, an_entry(city, state, **dated(finished), **once))
        moved = by_moves(session, city, state, finished, deferred)

        assert course(imported) == course(moved)
        assert imported.on_time is (deferred or finished == FINISHED)
        assert counted([imported]) == counted([moved])


@pytest.mark.parametrize("state", [State.POOLED, State.LISTED, State.DEFERRED])
def test_what_is_still_to_be_done_counts_as_if_it_had_come_by_moves(session, city, state):
    imported = enter(session, city, an_entry(city, state, deferral_due=UNTIL))
    if state is State.POOLED:
        moved = session.get_one(Problem, report(session, city, REPORTED).problem_id)
    elif state is State.LISTED:
        imported = enter(session, city, an_entry(city))
        moved = by_moves(session, city, state)
    else:
        moved = by_moves(session, city, state)

    assert course(imported) == course(moved)
    assert counted([imported]) == counted([moved])


def test_a_ledgers_own_limit_is_the_one_that_counts(session, city):
    due = date(2026, 9, 30)
    days = [date(2026, 9, 30), date(2026, 10, 1), datetime(2026, 9, 30, 23, 0)]  # noqa: DTZ001 as files say it
    rows = [an_entry(city, State.SIGNED_OFF, due=due, finished_at=day) for day in days]

    found = [enter(session, city, row) for row in rows]

    assert {one.due_at for one in found} == {end_of(due)}
    assert [one.on_time for one in found] == [True, False, True]
    assert [one.signed_off_at >= one.submitted_at for one in found] == [True] * 3


def test_days_without_a_time_keep_their_order_and_their_day(session, city):
    entry = an_entry(
        city, State.SIGNED_OFF, reported_at=None,
        listed_at=datetime(2026, 9, 22, 14, 30, tzinfo=LOCAL),
        finished_at=date(2026, 9, 22), checked_at=date(2026, 9, 23), signed_off_at=None,
    )  # fmt: skip

    one = enter(session, city, entry)

    assert one.submitted_at == one.listed_at == datetime(2026, 9, 22, 14, 30, tzinfo=LOCAL)
    assert one.pre_signed_off_at.astimezone(LOCAL).date() == date(2026, 9, 23)
    assert one.signed_off_at == one.pre_signed_off_at


def test_numbers_are_of_the_district_and_the_year_of_listing_and_have_no_gap(session, city):
    actor = city.actors["hw_admin"]
    first = next_number(session, "210402", MONDAY)
    days = [date(2025, 3, 3), date(2026, 3, 3), date(2026, 3, 4), date(2031, 1, 1)]
    rows = [NewRow(an_entry(city, listed_at=day)) for day in days]

    ids = insert_new(session, actor, MONDAY, 1, rows)

    numbers = [session.get_one(Problem, each).number for each in ids]
    assert first == "FS-210402-2026-00001"
    assert numbers == [
        "FS-210402-2025-00001", "FS-210402-2026-00002", "FS-210402-2026-00003",
        "FS-210402-2026-00004",
    ]  # fmt: skip
    assert next_numbers(session, "210402", MONDAY, 2)[-1] == "FS-210402-2026-00006"


def test_the_history_tells_file_sheet_row_and_words_but_no_telephone(session, city):
    texts = {"description": "垃圾堆放", "phone": "13800000000", "f_9": "甲"}
    origin = {"file": "台账.xlsx", "sheet": "9月", "row": 12, "texts": texts}

    one = enter(session, city, an_entry(city), origin=origin)

    (event,) = history.events_of(session, one.id)
    assert (event.move, event.from_state, event.to_state) == ("import_entry", None, "listed")
    assert event.payload["texts"] == {"description": "垃圾堆放"}
    assert [event.payload[key] for key in ("file", "sheet", "row")] == ["台账.xlsx", "9月", 12]
    assert history.first_break([event]) is None


# --- and then the ordinary moves ---


def test_an_imported_problem_goes_the_whole_way_by_ordinary_moves(session, city):
    one = enter(session, city, an_entry(city, listed_at=MONDAY - timedelta(days=3)))

    move(session, city, one.id, "submit", "zhanqian", photos=1, **remedy())
    back = {"reason_code": "not_fixed", "text": "没有清理干净"}
    move(session, city, one.id, "send_back", "checker", MONDAY + timedelta(days=2), **back)
    assert (one.state, one.clock_paused_at, one.returned_count) == ("listed", None, 1)
    assert (one.clock_consumed, one.due_at) == (1, end_of(date(2026, 11, 26)))
    later = MONDAY + timedelta(days=3)
    move(session, city, one.id, "submit", "zhanqian", later, photos=1, **remedy())
    move(session, city, one.id, "pass_check", "checker", later)
    move(session, city, one.id, "sign_off", "hw_admin", later)

    assert (one.state, one.on_time, one.round) == ("signed_off", True, 2)


def test_an_imported_submission_is_sent_back_with_the_time_it_had_left(session, city):
    listed, finished = datetime(2026, 11, 9, 9, 0, tzinfo=LOCAL), date(2026, 11, 11)
    one = enter(session, city, an_entry(city, State.SUBMITTED, listed_at=listed,
                                        due=date(2026, 11, 17), finished_at=finished))  # fmt: skip

    move(
        session, city, one.id, "send_back", "checker", MONDAY,
        reason_code="not_fixed", text="没有清理干净",
    )  # fmt: skip

    assert (one.state, one.clock_consumed) == ("listed", 2)
    assert one.due_at == end_of(date(2026, 11, 20))  # six working days, two of them used


def test_nobody_is_kept_from_checking_or_signing_off_by_a_submitter_who_is_nobody(session, city):
    one = enter(session, city, an_entry(city, State.SUBMITTED, **dated()), by="sysadmin")

    move(session, city, one.id, "pass_check", "checker")
    move(session, city, one.id, "sign_off", "hw_admin")

    assert (one.state, one.checked_by_id) == ("signed_off", city.users["checker"])


def test_an_imported_deferral_lapses_on_its_day_and_can_be_ended_before(session, city):
    past = enter(session, city, an_entry(city, State.DEFERRED, deferral_due=date(2026, 11, 13)))
    ahead = enter(session, city, an_entry(city, State.DEFERRED, deferral_due=UNTIL))

    perform(session, SYSTEM, MONDAY, past.id, "lapse_deferral", Given())
    move(session, city, ahead.id, "cancel_deferral", "zhanqian", text="已具备条件")

    assert (past.state, past.deferral_expired) == ("listed", True)
    assert past.due_at == end_of(date(2026, 11, 13))
    assert (ahead.state, ahead.deferral_due, ahead.due_at > MONDAY) == ("listed", None, True)
    asked = session.query(ProblemRequest).filter_by(problem_id=ahead.id).one()
    assert (asked.kind, asked.status) == ("deferral", "approved")


def test_imported_reports_are_dispatched_and_urgent_ones_referred(session, city):
    asked = an_entry(city, State.POOLED, priority=Priority.URGENT, urgent_reason="台账写着紧急")
    plain, urgent = enter(session, city, an_entry(city, State.POOLED)), enter(session, city, asked)

    move(session, city, plain.id, "dispatch", "reviewer", **route(city))
    move(session, city, urgent.id, "refer_to_leader", "reviewer", text="有危险", **route(city))

    assert (plain.state, plain.number is not None) == ("listed", True)
    assert urgent.state == "urgent_review"


# --- who ---


def test_those_trusted_with_a_sections_ledger_bring_it_in_and_nobody_else(session, city):
    for login in ("sz_admin", "zhanqian", "checker", "leader", "reader"):
        with pytest.raises(NotAllowed):
            enter(session, city, an_entry(city), by=login)
    for login in ("hw_admin", "reviewer", "sysadmin"):
        assert enter(session, city, an_entry(city), by=login).number


def test_no_move_of_an_import_is_made_or_offered_alone(session, city):
    one = make_problem(session, city, State.LISTED)
    actor = city.actors["sysadmin"]

    for move_id in ("import_update", "undo_import"):
        with pytest.raises(Conflict, match="只随导入"):
            perform(session, actor, MONDAY, one.id, move_id, Given())

    offered = {option.move.id for option in detail(session, actor, one.id, MONDAY).options}
    assert offered.isdisjoint({"import_entry", "import_update", "undo_import"})


# --- what a row says ---


def a_record(city, **fields):
    ids = {"street": city.orgs["210402001"], "category": city.categories["rubbish"]}
    return ReadRecord("9月", 5, False, {"description": "垃圾", "point": "大街", **fields}, ids=ids)


def read(session, city, **fields):
    record = a_record(city, **fields)
    return entry_of(record, city.orgs["HW"], load_entry_facts(session))


def test_done_by_itself_is_never_signed_off_whatever_else_the_column_says(session, city):
    others = ((), ("signed_off",), ("submitted",), ("pre_signed_off",), (CLOSED,))
    for other, photographed in product(others, (False, True)):
        state = settle(DONE, photographed=photographed, options_of_file={DONE, *other})
        said = read(session, city, status=state, finished_at=date(2026, 9, 25))
        one = enter(session, city, said.entry)

        assert (one.state, one.signed_off_at) in {("submitted", None), ("pre_signed_off", None)}
        if not photographed and "submitted" not in other:
            assert one.state == "submitted"  # a person looks at it


def test_a_deferral_without_a_date_enters_as_listed_and_says_so(session, city):
    found = read(session, city, status=State.DEFERRED, reported_at=date(2026, 9, 21))

    assert found.entry.state is State.LISTED
    assert any("挂号期限" in each.sentence for each in found.assumed)


def test_days_that_stand_in_for_others_are_told(session, city):
    found = read(session, city, status=State.SIGNED_OFF, reported_at=date(2026, 9, 21),
                 checked_at=date(2026, 9, 25))  # fmt: skip

    told = {each.field_id: each.sentence for each in found.assumed}
    assert "核查时间" in told["finished_at"]
    assert "核查时间" in told["signed_off_at"]
    one = enter(session, city, found.entry)
    assert one.signed_off_at.astimezone(LOCAL).date() == date(2026, 9, 25)


def test_a_row_without_any_day_enters_now(session, city):
    found = read(session, city, status=State.SIGNED_OFF)

    one = enter(session, city, found.entry)

    assert one.signed_off_at == one.submitted_at == one.listed_at == MONDAY
    assert all("导入的时间" in each.sentence for each in found.assumed if "_at" in each.field_id)


def test_a_row_without_a_state_goes_as_far_as_its_days(session, city):
    assert read(session, city).entry.state is State.LISTED
    assert read(session, city, finished_at=date(2026, 9, 25)).entry.state is State.SUBMITTED


def test_urgency_is_not_decided_by_a_ledger(session, city):
    record = a_record(city, status=State.LISTED)
    record.ids["priority"] = "urgent"

    found = entry_of(record, city.orgs["HW"], load_entry_facts(session))

    assert found.entry.priority is Priority.GENERAL
    assert found.entry.urgent_reason
    assert any(each.field_id == "urgent" for each in found.assumed)


def test_a_row_without_a_known_unit_is_the_sections_own(session, city):
    found = read(session, city, status=State.LISTED, unit="某某物业公司")

    one = enter(session, city, found.entry)

    assert one.responsible_org_id == city.orgs["HW"]
    assert one.handled_by == "某某物业公司"
    move(session, city, one.id, "submit", "hw_admin", photos=1, **remedy())


def test_an_event_a_row_is_written_for_many_rows_at_once(session, city):
    rows = [NewRow(an_entry(city, description=f"第 {each} 处")) for each in range(300)]

    ids = insert_new(session, city.actors["hw_admin"], MONDAY, 1, rows)

    assert len(set(ids)) == 300
    assert session.query(Event).filter(Event.problem_id.in_(ids)).count() == 300
    assert [session.get_one(Problem, each).description for each in ids[:2]] == [
        "第 0 处",
        "第 1 处",
    ]
    make_photo(session, city.actors["hw_admin"], Phase.BEFORE)
    assert report(session, city).problem_id > max(ids)  # ids given by the database go on after them
