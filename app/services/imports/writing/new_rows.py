"""Rows of an import that become problems (T21): drafted whole, inserted with ids and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.orm import Session

from app.domain.calendars import WorkCalendar
from app.domain.facts import Facts, Given
from app.domain.guards import Circumstances
from app.domain.importing import Entry, Imported
from app.domain.roles import Actor
from app.domain.rules import Rules
from app.domain.states import Priority, State
from app.domain.workflow import Change, apply, find
from app.services.bulk_insert import Bulk, next_ids
from app.services.imports.writing.columns import TABLE, bare, column_names, new_columns
from app.services.imports.writing.move_rows import (
    Counted,
    allot_counted,
    counted,
    note_deferrals,
    remembering,
    told,
)
from app.services.workflow.facts import clock_columns
from app.services.workflow.first_events import Draft, FirstEvents
from app.services.world import circumstances

_MOVE = "import_entry"
_LATER = ("id", "number")


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


@dataclass(frozen=True, slots=True)
class Drafts:
    """Problems without their ids and numbers, with their first events; one each per row.

    `wanted` says by which counter a row is numbered, None for those without a number;
    `deferred` are the entries behind deferrals, by the row's place.
    """

    problems: list[tuple[Any, ...]]
    events: list[Draft]
    wanted: list[Counted | None]
    deferred: dict[int, Entry]


class Drafting:
    """Makes problems of rows, for one actor, in the city as the circumstances have it."""

    def __init__(self, at: Circumstances, dialect: Dialect, actor: Actor, run_id: int) -> None:
        self.now, self.run_id, self.actor, self.at = at.now, run_id, actor, at
        self._remembering = remembering(at)
        self.dialect = dialect
        rest = [name for name in column_names() if name not in _LATER]
        self._problems = Bulk(dialect, TABLE, (*_LATER, *rest))
        self._events = FirstEvents(dialect, actor, at.now, _MOVE)

    def basis(self) -> tuple[Actor, Rules, WorkCalendar]:
        """What drafts depend on beside their rows: others are to be made where it changed."""
        return self.actor, self.at.rules, self.at.calendar

    def drafts(self, rows: Sequence[NewRow]) -> Drafts:
        """All that can be said of these rows before they are inserted.

        Raises NotAllowed where the actor may not import for a row's lead section, Conflict for
        a state nobody can enter.
        """
        changes = [self._granted(row) for row in rows]
        values = [
            new_columns(row.entry, self.now)
            | bare(change.effect.values)
            | clock_columns(change.effect)
            | {"state": change.to_state.value}
            for row, change in zip(rows, changes, strict=True)
        ]
        return Drafts(
            self._problems.cells(values, skip=len(_LATER)),
            [self._event(row, change) for row, change in zip(rows, changes, strict=True)],
            [self._counted(row, change) for row, change in zip(rows, changes, strict=True)],
            {at: row.entry for at, row in enumerate(rows) if _defers(row)},
        )

    def insert(self, session: Session, drafts: Drafts) -> list[int]:
        """Insert drafted problems and their events; gives their ids, in order."""
        count = len(drafts.problems)
        wanted = [each for each in drafts.wanted if each is not None]
        taken = allot_counted(session, self.now, wanted)
        numbers = [next(taken) if each is not None else None for each in drafts.wanted]
        ids = next_ids(session, TABLE, count)
        self._problems.insert(
            session,
            [
                (problem_id, number, *cells)
                for problem_id, number, cells in zip(ids, numbers, drafts.problems, strict=True)
            ],
        )
        note_deferrals(session, self.now, [(ids[at], e) for at, e in drafts.deferred.items()])
        self._events.insert(session, zip(ids, numbers, drafts.events, strict=True))
        return ids

    def _granted(self, row: NewRow) -> Change:
        entry = row.entry
        blank = Facts(
            id=None, version=0, state=State.DRAFT, priority=Priority.GENERAL, reporter_id=None,
            reporter_org_id=None, lead_section_id=entry.lead_section_id,
        )  # fmt: skip
        given = Given(imported=Imported(state=entry.state, entry=entry))
        return apply(find(_MOVE), blank, self.actor, given, self._remembering, new=True)

    def _counted(self, row: NewRow, change: Change) -> Counted | None:
        if not change.needs_number:
            return None
        listed = change.effect.values.get("listed_at", self.now)
        return counted(self.now, row.entry.district_id, listed)

    def _event(self, row: NewRow, change: Change) -> Draft:
        payload = told(self.run_id, row.row_id, row.origin, change, None, row.photo_ids)
        return self._events.draft(change.to_state, payload, numbered=change.needs_number)


def _defers(row: NewRow) -> bool:
    return row.entry.deferral_due is not None and row.entry.state is not State.VOID


def drafting_now(session: Session, actor: Actor, now: datetime, run_id: int) -> Drafting:
    """Drafts in the city as it is now."""
    return Drafting(circumstances(session, now), session.get_bind().dialect, actor, run_id)
