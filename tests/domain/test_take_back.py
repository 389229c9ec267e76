"""Who may take a verdict back (T24), over every state and role."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.facts import Verdict
from app.domain.roles import Role
from app.domain.rules import DEFAULTS
from app.domain.states import State
from app.domain.workflow import BY_ID, VERDICTS, Target, options
from tests.domain.test_workflow import AT, NOW, ROLES, SECTION, STREET, actor, facts

JUDGES = {Role.CHECKER, Role.LEAD_ADMIN, Role.BRIGADE_ADMIN}
AFTER_A_VERDICT = {
    State.PRE_SIGNED_OFF, State.SIGNED_OFF, State.LISTED, State.URGENT_LISTED, State.DEFERRED,
}  # fmt: skip
FRESH = Verdict("send_back", 90, NOW - timedelta(seconds=4), State.SUBMITTED)


def is_offered(state: State, role: Role, verdict: Verdict | None, at=AT) -> bool:
    org = SECTION if role is Role.LEAD_ADMIN else STREET
    told = options(facts(state, verdict=verdict), actor(role, org_id=org), at)
    return "take_back" in {option.move.id for option in told}


@pytest.mark.parametrize(("state", "role"), list(itertools.product(State, ROLES)))
def test_who_gave_a_verdict_may_take_it_back_where_it_led_to(state: State, role: Role) -> None:
    expected = state in AFTER_A_VERDICT and role in JUDGES
    assert is_offered(state, role, FRESH) == expected
    assert not is_offered(state, role, replace(FRESH, by_id=91))
    assert not is_offered(state, role, replace(FRESH, by_id=None))
    assert not is_offered(state, role, None)
    assert not is_offered(state, role, replace(FRESH, at=NOW - timedelta(seconds=14)))
    off = replace(AT, rules=replace(DEFAULTS, take_back_seconds=0))
    assert not is_offered(state, role, FRESH, off)


def test_every_verdict_leads_to_where_it_can_be_taken_back() -> None:
    reached = set()
    for name in VERDICTS:
        to = BY_ID[name].to
        reached |= {State.LISTED, State.URGENT_LISTED, State.DEFERRED} if to is Target.CAME_FROM \
            else {to}  # fmt: skip
    assert reached == AFTER_A_VERDICT == BY_ID["take_back"].from_states
