"""Reads the rows of an import for its pages: by what becomes of them, page by page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.domain.policy import may_import
from app.domain.roles import Actor
from app.models import Problem
from app.models.imports import ImportFile, ImportRow, ImportRun, ImportSheet
from app.services.imports.reading.words import targets
from app.services.imports.work.places import where
from app.services.imports.work.runs import ROW_STATUSES, TWIN, is_own
from app.services.super_table.section_fields import all_fields
from sheets.understanding.turned import rows_named

PAGE = 50
CHOICES = "_choices"  # in a row's fixes: field -> pool or file


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an import and where it stands; `choices` are a person's, by conflicting field.

    `turned`: what is read as a row is a column of the file.
    """

    id: int
    file_id: int
    file: str
    sheet: str
    row: int
    turned: bool
    status: str
    record: Mapping[str, Any]
    outcome: Mapping[str, Any]
    choices: Mapping[str, str]
    decision: str
    flagged: int
    problem_id: int | None
    applied: Mapping[str, Any]

    @property
    def named(self) -> str:
        """The row as people find it in the file: 第 3 行, 第 C 列."""
        return rows_named([self.row], turned=self.turned)

    @property
    def where(self) -> str:
        """File, sheet and row in one line."""
        return where(self.file, self.sheet, self.named)

    @property
    def pictures(self) -> list[tuple[str, str]]:
        """Phase and hash of what was placed in the row."""
        return [(phase, sha256) for phase, sha256, *_ in self.record.get("p", ())]


def counts(session: Session, run_id: int) -> dict[str, int]:
    """How many rows there are of each kind; kinds without any are there with 0."""
    query = select(ImportRow.status, func.count()).where(ImportRow.run_id == run_id)
    found = {kind: count for kind, count in session.execute(query.group_by(ImportRow.status))}
    return {kind: found.get(kind, 0) for kind in ROW_STATUSES}


def lines(session: Session, run_id: int, kind: str, page: int) -> list[Line]:
    """The rows of a kind on a page (from 1), in the order of the files."""
    query = (
        _lines(run_id)
        .where(ImportRow.status == kind)
        .order_by(ImportRow.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return [_line(*found) for found in session.execute(query)]


def lines_of(session: Session, run_id: int, ids: Collection[int]) -> list[Line]:
    """These rows, where they are of this run."""
    query = _lines(run_id).where(ImportRow.id.in_(ids)).order_by(ImportRow.id)
    return [_line(*found) for found in session.execute(query)]


def written(session: Session, run_id: int, how: str, page: int) -> list[Line]:
    """What an import wrote on a page (from 1): `how` is new, changed or merged."""
    query = (
        _lines(run_id)
        .where(ImportRow.applied["how"].as_string() == how)
        .order_by(ImportRow.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return [_line(*found) for found in session.execute(query)]


def written_counts(session: Session, run_id: int) -> dict[str, int]:
    """How many rows were written in which way."""
    how = ImportRow.applied["how"].as_string()
    query = select(how, func.count()).where(ImportRow.run_id == run_id, how.is_not(None))
    return {each: count for each, count in session.execute(query.group_by(how)) if each}


def _lines(run_id: int) -> Select[ImportRow, str, ImportFile, Any]:
    return (
        select(ImportRow, ImportSheet.name, ImportFile, ImportSheet.layout["turned"])
        .join(ImportSheet, ImportSheet.id == ImportRow.sheet_id)
        .join(ImportFile, ImportFile.id == ImportSheet.file_id)
        .where(ImportRow.run_id == run_id)
    )


def _line(row: ImportRow, sheet: str, file: ImportFile, turned: Any) -> Line:
    return Line(
        row.id, file.id, file.name, sheet, row.row, bool(turned), row.status, row.record,
        row.outcome, row.fixes.get(CHOICES, {}), row.decision, row.flagged, row.problem_id,
        row.applied,
    )  # fmt: skip


def captions(session: Session) -> dict[str, str]:
    """What every field that a row may fill is called, the sections' own included."""
    known = {target.id: target.caption for target in targets()}
    return known | {field.id: field.caption for field in all_fields(session)}


def undecided(session: Session, run: ImportRun) -> int:
    """How many probable twins nobody has decided on."""
    where = (*chosen(run, kind=TWIN), unwritten(), ImportRow.decision == "")
    return session.scalar(select(func.count()).where(*where)) or 0


def left_out(session: Session, run_id: int) -> dict[str, int]:
    """The rows that were not written, by kind."""
    query = select(ImportRow.status, func.count())
    query = query.where(ImportRow.run_id == run_id, unwritten())
    found = {kind: count for kind, count in session.execute(query.group_by(ImportRow.status))}
    return {kind: found.get(kind, 0) for kind in ROW_STATUSES}


def problems_by_id(
    session: Session, where: ColumnElement[bool], ids: Collection[int]
) -> dict[int, Problem]:
    """Those of the problems for which the condition of sight holds."""
    if not ids:
        return {}
    query = select(Problem).where(where, Problem.id.in_(ids))
    return {problem.id: problem for problem in session.scalars(query)}


def openable(session: Session, actor: Actor, run_ids: Collection[int]) -> frozenset[int]:
    """Those of these imports that the actor may open."""
    if not run_ids or not may_import(actor):
        return frozenset()
    found = session.scalars(select(ImportRun).where(ImportRun.id.in_(run_ids)))
    return frozenset(run.id for run in found if is_own(actor, run))


def unwritten() -> ColumnElement[bool]:
    """Rows of which nothing was written yet."""
    how: ColumnElement[str] = ImportRow.applied["how"].as_string()
    return how.is_(None)


def chosen(
    run: ImportRun, *, ids: Sequence[int] | None = None, kind: str = ""
) -> list[ColumnElement[bool]]:
    """Conditions on `ImportRow`: these rows, or all of a kind, or all of the run."""
    where: list[ColumnElement[bool]] = [ImportRow.run_id == run.id]
    if ids is not None:
        where.append(ImportRow.id.in_(ids))
    if kind:
        where.append(ImportRow.status == kind)
    return where


def ids_of(session: Session, run: ImportRun, kind: str) -> list[int]:
    """All rows of a kind of which nothing was written yet."""
    query = select(ImportRow.id).where(*chosen(run, kind=kind), unwritten())
    return list(session.scalars(query.order_by(ImportRow.id)))
