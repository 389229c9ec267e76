"""The cells of an import that were not understood or only guessed, the same ones together."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as each_new
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.models.imports import ImportFile, ImportRow, ImportSheet

MOST_ROWS = 5_000  # read at once: the rest follows when these are settled
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a doubtful cell stands; `value` is what was made of it, None for nothing."""

    row_id: int
    file: str
    sheet: str
    row: int
    value: Any


@dataclass(slots=True)
class Doubt:
    """Cells of one field with the same text of the file and the same reason to doubt them."""

    field: str
    raw: str
    why: str
    guessed: bool
    cells: list[Cell] = each_new(default_factory=list)


@dataclass(slots=True)
class Doubts:
    """All doubts; `by_field` and `by_file` count cells before any filter, `cut` says there are
    more than could be read."""

    found: list[Doubt]
    by_field: Counter[str]
    by_file: Counter[int]
    cut: bool


def doubts(session: Session, run_id: int, field_id: str = "", file_id: int = 0) -> Doubts:
    """The doubts that are left in a run, what was not understood first, then by number of cells.

    `field_id` and `file_id` narrow it down.
    """
    by_field: Counter[str] = Counter()
    by_file: Counter[int] = Counter()
    known: dict[tuple[str, str, str], Doubt] = {}
    rows = 0
    for row, sheet, file in _doubtful(session, run_id):
        rows += 1
        if rows > MOST_ROWS:
            break
        for one, raw, why, guessed in left(row):
            by_field[one] += 1
            by_file[file.id] += 1
            if (field_id and one != field_id) or (file_id and file.id != file_id):
                continue
            doubt = known.setdefault((one, raw, why), Doubt(one, raw, why, guessed))
            doubt.cells.append(Cell(row.id, file.name, sheet, row.row, value_of(row.record, one)))
    found = sorted(known.values(), key=lambda each: (each.guessed, -len(each.cells)))
    return Doubts(found, by_field, by_file, rows > MOST_ROWS)


def doubt_of(session: Session, run_id: int, row_id: int, field_id: str) -> tuple[str, str]:
    """What the file says in a doubtful cell, and why it is doubtful; Invalid once it is settled."""
    row = session.get(ImportRow, row_id)
    if row is not None and row.run_id == run_id:
        for one, raw, why, _guessed in left(row):
            if one == field_id:
                return raw, why
    raise Invalid("import.settled", "这一格刚刚已经处理过，请刷新页面。")


def left(row: ImportRow) -> list[tuple[str, str, str, bool]]:
    """The flags of a row that nobody has settled: field, text of the file, why, guessed."""
    return [(flag[0], flag[1], flag[2], bool(flag[3])) for flag in row.record.get("g", ())]


def value_of(record: dict[str, Any], field_id: str) -> Any:
    """What was made of a cell; of a kind of problem the name in our catalogue."""
    if field_id == "category" and record.get("c"):
        return record["c"]
    return record.get("f", {}).get(field_id)


def _doubtful(session: Session, run_id: int) -> Iterator[tuple[ImportRow, str, ImportFile]]:
    query = (
        select(ImportRow, ImportSheet.name, ImportFile)
        .join(ImportSheet, ImportSheet.id == ImportRow.sheet_id)
        .join(ImportFile, ImportFile.id == ImportSheet.file_id)
        .where(ImportRow.run_id == run_id, ImportRow.flagged > 0)
        .order_by(ImportRow.id)
        .limit(MOST_ROWS + 1)
    )
    yield from session.execute(query.execution_options(yield_per=_AT_ONCE))
