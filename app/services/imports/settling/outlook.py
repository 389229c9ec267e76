"""What writing an import would do, in numbers, before anybody presses the button."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models.imports import ImportRow, ImportRun
from app.services.imports.settling.deciding import FILE, KEEP, MERGE, SKIP
from app.services.imports.work.rows import CHOICES, chosen, unwritten
from app.services.imports.work.runs import BROKEN, CHANGED, CONFLICTING, NEW, TWIN, UNCHANGED

_AT_ONCE = 2_000
_PHASES = frozenset({"before", "after"})  # told among the changes, counted as pictures


@dataclass(slots=True)
class Outlook:
    """Counts of rows, but `cells` and what begins with it, `blanks` (cells left empty), `pictures`.

    `kept_cells` are conflicting ones that stay as they are here, `taken_cells` those that the file
    wins. `open_twins` wait for a decision, `merged` go into the other's problem, `both` are new
    beside it.
    """

    new: int = 0
    changed: int = 0
    cells: int = 0
    taken_cells: int = 0
    kept_cells: int = 0
    merged: int = 0
    both: int = 0
    open_twins: int = 0
    skipped: int = 0
    unchanged: int = 0
    broken: int = 0
    blanks: int = 0
    pictures: int = 0

    @property
    def written(self) -> int:
        """How many rows are written."""
        return self.new + self.changed + self.merged + self.both


def outlook(
    session: Session, run: ImportRun, ids: Sequence[int] | None = None, kind: str = ""
) -> Outlook:
    """What writing these rows, or all of a kind, or all that is left of the run would do."""
    where = [*chosen(run, ids=ids, kind=kind), unwritten()]
    found = Outlook()
    pictures = func.coalesce(func.sum(func.json_array_length(ImportRow.record["p"])), 0)
    query = (
        select(
            ImportRow.status, ImportRow.decision, func.count(), func.sum(ImportRow.flagged),
            pictures,
        )
        .where(*where, ImportRow.status.not_in([CHANGED, CONFLICTING]))
        .group_by(ImportRow.status, ImportRow.decision)
    )  # fmt: skip
    for status, decision, count, flagged, shots in session.execute(query):
        if _count(found, status, decision, count):
            found.blanks += int(flagged or 0)
            found.pictures += int(shots)
    for row in _differing(session, where):
        _weigh(found, *row)
    return found


def _count(found: Outlook, status: str, decision: str, count: int) -> bool:
    """Count rows that are not compared cell by cell; True where they are written."""
    if status == UNCHANGED:
        found.unchanged += count
    elif status == BROKEN:
        found.broken += count
    elif decision == SKIP:
        found.skipped += count
    elif status == NEW:
        found.new += count
    elif status == TWIN and decision == MERGE:
        found.merged += count
    elif status == TWIN and decision == KEEP:
        found.both += count
    elif status == TWIN:
        found.open_twins += count
    return (status == NEW and decision != SKIP) or (status == TWIN and decision in {MERGE, KEEP})


_Row = tuple[dict[str, Any], dict[str, Any], str, int]


def _differing(session: Session, where: Sequence[ColumnElement[bool]]) -> Iterator[_Row]:
    query = select(ImportRow.outcome, ImportRow.fixes, ImportRow.decision, ImportRow.flagged)
    query = query.where(*where, ImportRow.status.in_([CHANGED, CONFLICTING]))
    yield from session.execute(query.execution_options(yield_per=_AT_ONCE))


def _weigh(
    found: Outlook, outcome: dict[str, Any], fixes: dict[str, Any], decision: str, flagged: int
) -> None:
    """Count one row that stands in the pool already and differs from it."""
    if decision == SKIP:
        found.skipped += 1
        return
    changes, conflicts = outcome.get("changes") or {}, outcome.get("conflicts") or {}
    pictures, sides = outcome.get("pictures") or (), fixes.get(CHOICES, {})
    taken = [field for field in conflicts if sides.get(field, decision) == FILE]
    found.taken_cells += len(taken)
    found.kept_cells += len(conflicts) - len(taken)
    if changes or taken:
        found.changed += 1
        found.cells += len(changes.keys() - _PHASES) + len(taken)
        found.pictures += len(pictures)
        found.blanks += flagged
