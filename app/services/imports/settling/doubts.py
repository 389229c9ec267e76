"""The cells of an import that were not understood or only guessed, the same ones together."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as each_new
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.models.imports import ImportFile, ImportRow, ImportSheet
from app.services.imports.reading.values import as_typed

SETTLED = "这一格刚刚已经处理过，请刷新页面。"
_AT_ONCE = 1_000
_SERIAL = re.compile(r"序号 \S+ 读作 \S+?，")


class Cell(NamedTuple):
    """Where a doubtful cell stands."""

    row_id: int
    sheet_id: int
    row: int


@dataclass(slots=True)
class Doubt:
    """Cells of one field with the same text of the file and the same reason to doubt them."""

    field: str
    raw: str
    why: str
    guessed: bool
    cells: list[Cell] = each_new(default_factory=list)


@dataclass(slots=True)
class Column:
    """Guesses of one kind in a column of a file, whose cells need not say or mean the same.

    `kind` is why they are doubtful, said for all of them; `first` has the first cell of each text.
    """

    field: str
    file_id: int
    kind: str
    cells: list[Cell] = each_new(default_factory=list)
    first: dict[str, Cell] = each_new(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether these are several cells that say nothing: each may have another meaning."""
        return len(self.cells) > 1 and "" in self.first


@dataclass
class Doubts:
    """All doubts; `by_field` and `by_file` count cells before any filter.

    `files` leads from a sheet to its file.
    """

    found: list[Doubt]
    by_field: Counter[str]
    by_file: Counter[int]
    files: dict[int, int]

    @cached_property
    def columns(self) -> list[Column]:
        """What can be agreed to by the column, those of the most cells first."""
        known: dict[tuple[str, int, str], Column] = {}
        for doubt in self.found:
            if not doubt.guessed:
                continue
            kind = kind_of(doubt.raw, doubt.why)
            for cell in doubt.cells:
                key = (doubt.field, self.files[cell.sheet_id], kind)
                column = known.setdefault(key, Column(*key))
                column.cells.append(cell)
                column.first.setdefault(doubt.raw, cell)
        found = [one for one in known.values() if len(one.first) > 1 or one.is_blank]
        for column in found:
            column.cells.sort()
        return sorted(found, key=lambda column: -len(column.cells))


def doubts(
    session: Session, run_id: int, field_id: str = "", file_id: int = 0, text: str = ""
) -> Doubts:
    """The doubts that are left in a run, what was not understood first, then by number of cells.

    `field_id`, `file_id` and `text`, a part of what stands in the file, narrow it down.
    """
    files = _files(session, run_id)
    by_field: Counter[str] = Counter()
    by_file: Counter[int] = Counter()
    known: dict[tuple[str, str, str], Doubt] = {}
    for row_id, sheet_id, row, flags in _doubtful(session, run_id):
        for one, raw, why, guessed in flags:
            by_field[one] += 1
            by_file[files[sheet_id]] += 1
            if field_id not in ("", one) or file_id not in (0, files[sheet_id]) or text not in raw:
                continue
            doubt = known.get((one, raw, why))
            if doubt is None:
                doubt = known[one, raw, why] = Doubt(one, raw, why, bool(guessed))
            doubt.cells.append(Cell(row_id, sheet_id, row))
    found = sorted(known.values(), key=lambda each: (each.guessed, -len(each.cells)))
    return Doubts(found, by_field, by_file, files)


def kind_of(raw: str, why: str) -> str:
    """Why a cell is doubtful without what stands in it: one sentence for all of a kind."""
    return _SERIAL.sub("序号 … 读作 …，", why.replace(f"“{raw}”", "“…”"))


def doubt_of(session: Session, run_id: int, row_id: int, field_id: str) -> tuple[str, str]:
    """What the file says in a doubtful cell, and why it is doubtful; Invalid once it is settled."""
    row = session.get(ImportRow, row_id)
    if row is not None and row.run_id == run_id:
        for one, raw, why, _guessed in left(row):
            if one == field_id:
                return raw, why
    raise Invalid("import.settled", SETTLED)


def file_of(session: Session, row_id: int) -> int:
    """The file in which a row stands."""
    query = select(ImportSheet.file_id).join(ImportRow, ImportRow.sheet_id == ImportSheet.id)
    return session.scalars(query.where(ImportRow.id == row_id)).one()


def left(row: ImportRow) -> list[tuple[str, str, str, bool]]:
    """The flags of a row that nobody has settled: field, text of the file, why, guessed."""
    return [(flag[0], flag[1], flag[2], bool(flag[3])) for flag in row.record.get("g", ())]


def text_of(record: Mapping[str, Any], field_id: str) -> str:
    """What was made of a cell as a person would type it, "" for nothing."""
    return as_typed(field_id, value_of(record, field_id))


def values_of(session: Session, cells: Collection[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """What was made of cells as a person would type it, by row and field."""
    rows = sorted({row_id for row_id, _ in cells})
    query = select(ImportRow.id, ImportRow.record).where(ImportRow.id.in_(rows))
    records = {row_id: record for row_id, record in session.execute(query)}
    return {(row, one): text_of(records[row], one) for row, one in cells if row in records}


def value_of(record: Mapping[str, Any], field_id: str) -> Any:
    """What was made of a cell; of a kind of problem the name in our catalogue."""
    if field_id == "category" and record.get("c"):
        return record["c"]
    return record.get("f", {}).get(field_id)


def _files(session: Session, run_id: int) -> dict[int, int]:
    query = select(ImportSheet.id, ImportFile.id).join(
        ImportFile, ImportFile.id == ImportSheet.file_id
    )
    found = session.execute(query.where(ImportFile.run_id == run_id))
    return {sheet: file for sheet, file in found}


def _doubtful(session: Session, run_id: int) -> Iterator[tuple[int, int, int, list[list[Any]]]]:
    """The rows with doubts; of what was read only the doubts, since a file may have 50,000."""
    query = (
        select(ImportRow.id, ImportRow.sheet_id, ImportRow.row, ImportRow.record["g"])
        .where(ImportRow.run_id == run_id, ImportRow.flagged > 0)
        .order_by(ImportRow.id)
    )
    for row_id, sheet_id, row, flags in session.execute(
        query.execution_options(yield_per=_AT_ONCE)
    ):
        yield row_id, sheet_id, row, flags or []
