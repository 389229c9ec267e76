"""Who may what, for paper: roles by moves, asked of the predicates themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.facts import Facts, RequestFacts, Verdict
from app.domain.rights import SUBJECT_ROLES
from app.domain.roles import Actor, OrgType, Role
from app.domain.rules import Rules
from app.domain.states import Priority, RequestKind, RequestStatus, State
from app.domain.workflow import MOVES, Move
from app.models import Organisation
from app.services.super_table import section_fields

ROLES = (*SUBJECT_ROLES, Role.SYSADMIN)
ORG = 1
OWN_VERDICT = Verdict("send_back", 1, datetime(2026, 1, 1, tzinfo=UTC), State.SUBMITTED)


@dataclass(frozen=True, slots=True)
class SectionFields:
    """The fields of one section, by caption."""

    section: str
    captions: tuple[str, ...]


def person(role: Role, org_type: OrgType = OrgType.SECTION) -> Actor:
    """Somebody with this role alone, whose unit is the one everything is about."""
    leads = frozenset({ORG}) if role is Role.LEADER else frozenset()
    return Actor(1, role.label, ORG, role.label, org_type, f"/{ORG}/", frozenset({role}), leads)


def may_ever(role: Role, move: Move, rules: Rules) -> bool:
    """Whether the role can be let make the move, on a problem of his own unit."""
    actor = person(role)
    return any(move.who(actor, facts, rules) for facts in _cases(move))


def _cases(move: Move) -> Iterator[Facts]:
    """Problems of his own unit on which the move could be open."""
    requests = (None, RequestFacts(1, RequestKind.DEFERRAL, RequestStatus.ENDORSED, 2))
    for state, priority, request in product(move.from_states, Priority, requests):
        for own in (1, 2):  # what he reported, and what another did
            yield Facts(
                id=1,
                version=1,
                state=state or State.DRAFT,
                priority=priority,
                reporter_id=own,
                reporter_org_id=ORG,
                lead_section_id=ORG,
                responsible_org_id=ORG,
                submitted_by_id=2,
                checked_by_id=3,
                request=request,
                verdict=OWN_VERDICT,
            )


def moves_by_role(rules: Rules) -> list[tuple[Move, tuple[bool, ...]]]:
    """Every move with a mark a role, in the order of `ROLES`."""
    return [(move, tuple(may_ever(role, move, rules) for role in ROLES)) for move in MOVES]


def fields_by_section(session: Session) -> list[SectionFields]:
    """Each section's own fields; those of no section first, as 全市."""
    names = {code: name for code, name in session.execute(
        select(Organisation.code, Organisation.short_name)
    )}  # fmt: skip
    found: dict[str | None, list[str]] = {}
    for field in section_fields.all_fields(session):
        found.setdefault(field.section, []).append(field.caption)
    return [
        SectionFields("全市" if code is None else names.get(code, code), tuple(captions))
        for code, captions in sorted(found.items(), key=lambda item: item[0] or "")
    ]
