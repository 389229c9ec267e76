"""Writes rows of ledgers as new problems, many at once, each with its move in its history (T21)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL, RememberingCalendar
from app.domain.facts import Facts, Given
from app.domain.guards import Circumstances
from app.domain.importing import Entry, Imported
from app.domain.roles import Actor
from app.domain.states import DeferralReason, Priority, RequestKind, RequestStatus, State
from app.domain.workflow import Change, apply, find
from app.models import Organisation, Problem, ProblemRequest
from app.services import history
from app.services.bulk_insert import insert_rows, next_ids
from app.services.facts import PENDING, clock_columns
from app.services.import_columns import TABLE, bare, new_columns
from app.services.numbering import next_numbers
from app.services.world import circumstances

AT_ONCE = 1_000
NO_DISTRICT = "000000"
UNTOLD = "phone"  # a history is for ever, a caller's number is not


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that becomes a problem.

    `origin` is told in the history: file, sheet, row, and the original texts by field;
    `photo_ids` are the photos that come with it, which the caller attaches.
    """

    entry: Entry
    row_id: int | None = None
    origin: Mapping[str, Any] = field(default_factory=dict)
    photo_ids: Sequence[str] = ()


def write_new(
    session: Session, actor: Actor, now: datetime, run_id: int, rows: Sequence[NewRow]
) -> list[int]:
    """Make a problem of each row (T21); gives their ids, in order. Each is at version 1.

    The caller commits: everybody else sees all of them or none. Raises NotAllowed where the
    actor may not import for a row's lead section, Conflict for a state nobody can enter.
    """
    if not rows:
        return []
    at = remembering(circumstances(session, now))
    changes = [_granted(row, actor, at) for row in rows]
    numbers = _numbers(session, now, rows, changes)
    ids = next_ids(session, TABLE, len(rows))
    values = [
        new_columns(row.entry, now)
        | bare(change.effect.values)
        | clock_columns(change.effect)
        | {"id": problem_id, "state": change.to_state.value, "number": number}
        for problem_id, row, change, number in zip(ids, rows, changes, numbers, strict=True)
    ]
    insert_rows(session, TABLE, values)
    note_deferrals(
        session, now, [(i, row.entry) for i, row in zip(ids, rows, strict=True) if _defers(row)]
    )
    told = zip(ids, rows, changes, numbers, strict=True)
    history.record_many(
        session, actor, now, [_happening(run_id, *each) for each in told], begun=True
    )
    return ids


def _granted(row: NewRow, actor: Actor, at: Circumstances) -> Change:
    entry = row.entry
    blank = Facts(
        id=None, version=0, state=State.DRAFT, priority=Priority.GENERAL, reporter_id=None,
        reporter_org_id=None, lead_section_id=entry.lead_section_id,
    )  # fmt: skip
    given = Given(imported=Imported(state=entry.state, entry=entry))
    return apply(find("import_entry"), blank, actor, given, at, new=True)


def _defers(row: NewRow) -> bool:
    return row.entry.deferral_due is not None and row.entry.state is not State.VOID


def _numbers(
    session: Session, now: datetime, rows: Sequence[NewRow], changes: Sequence[Change]
) -> list[str | None]:
    """A number for each row that wants one, counted by district and the year it was listed in."""
    wanted = [
        (row.entry.district_id, change.effect.values.get("listed_at", now))
        for row, change in zip(rows, changes, strict=True)
    ]
    taken = allot_numbers(
        session, now, [wanted[at] for at, each in enumerate(changes) if each.needs_number]
    )
    return [next(taken) if change.needs_number else None for change in changes]


