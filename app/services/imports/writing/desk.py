"""What every part of an import's one transaction works with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from app.domain.facts import Facts
from app.domain.roles import Actor
from app.models import ImportRow, ImportRun
from app.services.imports.settling.choosing import Plan, Work
from app.services.imports.writing import origins as import_origins
from app.services.imports.writing import photos as import_photos
from app.services.imports.writing.cells import OwnCells
from app.services.imports.writing.entry import EntryFacts
from app.services.imports.writing.origins import Stand
from app.services.imports.writing.photos import Allotted
from app.services.imports.writing.preparing import records_of

_ROW: Any = ImportRow.__table__


@dataclass(slots=True)
class Desk:
    """The transaction, what is to be written in it, and what it holds.

    `rows` are the facts of the problems that were there, as they are now; `problems` leads from
    the rows that are written to their problems.
    """

    session: Session
    actor: Actor
    now: datetime
    run: ImportRun
    plan: Plan
    facts: EntryFacts
    cells: OwnCells
    rows: dict[int, Facts]
    allotted: Allotted
    problems: dict[int, int] = field(default_factory=dict)
    photos: int = 0

    def records(self, works: Sequence[Work]) -> dict[int, dict[str, Any]]:
        """What these rows say, by row id."""
        found = records_of(self.session, works)
        self.cells.prepare(found.values())
        return found

    def section_of(self, work: Work) -> int | None:
        """The section whose ledger a row is from."""
        return self.plan.places[work.sheet_id].section_id

    def told_of(self, work: Work, record: Mapping[str, Any]) -> dict[str, Any]:
        """Where a row comes from, for the history of its problem."""
        return import_origins.told_of(self.plan.places[work.sheet_id], work.row, record)

    def stand(
        self, work: Work, problem_id: int, record: Mapping[str, Any], state: str = ""
    ) -> Stand:
        """Where a row stands, to be noted; `state` is the one this import put its problem in."""
        place = self.plan.places[work.sheet_id]
        return import_origins.stand_of(place, work, record, state, problem_id)

    def attach(self, works: Iterable[Work]) -> None:
        """Give the rows' photos to the problems they became."""
        given = self.allotted.photos
        mine = {work.row_id: given[work.row_id] for work in works if work.row_id in given}
        done = import_photos.attach(self.session, self.now, Allotted(mine), self.problems)
        self.photos += done

    def photo_ids(self, row_id: int) -> list[str]:
        """The photos that come with a row."""
        return [photo.photo_id for photo in self.allotted.photos.get(row_id, ())]

    def written(
        self, row_id: int, how: str, version: int, notes: Iterable[str], *, photos: bool = True
    ) -> dict[str, Any]:
        """`import_row.applied`: what a page tells and an undo needs."""
        told: dict[str, Any] = {
            "how": how, "problem_id": self.problems[row_id], "version": version,
        }  # fmt: skip
        if photos and (ids := self.photo_ids(row_id)):
            told["photos"] = ids
        if sentences := [*notes, *self.allotted.notes.get(row_id, ())]:
            told["notes"] = sentences
        return told

    def keep(self, applied: Mapping[int, Mapping[str, Any]]) -> None:
        """Note on the rows what was written, by row id."""
        if not applied:
            return
        statement = (
            update(_ROW)
            .where(_ROW.c.id == bindparam("key"))
            .values(problem_id=bindparam("problem"), applied=bindparam("told"))
        )
        bound = [
            {"key": row_id, "problem": told["problem_id"], "told": dict(told)}
            for row_id, told in applied.items()
        ]
        self.session.connection().execute(statement, bound)
