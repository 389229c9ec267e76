"""What an undo of an import takes back, and what it leaves because people worked on it since."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.states import State
from app.models import ImportRow, Problem
from app.services.cells.writing import KEY, TABLE
from app.services.imports.settling.choosing import AT_ONCE, in_turn
from app.services.imports.work.runs import NEW
from app.services.imports.writing.columns import COURSE
from app.services.imports.writing.snapshots import groups_of, snapshot
from app.services.super_table.section_fields import all_fields
from app.services.workflow.kept_columns import from_plain
from sheets.catalogue import Field
from sheets.editing import CellEdit, has_own_column, read_cells

IDS_AT_ONCE = 1_000
TOUCHED = "导入之后有人办理或修改过，保留不动。"
VALUES_KEPT = "有 {number} 处导入之后又被改过，保留现在的值，其余已恢复。"
COURSE_KEPT = "导入之后又办理过，状态、时限和照片保留不动。"
BUSY = "撤销时正有人办理，保留不动。"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was written: into which problem, how, and what the undo needs."""

    id: int
    sheet_id: int
    problem_id: int
    applied: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Back:
    """A problem whose fixed columns get these values again."""

    problem_id: int
    columns: Mapping[str, Any]


@dataclass(slots=True)
class UndoPlan:
    """Problems to be voided, values to be put back, photos to be set free, and what is kept.

    `kept` is problem id -> why; `restored` are the changed problems of which anything is put back.
    """

    void: list[int] = field(default_factory=list)
    back: list[Back] = field(default_factory=list)
    cells: list[CellEdit] = field(default_factory=list)
    photos: list[tuple[str, int]] = field(default_factory=list)
    helpers: list[tuple[int, int]] = field(default_factory=list)
    withdrawn: set[tuple[int, int]] = field(default_factory=set)
    """Problem and sheet: this sheet's section no longer has the problem in its ledger."""
    noted_before: dict[tuple[int, int], Mapping[str, Any]] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)
    restored: set[int] = field(default_factory=set)


def rows_written(session: Session, run_id: int) -> list[Row]:
    """The rows of a run that were written, the last one first."""
    how = ImportRow.applied["how"].as_string()
    query = (
        select(ImportRow.id, ImportRow.sheet_id, ImportRow.problem_id, ImportRow.applied)
        .where(ImportRow.run_id == run_id, how.is_not(None))
        .order_by(ImportRow.id.desc())
        .execution_options(yield_per=AT_ONCE)
    )
    return [Row(*found) for found in session.execute(query)]


@dataclass(slots=True)
class _Told:
    """All that one import did to one problem: [before, after] by column and by own field."""

    made: bool = False
    version: int = 0
    columns: dict[str, list[Any]] = field(default_factory=dict)
    cells: dict[str, list[Any]] = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)
    helpers: list[int] = field(default_factory=list)
    reached: str = ""
    noted: dict[int, Mapping[str, Any] | None] = field(default_factory=dict)


def plan_undo(
    session: Session, rows: Iterable[Row], *, touched: bool, free: Collection[int] | None = None
) -> UndoPlan:
    """What would be taken back now; writes nothing.

    With `touched` new problems are voided whatever happened to them since. `free` are the
    problems that nobody works on at this moment, None where that does not matter.
    """
    plan, told = UndoPlan(), _composed(rows)
    if free is not None:
        plan.kept |= dict.fromkeys(told.keys() - set(free), BUSY)
    told = {key: one for key, one in told.items() if key not in plan.kept}
    standing = _standing(session, told)
    for problem_id, one in told.items():
        if one.made:
            version, state = standing[problem_id]
            if state == State.VOID.value or (version != one.version and not touched):
                plan.kept[problem_id] = TOUCHED
            else:
                plan.void.append(problem_id)
                plan.photos += [(photo, problem_id) for photo in one.photos]
                plan.withdrawn |= {(problem_id, sheet) for sheet in one.noted}
    older = {key: one for key, one in told.items() if not one.made}
    for some in in_turn(sorted(older), IDS_AT_ONCE):
        _put_back(session, plan, {key: older[key] for key in some}, standing)
    return plan


