"""The table of moves: who may what in every state, and nothing beside it."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.domain import effects
from app.domain.calendars import LOCAL, end_of
from app.domain.clocks import Clock, Due, Limit, LimitUnit
from app.domain.facts import Facts, Given, RequestFacts
from app.domain.guards import Circumstances
from app.domain.refusals import Conflict, Invalid, NotAllowed
from app.domain.roles import SYSTEM, Actor, OrgType, Role
from app.domain.rules import DEFAULTS
from app.domain.states import OPEN, Priority, RequestKind, RequestStatus, State
from app.domain.workflow import BY_ID, MOVES, Target, apply, options
from tests.domain.test_working_days import CALENDAR

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=LOCAL)
AT = Circumstances(NOW, CALENDAR, DEFAULTS)
STREET, SECTION = 7, 3
ROLES = [role for role in Role if role is not Role.SYSTEM]


def actor(*roles: Role, user_id: int = 90, org_id: int = STREET) -> Actor:
    leads = frozenset({SECTION}) if Role.LEADER in roles else frozenset()
    return Actor(
        user_id, "某人", org_id, "某单位", OrgType.STREET, f"/1/{org_id}/", frozenset(roles), leads
    )


def facts(state: State, **changes: object) -> Facts:
    urgent = state in {State.URGENT_REVIEW, State.URGENT_LISTED}
    since = NOW - timedelta(days=1)
    plain = Facts(
        id=5, version=2, state=state, reporter_id=90, reporter_org_id=STREET,
        priority=Priority.URGENT if urgent else Priority.GENERAL,
        street_id=STREET, lead_section_id=SECTION, responsible_org_id=STREET, number="FS-1",
        submitted_by_id=41, checked_by_id=42, came_from=State.LISTED, listed_at=since,
        signed_off_at=NOW - timedelta(days=2), due=Due(end_of(date(2026, 11, 27))),
        clock=Clock(Limit(7, LimitUnit.WORK_DAY), since=since),
        deferral_due=date(2026, 12, 20) if state is State.DEFERRED else None,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


# The whole permission matrix for a problem with no pending request, as the trade has it (§2.3).
# Somebody of the right organisation holds each role; what is not named here must not be offered.
EXPECTED: dict[State, dict[Role, set[str]]] = {
    State.DRAFT: {Role.REPORTER: {"report"}},
    State.NEEDS_CORRECTION: {
        Role.REPORTER: {"correct"},
        Role.LEADER: {"supervise"},
        Role.LEAD_ADMIN: {"supervise"},
    },
    State.POOLED: {
        Role.REVIEWER: {"return_for_correction", "void", "dispatch", "refer_to_leader"},
        Role.LEADER: {"supervise"},
        Role.LEAD_ADMIN: {"supervise"},
    },
    State.VOID: {},
    State.URGENT_REVIEW: {
        Role.LEADER: {"confirm_urgent", "lower_to_general", "supervise"},
        Role.LEAD_ADMIN: {"supervise"},
    },
    State.LISTED: {
        Role.UNIT_USER: {"submit", "request_deferral", "request_reassign", "request_extension"},
        Role.LEADER: {"supervise"},
        Role.LEAD_ADMIN: {"supervise"},
    },
    State.URGENT_LISTED: {
        Role.BRIGADE_USER: {"submit"},
        Role.BRIGADE_ADMIN: {"submit"},
        Role.LEADER: {"supervise"},
        Role.LEAD_ADMIN: {"supervise"},
    },
    State.SUBMITTED: {
        Role.CHECKER: {"pass_check", "send_back"},
        Role.LEADER: {"supervise"},
        Role.LEAD_ADMIN: {"supervise"},
    },
    State.PRE_SIGNED_OFF: {
        Role.LEAD_ADMIN: {"sign_off", "refuse_sign_off", "supervise"},
        Role.LEADER: {"supervise"},
    },
    State.DEFERRED: {
        Role.UNIT_USER: {"submit", "request_deferral", "cancel_deferral"},
        Role.LEADER: {"supervise"},
        Role.LEAD_ADMIN: {"cancel_deferral", "supervise"},
    },
    State.SIGNED_OFF: {Role.LEAD_ADMIN: {"reopen"}},
}
for _state in OPEN:  # whoever reports may add photos to what he would report
    EXPECTED[_state][Role.REPORTER] = EXPECTED[_state].get(Role.REPORTER, set()) | {"add_evidence"}


@pytest.mark.parametrize(("state", "role"), list(itertools.product(State, ROLES)))
def test_each_role_is_offered_exactly_its_moves(state: State, role: Role) -> None:
    org = SECTION if role is Role.LEAD_ADMIN else STREET
    offered = {option.move.id for option in options(facts(state), actor(role, org_id=org), AT)}
    assert offered == EXPECTED[state].get(role, set())


@pytest.mark.parametrize(("state", "role"), list(itertools.product(State, ROLES)))
def test_somebody_of_another_organisation_is_offered_less(state: State, role: Role) -> None:
    stranger = replace(actor(role, user_id=91, org_id=99), leads=frozenset({98}))
    offered = {option.move.id for option in options(facts(state), stranger, AT)}
    city_wide = {Role.REVIEWER, Role.CHECKER, Role.BRIGADE_USER, Role.BRIGADE_ADMIN}
    assert offered == (EXPECTED[state].get(role, set()) if role in city_wide else set())


@pytest.mark.parametrize(("state", "role"), list(itertools.product(State, ROLES)))
def test_what_is_not_offered_is_refused(state: State, role: Role) -> None:
    who = actor(role, org_id=SECTION if role is Role.LEAD_ADMIN else STREET)
    offered = {option.move.id for option in options(facts(state), who, AT)}
    for move in MOVES:
        if move.id not in offered:
            with pytest.raises((Conflict, NotAllowed, Invalid)):
                apply(move, facts(state), who, Given(), AT)


def test_the_table_holds_every_move_of_the_handbook() -> None:
    codes = " ".join(move.code for move in MOVES)
    for number in range(1, 21):
        assert re.search(rf"T{number:02d}\b|T{number:02d}[a-f]", codes), number
    assert len(BY_ID) == len(MOVES)


def test_every_predicate_guard_and_effect_says_what_it_means() -> None:
    for move in MOVES:
        assert move.who.__doc__
        assert move.starts.__doc__
        assert all(guard.__doc__ for guard in move.guards)


def test_only_apply_gives_a_state() -> None:
    for name, function in vars(effects).items():
        code = getattr(function, "__code__", None)
        if code is not None:
            assert "state" not in code.co_consts, name


def given_submit() -> Given:
    return Given(remedy="已清理", handled_by="环卫班", photos=1)


def test_submitting_pauses_the_clock_and_remembers_where_it_came_from() -> None:
    unit = actor(Role.UNIT_USER)
    change = apply(BY_ID["submit"], facts(State.LISTED), unit, given_submit(), AT)
    assert change.to_state is State.SUBMITTED
    assert change.effect.values["came_from"] is State.LISTED
    assert change.effect.values["on_time"] is True
    assert change.effect.clock is not None
    assert change.effect.clock.paused_at == NOW


def test_a_send_back_leads_to_where_the_submission_came_from() -> None:
    given = Given(reason_code="not_fixed", text="没有清理")
    checker = actor(Role.CHECKER)
    for origin in (State.LISTED, State.URGENT_LISTED):
        change = apply(
            BY_ID["send_back"], facts(State.SUBMITTED, came_from=origin), checker, given, AT
        )
        assert change.to_state is origin


@pytest.mark.parametrize(
    ("deferral_due", "state"),
    [(date(2026, 11, 18), State.DEFERRED), (date(2026, 11, 17), State.LISTED)],
)
def test_a_deferred_problem_is_sent_back_to_its_deferral_while_that_runs(
    deferral_due: date, state: State
) -> None:
    given = Given(reason_code="not_fixed", text="没有清理")
    problem = facts(State.SUBMITTED, came_from=State.DEFERRED, deferral_due=deferral_due)
    change = apply(BY_ID["send_back"], problem, actor(Role.CHECKER), given, AT)
    assert change.to_state is state


@pytest.mark.parametrize("user_id", [41, 42])
def test_four_eyes_keep_submitter_and_checker_from_signing_off(user_id: int) -> None:
    admin = actor(Role.LEAD_ADMIN, user_id=user_id, org_id=SECTION)
    with pytest.raises(NotAllowed):
        apply(BY_ID["sign_off"], facts(State.PRE_SIGNED_OFF), admin, Given(), AT)
    loose = replace(AT, rules=replace(DEFAULTS, four_eyes=False))
    assert apply(BY_ID["sign_off"], facts(State.PRE_SIGNED_OFF), admin, Given(), loose)


def test_urgent_problems_are_signed_off_by_the_brigade_unless_the_city_says_otherwise() -> None:
    urgent = facts(State.PRE_SIGNED_OFF, priority=Priority.URGENT, came_from=State.URGENT_LISTED)
    brigade, lead = actor(Role.BRIGADE_ADMIN), actor(Role.LEAD_ADMIN, org_id=SECTION)
    assert apply(BY_ID["sign_off"], urgent, brigade, Given(), AT).to_state is State.SIGNED_OFF
    with pytest.raises(NotAllowed):
        apply(BY_ID["sign_off"], urgent, lead, Given(), AT)
    by_lead = replace(AT, rules=replace(DEFAULTS, urgent_sign_off_by_lead=True))
    assert apply(BY_ID["sign_off"], urgent, lead, Given(), by_lead)


def test_overdue_problems_cannot_be_deferred() -> None:
    late = facts(State.LISTED, due=Due(NOW - timedelta(days=1)))
    offered = {option.move.id for option in options(late, actor(Role.UNIT_USER), AT)}
    assert "request_deferral" not in offered
    assert "submit" in offered


def test_a_pending_request_is_decided_before_another_is_made() -> None:
    request = RequestFacts(1, RequestKind.DEFERRAL, RequestStatus.OPEN, 90, date(2026, 12, 1))
    problem = facts(State.LISTED, request=request)
    asked = {option.move.id for option in options(problem, actor(Role.UNIT_USER), AT)}
    assert asked == {"submit"}
    admin = actor(Role.LEAD_ADMIN, org_id=SECTION)
    assert {option.move.id for option in options(problem, admin, AT)} == {
        "approve_deferral", "refuse_deferral", "supervise"
    }  # fmt: skip


def test_the_system_alone_ends_a_deferral_and_only_after_its_day() -> None:
    day = date(2026, 11, 17)
    problem = facts(State.DEFERRED, deferral_due=day)
    change = apply(BY_ID["lapse_deferral"], problem, SYSTEM, Given(), AT)
    assert change.to_state is State.LISTED
    assert change.effect.due is not None
    assert change.effect.due.at == end_of(day)
    with pytest.raises(Conflict):
        apply(BY_ID["lapse_deferral"], facts(State.DEFERRED), SYSTEM, Given(), AT)


def test_targets_that_are_not_states_are_resolved() -> None:
    assert {move.to for move in MOVES if isinstance(move.to, Target)} == set(Target)
