"""Turns an account into the actor value that rules and scope are asked about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.rights import resolve
from app.domain.roles import Actor, OrgType, Rights, Role
from app.models import Delegation, Leadership, User
from app.services.row_rules import rules_in_force


def actor_of(session: Session, user_id: int, now: datetime) -> Actor | None:
    """The actor of an active account, with the sections he leads or stands in for; else None.

    What the city's own rules leave to him goes with him.
    """
    user = session.get(User, user_id)
    if user is None or not user.is_active:
        return None
    return _actor(session, user, now)


def rights_of(session: Session, user_id: int, now: datetime) -> Rights:
    """What the city's rules leave to an account now, in use or not."""
    return _actor(session, session.get_one(User, user_id), now).rights


def _actor(session: Session, user: User, now: datetime) -> Actor:
    delegated = _delegated_sections(session, user.id, now)
    own = session.scalars(select(Leadership.section_id).where(Leadership.leader_id == user.id))
    leads = frozenset(own) | frozenset(delegated)
    actor = replace(_person(user, leads), delegated_from=delegated)
    return replace(actor, rights=resolve(rules_in_force(session), actor))


def _person(user: User, leads: Iterable[int]) -> Actor:
    return Actor(
        user_id=user.id,
        name=user.name,
        org_id=user.org_id,
        org_name=user.org.name,
        org_type=OrgType(user.org.org_type),
        org_path=user.org.path,
        roles=frozenset(Role(row.role) for row in user.roles),
        leads=frozenset(leads),
    )


def active_actors(session: Session, now: datetime) -> list[Actor]:
    """The actors of all accounts in use, by id: for whoever asks how many a rule would touch."""
    rules = rules_in_force(session)
    leads: dict[int, set[int]] = {}
    for leader_id, section_id in _own_and_delegated(session, now):
        leads.setdefault(leader_id, set()).add(section_id)
    users = session.scalars(select(User).where(User.is_active).order_by(User.id))
    found = [_person(user, leads.get(user.id, ())) for user in users]
    return [replace(actor, rights=resolve(rules, actor)) for actor in found]


def _own_and_delegated(session: Session, now: datetime) -> list[tuple[int, int]]:
    """Person and section: leaders, and those who stand in for one now."""
    own = session.execute(select(Leadership.leader_id, Leadership.section_id))
    delegated = session.execute(
        select(Delegation.delegate_id, Leadership.section_id)
        .join(Delegation, Delegation.leader_id == Leadership.leader_id)
        .where(
            Delegation.starts_at <= now,
            Delegation.ends_at > now,
            Delegation.revoked_at.is_(None),
        )
    )
    return [(person, section) for person, section in (*own, *delegated)]


def _delegated_sections(session: Session, user_id: int, now: datetime) -> dict[int, str]:
    """Section -> name of the leader for whom this person stands in now."""
    rows = session.execute(
        select(Leadership.section_id, User.name)
        .join(Delegation, Delegation.leader_id == Leadership.leader_id)
        .join(User, User.id == Delegation.leader_id)
        .where(
            Delegation.delegate_id == user_id,
            Delegation.starts_at <= now,
            Delegation.ends_at > now,
            Delegation.revoked_at.is_(None),
        )
    )
    return {section_id: name for section_id, name in rows}
