"""The history of what administrators change: fields, sheets, views, rights; one chain a topic."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.models import AdminEvent
from app.services.history import GENESIS

FIELDS, SHEETS, VIEWS, RIGHTS, ACCOUNTS = "fields", "sheets", "views", "rights", "accounts"
_HASHED = ("topic", "seq", "kind", "target", "actor_id", "actor_name", "at", "text", "payload")


def record(
    session: Session,
    actor: Actor,
    now: datetime,
    topic: str,
    kind: str,
    target: str,
    text: str,
    payload: Mapping[str, Any] | None = None,
) -> AdminEvent:
    """Append what an administrator did; `text` is the sentence people read.

    The unique (topic, seq) makes a second writer fail rather than fork the chain.
    """
    last = session.execute(
        select(AdminEvent.seq, AdminEvent.hash)
        .where(AdminEvent.topic == topic)
        .order_by(AdminEvent.seq.desc())
        .limit(1)
    ).first()
    values: dict[str, Any] = {
        "topic": topic,
        "seq": last.seq + 1 if last else 1,
        "kind": kind,
        "target": target,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "at": now,
        "text": text,
        "payload": dict(payload or {}),
    }
    previous = last.hash if last else GENESIS
    event = AdminEvent(**values, previous_hash=previous, hash=_fingerprint(values, previous))
    session.add(event)
    session.flush()
    return event


def events(
    session: Session, topic: str, target: str | None = None, most: int = 200
) -> list[AdminEvent]:
    """The newest events of a topic, newest first; of one target alone when it is given."""
    wanted = select(AdminEvent).where(AdminEvent.topic == topic)
    if target is not None:
        wanted = wanted.where(AdminEvent.target == target)
    return list(session.scalars(wanted.order_by(AdminEvent.seq.desc()).limit(most)))


def first_break(session: Session, topic: str) -> int | None:
    """The seq of the first event that does not fit the topic's chain, or None when it is whole."""
    previous = GENESIS
    rows = session.scalars(
        select(AdminEvent).where(AdminEvent.topic == topic).order_by(AdminEvent.seq)
    )
    for expected, event in enumerate(rows, start=1):
        values = {name: getattr(event, name) for name in _HASHED}
        whole = event.previous_hash == previous and event.hash == _fingerprint(values, previous)
        if event.seq != expected or not whole:
            return expected
        previous = event.hash
    return None


def _fingerprint(values: Mapping[str, Any], previous_hash: str) -> str:
    plain = {
        key: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for key, value in values.items()
    }
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous_hash}\n{text}".encode()).hexdigest()
