"""Who administers which fields."""

from __future__ import annotations

import pytest

from app.domain.policy import may_administer_fields, may_administer_fields_of
from app.domain.roles import Actor, OrgType, Role

OWN, OTHER = 7, 8


def an_actor(*roles: Role, org_type: OrgType = OrgType.SECTION) -> Actor:
    return Actor(1, "某人", OWN, "某科", org_type, "/1/7/", frozenset(roles))


@pytest.mark.parametrize(
    ("actor", "own", "other", "city"),
    [
        (an_actor(Role.LEAD_ADMIN), True, False, False),
        (an_actor(Role.SYSADMIN, org_type=OrgType.BUREAU), True, True, True),
        (an_actor(Role.LEAD_ADMIN, org_type=OrgType.STREET), False, False, False),
        (an_actor(Role.UNIT_USER), False, False, False),
        (an_actor(Role.LEADER, Role.REVIEWER), False, False, False),
        (an_actor(), False, False, False),
    ],
)
def test_a_sections_admin_has_its_fields_and_the_system_admin_all(actor, own, other, city):
    allowed = [may_administer_fields_of(actor, section) for section in (OWN, OTHER, None)]

    assert allowed == [own, other, city]
    assert may_administer_fields(actor) is (own or other or city)
