"""The append-only history: one chained event row a move."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.domain.roles import Actor
from app.domain.states import State
from app.models import Event
from app.services.bulk_insert import insert_rows

GENESIS = "0" * 64
BEFORE_ALL = (0, GENESIS)  # where a chain begins
AT_ONCE = 1_000  # ids in one statement
_TABLE: Any = Event.__table__
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_HASHED = (
    "problem_id", "seq", "move", "from_state", "to_state", "actor_id", "actor_name",
    "actor_org_id", "actor_org_name", "in_place_of", "at", "client_at", "reason_code", "text",
    "payload",
)  # fmt: skip


def fingerprint(values: Mapping[str, Any], previous_hash: str) -> str:
    """SHA-256 over an event's values in canonical JSON and the hash before it."""
    text = canonical({key: values[key] for key in _HASHED if key in values})
    return hashlib.sha256(f"{previous_hash}\n{text}".encode()).hexdigest()


def canonical(values: Mapping[str, Any]) -> str:
    """Values as the JSON that is hashed: sorted, without blanks, instants in UTC."""
    return _CANONICAL.encode(
        {
            key: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
            for key, value in values.items()
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event to be recorded: what happened to which problem, and what goes with it."""

    problem_id: int
    move: str
    from_state: State | None
    to_state: State
    reason_code: str = ""
    text: str = ""
    in_place_of: str = ""
    client_at: datetime | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


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
    happening = Happening(
        problem_id=problem_id,
        move=move,
        from_state=from_state,
        to_state=to_state,
        reason_code=reason_code,
        text=text,
        in_place_of=in_place_of,
        client_at=client_at,
        payload=payload or {},
    )
    end = _ends_of_chains(session, [problem_id]).get(problem_id, BEFORE_ALL)
    event = Event(**_row(happening, actor, now, *end))
    session.add(event)
    session.flush()
    return event


def record_many(
    session: Session,
    actor: Actor,
    now: datetime,
    happenings: Sequence[Happening],
) -> None:
    """Append many events, in the order given: one question for all chains, one insert.

    As with `record`, a second writer on one of the chains fails.
    """
    ends = _ends_of_chains(session, {each.problem_id for each in happenings})
    rows = []
    for each in happenings:
        row = _row(each, actor, now, *ends.get(each.problem_id, BEFORE_ALL))
        ends[each.problem_id] = (row["seq"], row["hash"])
        rows.append(row)
    insert_rows(session, _TABLE, rows)


def _row(
    happening: Happening, actor: Actor, now: datetime, seq: int, previous: str
) -> dict[str, Any]:
    """The columns of the event that follows `seq`, whose hash is `previous`."""
    values = values_of(happening, actor, now, seq + 1)
    return values | {"previous_hash": previous, "hash": fingerprint(values, previous)}


def values_of(happening: Happening, actor: Actor, now: datetime, seq: int) -> dict[str, Any]:
    """The columns of an event without its hashes."""
    return {
        "problem_id": happening.problem_id,
        "seq": seq,
        "move": happening.move,
        "from_state": happening.from_state.value if happening.from_state else None,
        "to_state": happening.to_state.value,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "actor_org_id": actor.org_id,
        "actor_org_name": actor.org_name,
        "in_place_of": happening.in_place_of,
        "at": now,
        "client_at": happening.client_at,
        "reason_code": happening.reason_code,
        "text": happening.text,
        "payload": dict(happening.payload),
    }


def _ends_of_chains(session: Session, problem_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Problem id -> the seq and the hash of its last event."""
    later = aliased(Event)
    last = select(func.max(later.seq)).where(later.problem_id == Event.problem_id)
    ends: dict[int, tuple[int, str]] = {}
    ids = sorted(problem_ids)
    for start in range(0, len(ids), AT_ONCE):
        rows = session.execute(
            select(Event.problem_id, Event.seq, Event.hash).where(
                Event.problem_id.in_(ids[start : start + AT_ONCE]),
                Event.seq == last.correlate(Event).scalar_subquery(),
            )
        )
        ends.update({row.problem_id: (row.seq, row.hash) for row in rows})
    return ends


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
