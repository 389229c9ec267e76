"""Lists: what stands in each queue, for whom, in which order, with which clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.refusals import NotFound
from app.domain.states import State
from app.models import Problem
from app.services.lists import queues
from app.services.lists.pages import count_queue, first_photos, list_problems
from app.services.problem_columns import BASE
from tests.builders import MONDAY, make_city, make_problem, move, photo_ids_of, report, route


@pytest.fixture
def city(session):
    return make_city(session)


def listed(session, city, queue_id, by, pairs=(), now=MONDAY):
    return list_problems(session, city.actors[by], now, queue_id, pairs)


def ids(page):
    return [row.id for row in page.rows]


# queue -> who opens it, and the states that stand in it when there is one problem of each
EXPECTED = {
    "today": ("zhanqian", {State.LISTED}),
    "corrections": ("zhanqian", {State.NEEDS_CORRECTION}),
    "mine": ("zhanqian", set(State)),
    "pool": ("reviewer", {State.POOLED}),
    "check": ("checker", {State.SUBMITTED}),
    "sign_off": ("hw_admin", {State.PRE_SIGNED_OFF}),
    "urgent_review": ("leader", {State.URGENT_REVIEW}),
    "brigade": ("brigade", {State.URGENT_LISTED}),
    "unit": ("zhanqian", {State.LISTED, State.DEFERRED, State.SUBMITTED}),
    "all": ("reviewer", set(State) - {State.DRAFT}),
}


def test_each_queue_holds_exactly_its_states(session, city):
    made = {state: make_problem(session, city, state).id for state in State}

    for queue_id, (by, states) in EXPECTED.items():
        page = listed(session, city, queue_id, by)
        assert set(ids(page)) == {made[state] for state in states}, queue_id
        assert count_queue(session, city.actors[by], MONDAY, queue_id) == len(states)


def test_a_section_without_lead_sees_no_sign_off_of_another(session, city):
    make_problem(session, city, State.PRE_SIGNED_OFF)

    assert ids(listed(session, city, "sign_off", "sz_admin")) == []


def test_an_urgent_problem_is_signed_off_by_the_brigade_and_not_by_the_section(session, city):
    problem = make_problem(session, city, State.URGENT_LISTED)
    done = {"remedy": "已更换井盖", "handled_by": "抢修班"}
    move(session, city, problem.id, "submit", "brigade", photos=1, **done)
    move(session, city, problem.id, "pass_check", "checker")

    assert ids(listed(session, city, "sign_off", "brigade_admin")) == [problem.id]
    assert ids(listed(session, city, "sign_off", "hw_admin")) == []


def test_a_deferral_request_stands_with_whoever_may_decide_it(session, city):
    problem = make_problem(session, city, State.LISTED)
    far = (MONDAY + timedelta(days=200)).date()
    move(
        session, city, problem.id, "request_deferral", "zhanqian", reason_code="season",
        text="冬季不宜栽种", target_date=far, interim_measure="围挡",
    )  # fmt: skip
    assert ids(listed(session, city, "deferral_requests", "hw_admin")) == [problem.id]
    assert ids(listed(session, city, "deferral_requests", "leader")) == []

    move(session, city, problem.id, "endorse_deferral", "hw_admin")

    assert ids(listed(session, city, "deferral_requests", "hw_admin")) == []
    assert ids(listed(session, city, "deferral_requests", "leader")) == [problem.id]


def test_today_shows_the_nearest_deadline_first(session, city):
    late = make_problem(session, city, State.LISTED, MONDAY)
    soon = make_problem(session, city, State.LISTED, MONDAY - timedelta(days=6))

    page = listed(session, city, "today", "zhanqian")

    assert ids(page) == [soon.id, late.id]
    assert [row.reading.text for row in page.rows] == ["剩 3 个工作日", "剩 7 个工作日"]


def test_clocks_that_stand_still_say_so_in_grey_words(session, city):
    for state in (State.SUBMITTED, State.DEFERRED, State.SIGNED_OFF):
        make_problem(session, city, state)

    page = listed(session, city, "all", "reviewer")

    said = {row.values["state"]: (row.reading.light, row.reading.text) for row in page.rows}
    assert {light for light, _ in said.values()} == {"grey"}
    assert said["submitted"][1] == "整改时限暂停"
    assert said["deferred"][1] == "已挂号"
    assert said["signed_off"][1] == "已办结"


def test_a_checkers_list_shows_the_checkers_own_clock(session, city):
    make_problem(session, city, State.SUBMITTED)

    assert listed(session, city, "check", "checker").rows[0].reading.text == "剩 2 个工作日"


def test_no_queue_shows_what_lies_outside_the_actors_scope(session, city):
    for state in State:
        make_problem(session, city, state)

    for queue in queues.QUEUES:
        assert ids(listed(session, city, queue.id, "dongzhou")) == [], queue.id
        assert count_queue(session, city.actors["dongzhou"], MONDAY, queue.id) == 0


def test_a_district_sees_its_streets_and_another_district_does_not(session, city):
    problem = make_problem(session, city, State.LISTED)

    assert ids(listed(session, city, "all", "xinfu")) == [problem.id]
    assert ids(listed(session, city, "all", "dongzhou")) == []


def test_filters_apply_and_are_said_in_a_sentence(session, city):
    make_problem(session, city, State.POOLED)
    wanted = make_problem(session, city, State.LISTED)
    pairs = [("f.state.is", "listed"), ("f.street.is", str(city.orgs["210402001"]))]

    page = listed(session, city, "all", "reviewer", pairs)

    assert ids(page) == [wanted.id]
    assert page.sentence == "状态 是 待整改，且 街道 是 站前街道"


def test_a_wrong_parameter_gets_a_sentence_and_the_rest_applies(session, city):
    wanted = make_problem(session, city, State.LISTED)
    pairs = [("f.state.is", "listed"), ("f.nonsense.is", "1"), ("sort", "due_at")]

    page = listed(session, city, "all", "reviewer", pairs)

    assert ids(page) == [wanted.id]
    assert [error.parameter for error in page.errors] == ["f.nonsense.is"]


def test_an_unknown_queue_is_not_found(session, city):
    with pytest.raises(NotFound):
        listed(session, city, "nowhere", "reviewer")


def test_pages_follow_each_other_without_gap_or_repetition(session, city):
    made = [report(session, city).problem_id for _ in range(5)]
    seen, after = [], None
    while True:
        pairs = [("limit", "2")] + ([("after", after)] if after else [])
        page = listed(session, city, "pool", "reviewer", pairs)
        seen += ids(page)
        after = page.next
        if after is None:
            break

    assert sorted(seen) == sorted(made)
    assert len(seen) == len(set(seen))


def test_a_row_carries_its_first_photo_names_and_texts(session, city):
    problem = make_problem(session, city, State.LISTED)

    row = listed(session, city, "all", "reviewer").rows[0]

    assert row.photo_id == photo_ids_of(session, problem.id)[0]
    assert row.shown["responsible"] == "站前街道"
    assert row.shown["state"] == "待整改"
    assert row.shown["priority"] == "一般"


def test_the_after_photo_of_a_pair_is_of_the_last_round(session, city):
    from app.domain.states import Phase

    problem = make_problem(session, city, State.SUBMITTED)
    move(session, city, problem.id, "send_back", "checker", reason_code="not_fixed", text="再清")
    done = {"remedy": "再次清运", "handled_by": "环卫班"}
    move(session, city, problem.id, "submit", "zhanqian", photos=2, **done)

    last = photo_ids_of(session, problem.id)[-2]
    assert first_photos(session, [problem.id], Phase.AFTER) == {problem.id: last}


def test_a_search_looks_into_what_people_remember(session, city):
    wanted = report(session, city, description="桥下积水很深").problem_id
    report(session, city)

    assert ids(listed(session, city, "all", "reviewer", [("q", "积水")])) == [wanted]


def test_every_column_of_a_queue_is_a_field_of_the_sheet():
    for queue in queues.QUEUES:
        BASE.only(queue.columns)


def test_every_column_of_the_problem_that_people_see_is_a_field():
    internal = {
        "clock_amount", "clock_consumed", "clock_since", "clock_paused_at", "coord_source",
        "located_at", "no_position_reason", "updated_at", "came_from", "round",
        "deferrals_approved", "extensions_granted", "duplicate_of_id", "recurrence_of_id",
    }  # fmt: skip
    told = {getattr(field.column, "name", "") for field in BASE.fields}

    assert set(Problem.__table__.c.keys()) - told == internal


def test_a_reviewer_dispatches_from_the_pool_and_it_leaves_the_list(session, city):
    problem_id = report(session, city).problem_id
    move(session, city, problem_id, "dispatch", "reviewer", **route(city))

    assert ids(listed(session, city, "pool", "reviewer")) == []
