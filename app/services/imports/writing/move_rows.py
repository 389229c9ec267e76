"""What goes with the moves of an import: numbers, requests, the words of the history."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL, RememberingCalendar
from app.domain.guards import Circumstances
from app.domain.importing import Entry
from app.domain.states import DeferralReason, RequestKind, RequestStatus, State
from app.domain.workflow import Change
from app.models import Organisation, Problem, ProblemRequest
from app.services.imports.writing.columns import TABLE
from app.services.numbering import next_numbers
from app.services.workflow.facts import PENDING

AT_ONCE = 1_000
NO_DISTRICT = "000000"
UNTOLD = "phone"  # a history is for ever, a caller's number is not


Counted = tuple[int | None, int]
"""By which counter a problem is numbered: the district, and the year it was listed in."""


def counted(now: datetime, district_id: int | None, listed: object) -> Counted:
    """The counter for a problem listed at an instant; nothing is numbered in a year to come."""
    this_year = now.astimezone(LOCAL).year
    year = listed.astimezone(LOCAL).year if isinstance(listed, datetime) else this_year
    return district_id, min(year, this_year)


def allot_numbers(
    session: Session, now: datetime, wanted: Iterable[tuple[int | None, object]]
) -> Iterator[str]:
    """Numbers in the order of `wanted`, pairs of a district and the instant of listing."""
    return allot_counted(session, now, [counted(now, *each) for each in wanted])


def allot_counted(session: Session, now: datetime, wanted: Sequence[Counted]) -> Iterator[str]:
    """Numbers in the order of `wanted`; each counter is raised once."""
    codes = {
        org_id: code for org_id, code in session.execute(select(Organisation.id, Organisation.code))
    }
    keys = [(codes.get(district_id or 0, NO_DISTRICT), year) for district_id, year in wanted]
    this_year = now.astimezone(LOCAL).year
    given = {}
    for key, count in sorted(Counter(keys).items()):
        code, year = key
        instant = now if year == this_year else datetime(year, 7, 1, tzinfo=LOCAL)
        given[key] = iter(next_numbers(session, code, instant, count))
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


def update_rows(
    session: Session, now: datetime, rows: Sequence[tuple[int, int, Mapping[str, Any]]]
) -> dict[int, int]:
    """Write columns of problems that stand at a version: (id, version, columns) each.

    Gives the new versions by id. The caller holds the rows: one that moved on all the same makes
    the count wrong, which raises LookupError.
    """
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for key, version, columns in rows:
        names = tuple(sorted(columns))
        bound = {f"new_{name}": columns[name] for name in names}
        alike.setdefault(names, []).append(bound | {"key": key, "version_was": version})
    for names, bound_rows in alike.items():
        statement = (
            update(TABLE)
            .where(TABLE.c.id == bindparam("key"), TABLE.c.version == bindparam("version_was"))
            .values({name: bindparam(f"new_{name}", type_=TABLE.c[name].type) for name in names})
            .values(version=TABLE.c.version + 1, updated_at=now)
        )
        done = session.connection().execute(statement, bound_rows)
        if done.rowcount != len(bound_rows):
            raise LookupError("a problem moved on while it was held")
    forget(session, (key for key, _, _ in rows))
    return {key: version + 1 for key, version, _ in rows}
