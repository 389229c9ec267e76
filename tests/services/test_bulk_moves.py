"""One move on many problems: what is offered, what is asked first, what the worker does."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from app.domain.facts import Given
from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.domain.states import State
from app.models import BulkMove, Event, Problem
from app.services.problems import bulk_moves, bulk_work
from tests.builders import MONDAY, make_city, make_problem, move


@pytest.fixture
def city(database):
    with database.writing() as session:
        return make_city(session)


def made(database, city, *states):
    with database.writing() as session:
        return [make_problem(session, city, state).id for state in states]


def asked(database, city, login, move_id, ids, **given):
    with database.writing() as session:
        seen = bulk_moves.versions_of(session, city.actors[login], ids)
        given = Given(**given)
        return bulk_moves.start(session, city.actors[login], MONDAY, move_id, seen, given).id


def done(database, bulk_id, hold=lambda _session: True):
    bulk_work.work(bulk_work.Hands(database, lambda: MONDAY, hold), bulk_id)
    with database.reading() as session:
        return session.get_one(BulkMove, bulk_id)


def state_of(database, problem_id):
    with database.reading() as session:
        return session.get_one(Problem, problem_id).state


def chosen(database, city, login, ids):
    with database.reading() as session:
        return bulk_moves.selection(session, city.actors[login], MONDAY, ids)


def test_moves_of_all_of_some_and_those_with_photos_are_told_apart(database, city):
    listed, again, waiting = made(database, city, State.LISTED, State.LISTED, State.POOLED)

    found = chosen(database, city, "zhanqian", [listed, again, waiting, 987_654])

    assert (found.ids, found.missing) == ((listed, again, waiting), 1)
    assert found.on_all == ()
    assert {offer.move.id: offer.ids for offer in found.on_some} == {
        "request_deferral": (listed, again),
        "request_reassign": (listed, again),
        "request_extension": (listed, again),
    }
    assert [offer.move.id for offer in found.wants_photos] == ["submit", "add_evidence"]
    narrowed = chosen(database, city, "zhanqian", [listed, again])
    assert "request_deferral" in {offer.move.id for offer in narrowed.on_all}


def test_a_selection_is_neither_empty_nor_endless(database, city):
    for ids in ([], range(1, 502)):
        with pytest.raises(Invalid):
            chosen(database, city, "reviewer", ids)


def test_many_rows_are_asked_about_with_few_statements(database, city):
    ids = made(database, city, *[State.POOLED] * 3, *[State.LISTED] * 3)
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    chosen(database, city, "reviewer", ids)

    assert len([each for each in statements if each.startswith("SELECT")]) <= 6


def test_each_problem_is_moved_with_its_own_event_and_result(database, city):
    ids = made(database, city, *[State.PRE_SIGNED_OFF] * 3)

    bulk = done(database, asked(database, city, "hw_admin", "sign_off", ids, text="同意"))

    assert bulk.status == "done"
    assert [(each["id"], each["done"]) for each in bulk.results] == [(each, True) for each in ids]
    assert bulk.results[0]["text"] == "现在是“销号”"
    assert {state_of(database, each) for each in ids} == {"signed_off"}
    with database.reading() as session:
        events = session.scalars(select(Event).where(Event.move == "sign_off")).all()
    assert {(each.actor_name, each.text) for each in events} == {
        (city.actors["hw_admin"].name, "同意")
    }


def test_blanks_of_a_dispatch_follow_each_problem(database, city):
    ids = made(database, city, State.POOLED, State.POOLED)

    bulk = done(database, asked(database, city, "reviewer", "dispatch", ids))

    assert [each["done"] for each in bulk.results] == [True, True]
    with database.reading() as session:
        rows = [session.get_one(Problem, each) for each in ids]
    assert {(row.lead_section_id, row.responsible_org_id) for row in rows} == {
        (city.orgs["HW"], city.orgs["210402001"])
    }
    assert [row.number for row in rows] == ["FS-210402-2026-00001", "FS-210402-2026-00002"]


def test_what_is_missing_is_said_before_anything_is_done(database, city):
    ids = made(database, city, State.SUBMITTED)

    with pytest.raises(Invalid) as refused:
        asked(database, city, "checker", "send_back", ids)

    assert set(refused.value.fields) == {"reason_code", "text"}
    with pytest.raises(NotAllowed, match="逐条"):
        asked(database, city, "zhanqian", "submit", ids)


def test_who_was_quicker_is_reported_and_the_rest_is_done(database, city):
    ids = made(database, city, *[State.POOLED] * 3)
    bulk_id = asked(database, city, "reviewer", "dispatch", ids)
    with database.writing() as session:
        move(session, city, ids[1], "void", "reviewer", reason_code="untrue", text="现场没有")

    bulk = done(database, bulk_id)

    assert [each["done"] for each in bulk.results] == [True, False, True]
    assert "作废" in bulk.results[1]["text"]
    assert state_of(database, ids[1]) == "void"


def test_a_worker_that_dies_halfway_leaves_the_rest_to_the_next_one(database, city):
    ids = made(database, city, *[State.POOLED] * 4)
    bulk_id = asked(database, city, "reviewer", "dispatch", ids)
    held = iter([True, True, True])  # the beginning, and two problems

    with pytest.raises(StopIteration):
        done(database, bulk_id, hold=lambda _session: next(held))
    with database.reading() as session:
        halfway = session.get_one(BulkMove, bulk_id)
    assert (halfway.status, len(halfway.results)) == ("running", 2)

    bulk = done(database, bulk_id)
    assert [(each["id"], each["done"]) for each in bulk.results] == [(each, True) for each in ids]
    with database.reading() as session:
        moved = session.scalars(select(Event.problem_id).where(Event.move == "dispatch")).all()
    assert sorted(moved) == sorted(ids)


def test_what_was_not_done_can_be_tried_again(database, city):
    ids = made(database, city, State.PRE_SIGNED_OFF, State.PRE_SIGNED_OFF)
    bulk_id = asked(database, city, "hw_admin", "sign_off", ids)
    with database.writing() as session:
        session.get_one(Problem, ids[0]).version += 1  # somebody wrote into the row

    assert [each["done"] for each in done(database, bulk_id).results] == [False, True]
    with database.writing() as session:
        second = bulk_moves.again(session, city.actors["hw_admin"], MONDAY, bulk_id).id
    assert [each["id"] for each in done(database, second).results] == [ids[0]]
    assert state_of(database, ids[0]) == "signed_off"
    with database.writing() as session, pytest.raises(Conflict):
        bulk_moves.again(session, city.actors["hw_admin"], MONDAY, second)


def test_sending_twice_asks_once_and_nobody_sees_anothers(database, city):
    ids = made(database, city, State.POOLED)
    reviewer = city.actors["reviewer"]
    with database.writing() as session:
        seen = bulk_moves.versions_of(session, reviewer, ids)
        first, second = (
            bulk_moves.start(session, reviewer, MONDAY, "dispatch", seen, Given(), key="twice")
            for _ in range(2)
        )
        assert first.id == second.id
        assert [each.id for each in bulk_moves.latest(session, reviewer)] == [first.id]
        with pytest.raises(NotFound):
            bulk_moves.own(session, city.actors["checker"], first.id)