def _composed(rows: Iterable[Row]) -> dict[int, _Told]:
    """What the rows did, by problem; `rows` come the last one first."""
    told: dict[int, _Told] = {}
    for row in rows:
        applied = row.applied
        one = told.setdefault(row.problem_id, _Told(version=applied["version"]))
        one.made |= applied["how"] == NEW
        one.reached = one.reached or applied.get("state", "")
        for into, pairs in (
            (one.columns, applied.get("columns", {})), (one.cells, applied.get("cells", {})),
        ):  # fmt: skip
            for name, (before, after) in pairs.items():
                into[name] = [before, into[name][1] if name in into else after]
        one.photos += applied.get("photos", ())
        one.helpers += [applied["helper"]] if applied.get("helper") else []
        one.noted[row.sheet_id] = applied.get("origin")
    return told


def _standing(session: Session, problem_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Problem id -> its version and state now."""
    found: dict[int, tuple[int, str]] = {}
    for some in in_turn(sorted(problem_ids), IDS_AT_ONCE):
        query = select(Problem.id, Problem.version, Problem.state).where(Problem.id.in_(some))
        found |= {key: (version, state) for key, version, state in session.execute(query)}
    return found


def _put_back(
    session: Session,
    plan: UndoPlan,
    told: Mapping[int, _Told],
    standing: Mapping[int, tuple[int, str]],
) -> None:
    """Values of problems that were there before; a value somebody changed since stays."""
    now = snapshot(session, told)
    fields = {each.id: each for each in all_fields(session) if has_own_column(each)}
    named = {name: fields[name] for one in told.values() for name in one.cells if name in fields}
    held = read_cells(session.connection(), TABLE, KEY, told, named.values()) if named else {}
    for problem_id, one in told.items():
        columns, stays = _columns_back(one, now[problem_id])
        cells, late = _cells_back(problem_id, one, named, held.get(problem_id, {}))
        moved = one.reached != standing[problem_id][1] or bool(COURSE & stays)
        if columns:
            plan.back.append(Back(problem_id, columns))
        plan.cells += cells
        plan.helpers += [(problem_id, org_id) for org_id in one.helpers]
        for sheet_id, before in one.noted.items():
            if before is None:
                plan.withdrawn.add((problem_id, sheet_id))
            else:
                plan.noted_before[problem_id, sheet_id] = before
        if not moved:
            plan.photos += [(photo, problem_id) for photo in one.photos]
        if columns or cells or one.helpers or (one.photos and not moved):
            plan.restored.add(problem_id)
        if moved:
            plan.kept[problem_id] = COURSE_KEPT
        elif stays or late:
            plan.kept[problem_id] = VALUES_KEPT.format(number=len(stays) + late)


def _columns_back(one: _Told, now: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The columns that still hold what was imported, with their values before; and the others."""
    back: dict[str, Any] = {}
    stays: set[str] = set()
    for group in groups_of(one.columns):
        if all(now[name] == from_plain(name, one.columns[name][1]) for name in group):
            back |= {name: from_plain(name, one.columns[name][0]) for name in group}
        else:
            stays |= set(group)
    return back, stays


def _cells_back(
    problem_id: int, one: _Told, fields: Mapping[str, Field], held: Mapping[str, Any]
) -> tuple[list[CellEdit], int]:
    """Own cells that still hold what was imported, and how many do not."""
    back, late = [], 0
    for name, (before, after) in one.cells.items():
        field_ = fields.get(name)
        if field_ is None:
            late += 1
            continue
        was, imported = field_.kind.from_json(before), field_.kind.from_json(after)
        if held.get(name) == imported:
            back.append(CellEdit(problem_id, field_, was, imported))
        else:
            late += 1
    return back, late
