"""Server-side sessions in the database: begun, read, touched, ended and swept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.domain.roles import Actor, Role
from app.models import LoginAttempt, LoginSession

FIELD_ROLES = frozenset({Role.REPORTER, Role.UNIT_USER, Role.BRIGADE_USER})
KEEP_ATTEMPTS = timedelta(days=1)


def works_outdoors(actor: Actor) -> bool:
    """Only field roles: a phone in a pocket, not a desk that others walk past."""
    return bool(actor.roles) and actor.roles <= FIELD_ROLES


def find(session: Session, token_hash: str, now: datetime) -> LoginSession | None:
    """The session of a cookie while its absolute time runs."""
    row = session.get(LoginSession, token_hash)
    return row if row is not None and row.expires_at > now else None


def begin(
    session: Session,
    token_hash: str,
    user_id: int | None,
    data: dict[str, Any],
    now: datetime,
    expires_at: datetime,
) -> None:
    """Write a new session; what of this person has expired goes."""
    if user_id is not None:
        expired = LoginSession.expires_at <= now
        session.execute(delete(LoginSession).where(LoginSession.user_id == user_id, expired))
    session.add(
        LoginSession(
            token_hash=token_hash,
            user_id=user_id,
            data=data,
            created_at=now,
            last_seen_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()


def save(session: Session, token_hash: str, now: datetime, data: dict[str, Any] | None) -> bool:
    """Note that a session was used, and its data if given; False if it was ended meanwhile.

    Never brings an ended session back.
    """
    values: dict[str, Any] = {"last_seen_at": now}
    if data is not None:
        values["data"] = data
    of_token = update(LoginSession).where(LoginSession.token_hash == token_hash)
    ids = session.scalars(of_token.values(**values).returning(LoginSession.token_hash)).all()
    return bool(ids)


def end(session: Session, token_hash: str) -> None:
    """End one session."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == token_hash))


def end_all(session: Session, user_id: int) -> None:
    """End every session of a person, on every device."""
    session.execute(delete(LoginSession).where(LoginSession.user_id == user_id))


def sweep(session: Session, now: datetime) -> None:
    """Remove expired sessions, and failed sign-ins of unknown names older than a day."""
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))
    session.execute(delete(LoginAttempt).where(LoginAttempt.last_at < now - KEEP_ATTEMPTS))
