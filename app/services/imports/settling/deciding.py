"""What a person decides about the rows of an import before they are written."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.models.imports import ImportRow, ImportRun
from app.services.imports.work.rows import CHOICES, chosen, unwritten
from app.services.imports.work.runs import CHANGED, CONFLICTING, NEW, PART, READY, TWIN, require

APPLY, SKIP, MERGE, KEEP, POOL, FILE = "apply", "skip", "merge", "keep", "pool", "file"
DECISIONS: Mapping[str, frozenset[str]] = {
    NEW: frozenset({APPLY, SKIP}),
    CHANGED: frozenset({APPLY, SKIP}),
    CONFLICTING: frozenset({POOL, FILE, SKIP}),
    TWIN: frozenset({MERGE, KEEP, SKIP}),
}
SIDES = frozenset({POOL, FILE})
OPEN = frozenset({READY, PART})


def decide(
    session: Session,
    now: datetime,
    run: ImportRun,
    kind: str,
    decision: str,
    ids: Collection[int] | None = None,
    *,
    open_only: bool = False,
) -> int:
    """Decide on rows of a kind, all of them or these, or those still open; gives how many.

    Raises Invalid for a decision that this kind does not know, Conflict while the run is not open.
    """
    require(run, OPEN)
    if decision not in DECISIONS.get(kind, frozenset()):
        raise Invalid("import.decision", "请先选择怎么处理，再提交。")
    where = [*chosen(run, ids=list(ids) if ids is not None else None, kind=kind), unwritten()]
    if open_only:
        where.append(ImportRow.decision == "")
    if kind == CONFLICTING:  # what was chosen cell by cell gives way
        _forget_choices(session, run, ids)
    done = session.execute(update(ImportRow).where(*where).values(decision=decision))
    run.updated_at = now
    return int(getattr(done, "rowcount", 0))


def choose_cells(
    session: Session, now: datetime, run: ImportRun, wanted: Mapping[int, Mapping[str, str]]
) -> int:
    """Say for single conflicting cells whose value stands; gives how many rows this touched.

    `wanted` is row id -> field -> pool or file. What is no conflict of the row is passed over.
    """
    require(run, OPEN)
    query = select(ImportRow).where(*chosen(run, ids=list(wanted), kind=CONFLICTING), unwritten())
    touched = 0
    for row in session.scalars(query):
        known = row.outcome.get("conflicts", {})
        sides = {
            field: side
            for field, side in wanted[row.id].items()
            if field in known and side in SIDES
        }
        if not sides or sides.items() <= row.fixes.get(CHOICES, {}).items():
            continue
        row.fixes = row.fixes | {CHOICES: row.fixes.get(CHOICES, {}) | sides}
        if row.decision == SKIP:
            row.decision = ""
        touched += 1
    run.updated_at = now
    return touched


def choose_column(session: Session, now: datetime, run: ImportRun, field: str, side: str) -> int:
    """Say for one field in all conflicting rows whose value stands; gives how many rows."""
    if side not in SIDES:
        raise Invalid("import.decision", "请先选择用哪一边的值，再提交。")
    query = select(ImportRow.id, ImportRow.outcome).where(*chosen(run, kind=CONFLICTING))
    wanted = {
        row_id: {field: side}
        for row_id, outcome in session.execute(query)
        if field in outcome.get("conflicts", {})
    }
    return choose_cells(session, now, run, wanted)


def _forget_choices(session: Session, run: ImportRun, ids: Collection[int] | None) -> None:
    where = chosen(run, ids=list(ids) if ids is not None else None, kind=CONFLICTING)
    for row in session.scalars(select(ImportRow).where(*where)):
        if CHOICES in row.fixes:
            row.fixes = {key: value for key, value in row.fixes.items() if key != CHOICES}
