"""A sheet with its fields down and its problems across, turned round into a table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sheets.reading.book import Merge, RawSheet, Row, Value, letters
from sheets.understanding.grid import Grid, as_text
from sheets.understanding.questions import is_asking
from sheets.understanding.rows import Cells, is_caption, is_note, is_signature
from sheets.understanding.words import squeezed

LEAST_LABELS = 4
LABEL_COLUMNS = 3  # from the left, in which the labels may stand
HIGHEST = 120  # rows of a sheet whose rows may be fields
WIDEST = 2_000  # columns of one whose columns may be problems
KNOWN = 0.6  # of the labels that are captions we know: such a sheet is turned beyond doubt

_STATED = re.compile(r"^[^:：]{2,12}[:：]\s*\S")


@dataclass(frozen=True)
class Turned:
    """The sheet with its columns as rows: row 3 is what was column C.

    ``lines`` are the rows, from 1, that are its columns now, ``beyond`` the lines that stood above
    and below the fields, ``sure`` whether most of the labels are known captions.
    """

    sheet: RawSheet
    lines: tuple[int, ...]
    beyond: tuple[str, ...]
    sure: bool


def rows_named(
    rows: Sequence[int], *, turned: bool = False, joined: str = "、", most: int = 0
) -> str:
    """Rows of what was read, from 1, as people find them in the file: 第 3、4 行.

    Those of a sheet that was turned round are columns there: 第 C、D 列. Of more than ``most`` the
    first are named, with how many there are.
    """
    named = joined.join(letters(row - 1) if turned else str(row) for row in rows[: most or None])
    more = f" 等 {len(rows)}" if most and len(rows) > most else ""
    return f"第 {named}{more} {'列' if turned else '行'}"


def turned_round(sheet: RawSheet, known: frozenset[str]) -> Turned | None:
    """The sheet turned round, if its labels may run down one of its first columns."""
    if not (LEAST_LABELS <= len(sheet.rows) <= HIGHEST) or "说明" in sheet.name:
        return None
    grid = Grid(sheet)
    if not 1 < grid.width <= WIDEST:
        return None
    rows = {row: cells for row in range(grid.height) if (cells := grid.filled(row))}
    block, labels = list[int](), list[str]()
    for place in range(min(LABEL_COLUMNS, grid.width - 1)):
        labelled = _labelled(grid, rows, place)
        said = [as_text(grid.value(row, place)) for row in labelled]
        if len(set(said)) > len(set(labels)):  # words over several labels are said again
            block, labels = labelled, said
    if len(block) < LEAST_LABELS or len(set(labels)) < len(labels):
        return None
    if any(row not in block and len(cells) > 1 and not _is_around(cells)
           for row, cells in rows.items()):  # fmt: skip
        return None  # rows that are neither fields nor titles: not a turned table as a whole
    beyond = [as_text(v) for row, cells in rows.items() if row not in block for _, v in cells]
    told = sum(squeezed(label) in known or is_asking(label) for label in labels)
    lines = tuple(row + 1 for row in block)
    return Turned(_turn(sheet, grid, block), lines, tuple(beyond), told >= KNOWN * len(labels))


def _labelled(grid: Grid, rows: Mapping[int, Cells], col: int) -> list[int]:
    """The rows with a label in a column, from the first to the last that has values too."""
    found = [row for row, cells in rows.items() if _is_labelled(grid, row, col, cells)]
    valued = [row for row in found if len(rows[row]) > 1 or grid.pictures.get(row)]
    while valued and _is_around(rows[valued[0]]):
        del valued[0]
    while valued and _is_around(rows[valued[-1]]):
        del valued[-1]
    return [row for row in found if valued[0] <= row <= valued[-1]] if valued else []


def _is_labelled(grid: Grid, row: int, col: int, cells: Cells) -> bool:
    """Whether a row is a label in this column and values right of it."""
    label = grid.value(row, col)
    if not isinstance(label, str) or not is_caption(label):
        return False
    merge = grid.merge_at.get((row, col))
    wide = merge is not None and merge.right - merge.left > 1
    return not wide and (any(at > col for at, _ in cells) or len(cells) == 1)


def _is_around(cells: Cells) -> bool:
    """Whether a row is a line above or below the fields: signatures, a note, 填报单位：…"""
    stated = any(isinstance(value, str) and _STATED.search(value) for _, value in cells)
    return stated or is_signature(cells) or is_note(cells)


def _turn(sheet: RawSheet, grid: Grid, block: Sequence[int]) -> RawSheet:
    """Rows for columns; what stood in no field is left out."""
    at = {row: place for place, row in enumerate(block)}
    rows: list[Row] = []
    for col in range(grid.width):
        said: list[Value] = [sheet.cell(row, col) for row in block]
        rows.append(tuple(said))
    merges = [
        Merge(merge.left, at[merge.top], merge.right, at[merge.bottom])
        for merge in sheet.merges
        if merge.top in at and merge.bottom in at
    ]
    return replace(
        sheet,
        rows=rows,
        merges=merges,
        pictures=[
            replace(one, row=one.col, col=at[one.row]) for one in sheet.pictures if one.row in at
        ],
        shown={(col, at[row]): text for (row, col), text in sheet.shown.items() if row in at},
        errors=[
            replace(note, row=note.col, col=at[note.row]) for note in sheet.errors if note.row in at
        ],
        hidden_rows=sheet.hidden_columns,
        hidden_columns=frozenset(at[row] for row in sheet.hidden_rows if row in at),
    )
