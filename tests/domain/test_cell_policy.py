"""Who fills in which cells."""

from __future__ import annotations

import pytest

from app.domain.facts import Facts
from app.domain.policy import may_edit_city_fields, may_edit_section_fields
from app.domain.roles import Actor, OrgType, Role
from app.domain.states import Priority, State

LEAD, UNIT, OTHER = 7, 8, 9


def an_actor(org_id: int, *roles: Role, org_type: OrgType = OrgType.SECTION) -> Actor:
    return Actor(1, "某人", org_id, "某科", org_type, f"/1/{org_id}/", frozenset(roles))


def a_problem(lead: int | None = LEAD, unit: int | None = UNIT) -> Facts:
    return Facts(
        1, 1, State.LISTED, Priority.GENERAL, 3, 4, lead_section_id=lead, responsible_org_id=unit
    )


@pytest.mark.parametrize(
    ("actor", "of_city", "of_lead"),
    [
        (an_actor(LEAD, Role.LEAD_ADMIN), True, True),
        (an_actor(LEAD, Role.UNIT_USER), True, True),
        (an_actor(UNIT, Role.UNIT_USER), True, False),
        (an_actor(UNIT, Role.UNIT_USER, org_type=OrgType.DEPARTMENT), True, False),
        (an_actor(UNIT, Role.UNIT_USER, org_type=OrgType.STREET), False, False),
        (an_actor(OTHER, Role.LEAD_ADMIN, Role.UNIT_USER), False, False),
        (an_actor(LEAD, Role.REVIEWER, Role.CHECKER, Role.LEADER), False, False),
        (an_actor(OTHER, Role.SYSADMIN, org_type=OrgType.BUREAU), True, False),
        (an_actor(LEAD, Role.REPORTER), False, False),
        (an_actor(LEAD), False, False),
    ],
)
def test_cells_are_for_sections_at_work_on_the_problem(actor, of_city, of_lead):
    assert may_edit_city_fields(actor, a_problem()) is of_city
    assert may_edit_section_fields(actor, a_problem(), LEAD) is of_lead


def test_nobody_fills_in_a_problem_no_section_has_yet_but_the_system_admin():
    nobodys = a_problem(None, None)
    assert not may_edit_city_fields(an_actor(LEAD, Role.LEAD_ADMIN), nobodys)
    assert may_edit_city_fields(an_actor(OTHER, Role.SYSADMIN), nobodys)
