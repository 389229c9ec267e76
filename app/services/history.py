"""The append-only history: one chained event row a move."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.states import State
from app.models import Event

GENESIS = "0" * 64
_HASHED = (
    "problem_id", "seq", "move", "from_state", "to_state", "actor_id", "actor_name",
    "actor_org_id", "actor_org_name", "in_place_of", "at", "client_at", "reason_code", "text",
    "payload",
)  # fmt: skip


def fingerprint(values: Mapping[str, Any], previous_hash: str) -> str:
    """SHA-256 over an event's values in canonical JSON and the hash before it."""
    plain = {
        key: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for key, value in values.items()
        if key in _HASHED
    }
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous_hash}\n{text}".encode()).hexdigest()


def record(
    session: Session,
    *,
    problem_id: int,
    move: str,
    from_state: State | None,
    to_state: State,
    actor: Actor,
    now: datetime,
    reason_code: str = "",
    text: str = "",
    in_place_of: str = "",
    client_at: datetime | None = None,
    payload: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event to a problem's chain.

    The unique (problem, seq) makes a second writer fail rather than fork the chain; the
    conditional UPDATE before it has already chosen one winner.
    """
    seq, previous = _end_of_chain(session, problem_id)
    values: dict[str, Any] = {
        "problem_id": problem_id,
        "seq": seq,
        "move": move,
        "from_state": from_state.value if from_state else None,
        "to_state": to_state.value,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "actor_org_id": actor.org_id,
        "actor_org_name": actor.org_name,
        "in_place_of": in_place_of,
        "at": now,
        "client_at": client_at,
        "reason_code": reason_code,
        "text": text,
        "payload": dict(payload or {}),
    }
    event = Event(**values, previous_hash=previous, hash=fingerprint(values, previous))
    session.add(event)
    session.flush()
    return event


def _end_of_chain(session: Session, problem_id: int) -> tuple[int, str]:
    """The next seq and the hash it must build on."""
    last = session.execute(
        select(Event.seq, Event.hash)
        .where(Event.problem_id == problem_id)
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    return (last.seq + 1, last.hash) if last else (1, GENESIS)


def events_of(session: Session, problem_id: int) -> list[Event]:
    """All events of a problem, oldest first."""
    return list(
        session.scalars(select(Event).where(Event.problem_id == problem_id).order_by(Event.seq))
    )


def first_break(events: list[Event]) -> int | None:
    """The seq of the first event that does not fit its chain, or None when all is whole."""
    previous = GENESIS
    for expected, event in enumerate(events, start=1):
        values = {name: getattr(event, name) for name in _HASHED}
        whole = event.previous_hash == previous and event.hash == fingerprint(values, previous)
        if event.seq != expected or not whole:
            return expected
        previous = event.hash
    return None