def allot_numbers(
    session: Session, now: datetime, wanted: Sequence[tuple[int | None, object]]
) -> Iterator[str]:
    """Numbers in the order of `wanted`, pairs of a district and the instant of listing.

    Each counter is raised once; nothing is numbered in a year to come.
    """
    codes = {
        org_id: code for org_id, code in session.execute(select(Organisation.id, Organisation.code))
    }
    this_year = now.astimezone(LOCAL).year
    keys, instants = [], {}
    for district_id, listed in wanted:
        instant = listed if isinstance(listed, datetime) else now
        instant = min(instant, now) if instant.astimezone(LOCAL).year >= this_year else instant
        code = codes.get(district_id, NO_DISTRICT) if district_id else NO_DISTRICT
        key = (code, instant.astimezone(LOCAL).year)
        instants[key] = instant
        keys.append(key)
    given = {
        key: iter(next_numbers(session, key[0], instants[key], keys.count(key)))
        for key in sorted(instants)
    }
    return iter([next(given[key]) for key in keys])


def note_deferrals(session: Session, now: datetime, rows: Sequence[tuple[int, Entry]]) -> None:
    """The approved requests behind deferrals that came with a ledger, by problem."""
    values = [
        {
            "problem_id": problem_id,
            "kind": RequestKind.DEFERRAL.value,
            "status": RequestStatus.APPROVED.value,
            "asked_by_id": None,
            "asked_at": now,
            "reason_code": DeferralReason.OTHER.value,
            "text": entry.deferral_reason,
            "target_date": entry.deferral_due,
            "decided_at": now,
        }
        for problem_id, entry in rows
    ]
    if values:
        session.execute(insert(ProblemRequest), values)


def lapse_requests(session: Session, problem_ids: Iterable[int]) -> None:
    """Requests that wait on these problems have nothing to be decided any more."""
    ids = sorted(problem_ids)
    for start in range(0, len(ids), AT_ONCE):
        session.execute(
            update(ProblemRequest)
            .where(
                ProblemRequest.problem_id.in_(ids[start : start + AT_ONCE]),
                ProblemRequest.status.in_(PENDING),
            )
            .values(status=RequestStatus.LAPSED.value)
            .execution_options(synchronize_session="fetch")
        )


def forget(session: Session, problem_ids: Iterable[int]) -> None:
    """Problems this session has loaded are read anew."""
    keys = set(problem_ids)
    for loaded in list(session):
        if isinstance(loaded, Problem) and loaded.id in keys:
            session.expire(loaded)


def _happening(
    run_id: int, problem_id: int, row: NewRow, change: Change, number: str | None
) -> history.Happening:
    return history.Happening(
        problem_id=problem_id,
        move=change.move.id,
        from_state=None,
        to_state=change.to_state,
        payload=told(run_id, row.row_id, row.origin, change, number, row.photo_ids),
    )


def told(
    run_id: int,
    row_id: int | None,
    origin: Mapping[str, Any],
    change: Change,
    number: str | None = None,
    photo_ids: Sequence[str] = (),
) -> dict[str, Any]:
    """What the history keeps of an import's move: where the row stands, and what it set going."""
    facts: dict[str, Any] = {"run_id": run_id, "row_id": row_id, **origin}
    texts = origin.get("texts")
    if texts:
        facts["texts"] = {
            key: text
            for key, text in texts.items()
            if key != UNTOLD and not key.startswith("f_")  # sections' own fields have their events
        }
    clock, due = change.effect.clock, change.effect.due
    runs = clock is not None and clock.paused_at is None and due is not None
    facts |= {
        "number": number,
        "due_at": due.at.isoformat() if runs and due else None,
        "provisional": True if runs and due and due.provisional else None,
        "photos": list(photo_ids) or None,
    }
    if change.to_state is State.DEFERRED:
        facts["target_date"] = str(change.effect.values.get("deferral_due", "")) or None
    return {key: value for key, value in facts.items() if value is not None}


def remembering(at: Circumstances) -> Circumstances:
    """The same circumstances with a calendar that is quick for many rows."""
    return Circumstances(at.now, RememberingCalendar(at.calendar.days), at.rules)
