"""Writes the moves of an import on many problems that are there: changes, taking back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.facts import Facts, Given
from app.domain.guards import Circumstances
from app.domain.importing import Entry, Imported
from app.domain.policy import may_import_for
from app.domain.refusals import Conflict
from app.domain.roles import Actor
from app.domain.states import OPEN, State
from app.domain.workflow import Change, apply, find
from app.models import Category, Problem
from app.services import history
from app.services.imports.writing.columns import (
    CLOCK,
    TABLE,
    bare,
    content,
    differing,
    filling,
)
from app.services.imports.writing.move_rows import (
    AT_ONCE,
    allot_numbers,
    lapse_requests,
    note_deferrals,
    remembering,
    told,
    update_rows,
)
from app.services.workflow.facts import clock_columns, facts_of_many
from app.services.world import circumstances

MOVED_ON = "有问题在写入时被人改动，没有写入，请再写入一次。"
_WORKFLOW_FIELDS = frozenset(
    {"status", "urgent", "reported_at", "listed_at", "due", "finished_at", "checked_at",
     "signed_off_at", "deferral_until", "unit"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row whose problem is there: `fields` of the entry are taken, by their ids in ledgers.

    `version` is the problem's as the caller knows it. `origin` and `photo_ids` as of `NewRow`.
    """

    problem_id: int
    version: int
    entry: Entry
    fields: frozenset[str]
    row_id: int | None = None
    origin: Mapping[str, Any] = field(default_factory=dict)
    photo_ids: Sequence[str] = ()


def write_changes(
    session: Session, actor: Actor, now: datetime, run_id: int, rows: Sequence[ChangedRow]
) -> dict[int, int]:
    """Change problems as their rows say (T22); gives the new versions by problem.

    A blank overwrites nothing; the state goes forward only. On a problem that another section
    leads only blanks are filled. Left out are problems that have moved on or are closed; a
    problem stands once in `rows`. Where nothing differs the move is told all the same.
    """
    at = remembering(circumstances(session, now))
    written: dict[int, int] = {}
    for start in range(0, len(rows), AT_ONCE):
        some = {row.problem_id: row for row in rows[start : start + AT_ONCE]}
        held = _hold(session, some)
        standing = [
            (row, *held[key])
            for key, row in some.items()
            if key in held and _may_change(row, held[key][1])
        ]
        written |= _change(session, actor, run_id, standing, at)
    return written


def _hold(session: Session, wanted: Iterable[int]) -> dict[int, tuple[Mapping[str, Any], Facts]]:
    """Columns and facts of these problems, which stay so until the transaction ends."""
    kinds = session.scalars(select(Category)).all()  # held, so that each is asked for once
    query = select(TABLE).where(TABLE.c.id.in_(sorted(wanted))).order_by(TABLE.c.id)
    found = session.execute(query.with_for_update()).all()
    facts = facts_of_many(session, cast("list[Problem]", found))
    del kinds
    return {row.id: (row._asdict(), facts[row.id]) for row in found}


def _may_change(row: ChangedRow, facts: Facts) -> bool:
    return facts.version == row.version and facts.state in OPEN


_Standing = tuple[ChangedRow, Mapping[str, Any], Facts]


def _change(
    session: Session, actor: Actor, run_id: int, standing: Sequence[_Standing], at: Circumstances
) -> dict[int, int]:
    changes = [_updated(actor, row, facts, at) for row, _, facts in standing]
    numbers = allot_numbers(
        session,
        at.now,
        [
            (row.entry.district_id or columns["district_id"], change.effect.values.get("listed_at"))
            for (row, columns, _), change in zip(standing, changes, strict=True)
            if change.needs_number
        ],
    )
    values, events, lapsed, deferred = [], [], [], []
    for (row, columns, facts), change in zip(standing, changes, strict=True):
        number = next(numbers) if change.needs_number else None
        new = _columns_of(actor, row, columns, facts, change)
        if number is not None:
            new["number"] = number
        values.append((row.problem_id, row.version, new))
        events.append(
            history.Happening(
                problem_id=row.problem_id,
                move=change.move.id,
                from_state=change.from_state,
                to_state=change.to_state,
                payload=told(run_id, row.row_id, row.origin, change, number, row.photo_ids),
            )
        )
        if change.effect.request_status is not None:
            lapsed.append(row.problem_id)
        if "deferrals_approved" in change.effect.values:
            deferred.append((row.problem_id, row.entry))
    versions = _updated_rows(session, at.now, values)
    lapse_requests(session, lapsed)
    note_deferrals(session, at.now, deferred)
    history.record_many(session, actor, at.now, events)
    return versions


def _updated(actor: Actor, row: ChangedRow, facts: Facts, at: Circumstances) -> Change:
    fields = _fields(actor, row, facts)
    state = row.entry.state if "status" in fields else None
    given = Given(imported=Imported(state=state, entry=row.entry, fields=fields))
    return apply(find("import_update"), facts, actor, given, at)


def _fields(actor: Actor, row: ChangedRow, facts: Facts) -> frozenset[str]:
    """The fields that are taken: how far a problem has come is told by the section that leads."""
    if may_import_for(actor, facts.lead_section_id):
        return row.fields
    return row.fields - _WORKFLOW_FIELDS


def _columns_of(
    actor: Actor, row: ChangedRow, columns: Mapping[str, Any], facts: Facts, change: Change
) -> dict[str, Any]:
    """The columns that become other ones."""
    fields = _fields(actor, row, facts)
    new = content(row.entry, fields, pooled=facts.state is State.POOLED)
    if not may_import_for(actor, facts.lead_section_id):
        new = filling(new, columns)
    effect = change.effect
    new |= bare(effect.values)
    clock = clock_columns(effect)
    if not effect.keeps_clock:
        new |= {name: clock[name] for name in CLOCK}
    if change.to_state is not facts.state:
        new |= {name: value for name, value in clock.items() if name.startswith("stage_")}
        new["state"] = change.to_state.value
    return differing(new, columns)


def _updated_rows(
    session: Session, now: datetime, values: Sequence[tuple[int, int, Mapping[str, Any]]]
) -> dict[int, int]:
    try:
        return update_rows(session, now, values)
    except LookupError:
        raise Conflict("import.moved_on", MOVED_ON) from None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A problem an import is taken back from: `columns` get these values, None makes it void."""

    problem_id: int
    version: int
    columns: Mapping[str, Any] | None = None


def withdraw(
    session: Session, actor: Actor, now: datetime, run_id: int, rows: Sequence[Withdrawn]
) -> dict[int, int]:
    """Take an import back (T23); gives the new versions by problem.

    Left out are problems that have moved on, and those that are void. A number once given stays.
    """
    at = remembering(circumstances(session, now))
    written: dict[int, int] = {}
    for start in range(0, len(rows), AT_ONCE):
        some = {row.problem_id: row for row in rows[start : start + AT_ONCE]}
        values, events, lapsed = [], [], []
        for key, (columns, facts) in _hold(session, some).items():
            row = some[key]
            if facts.version != row.version or facts.state in {State.VOID, State.DRAFT}:
                continue
            change = _taken_back(actor, row, facts, at)
            new = bare(change.effect.values) | {"state": change.to_state.value}
            if change.to_state is State.VOID:
                new |= {"stage_due_at": None, "stage_due_provisional": False}
            values.append((key, row.version, differing(new, columns)))
            lapsed += [key] if change.effect.request_status is not None else []
            events.append(
                history.Happening(
                    problem_id=key,
                    move=change.move.id,
                    from_state=facts.state,
                    to_state=change.to_state,
                    reason_code=str(new.get("void_reason") or ""),
                    payload={"run_id": run_id},
                )
            )
        written |= _updated_rows(session, now, values)
        lapse_requests(session, lapsed)
        history.record_many(session, actor, now, events)
    return written


def _taken_back(actor: Actor, row: Withdrawn, facts: Facts, at: Circumstances) -> Change:
    if row.columns is None:
        imported = Imported(state=State.VOID)
    else:
        columns = dict(row.columns)
        state = columns.pop("state", None)
        imported = Imported(state=State(state) if state else None, columns=columns)
    return apply(find("undo_import"), facts, actor, Given(imported=imported), at)
