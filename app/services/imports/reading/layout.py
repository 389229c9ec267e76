"""What is kept of a sheet so that its page can draw it: kinds of rows, columns, the first cells."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.services.imports.reading.files import ReadSheet
from sheets.understanding.grid import Grid
from sheets.understanding.result import MatchedColumn, RowKind

FIRST_ROWS = 40  # drawn whatever they are
OTHER_ROWS = 120  # further on, those that are no data: groups, totals, signatures
LONGEST = 80  # characters of a cell as drawn
WIDEST = 80  # columns drawn
PICTURES, MANY = {0: "", 1: "〔照片〕"}, "〔多张照片〕"


def layout_of(sheet: ReadSheet) -> dict[str, Any]:
    """`import_sheet.layout` of a sheet.

    `columns` have index, caption, parents, key, shape, field, confidence, reason and others;
    `kinds` counts the rows by kind; `rows` are [number from 1, kind, texts] of those that are
    drawn, `merges` [row from 1, column from 0, rows, columns] of the cells drawn there. `height`
    and `width` are those of the sheet; `turned` the rows of the file that are its columns where
    it was turned round, so that its rows are columns of the file.
    """
    grid, kinds = Grid(sheet.raw), sheet.understood.kinds
    drawn = list(_drawn(kinds, grid.height))
    width = min(max(grid.width, 1 + max((c.index for c in sheet.columns()), default=-1)), WIDEST)
    return {
        "columns": _columns(sheet),
        "kinds": dict(Counter(kind.value for kind in kinds)),
        "rows": [[at + 1, kinds[at].value, _texts(grid, at, width)] for at in drawn],
        "merges": _merges(grid, set(drawn), width),
        "height": grid.height,
        "width": grid.width,
        "hidden": sheet.raw.hidden,
        "turned": list(sheet.turned),
    }


def _drawn(kinds: list[RowKind], height: int) -> Iterator[int]:
    others = 0
    for at, kind in enumerate(kinds[:height]):
        if at < FIRST_ROWS:
            yield at
        elif kind not in (RowKind.DATA, RowKind.BLANK) and others < OTHER_ROWS:
            others += 1
            yield at


def _columns(sheet: ReadSheet) -> list[dict[str, Any]]:
    shapes = {
        id(column): table.shape
        for table in (sheet.understood, *sheet.understood.more)
        for column in table.columns
    }
    own = sheet.understood.shape
    return [_column(column, shapes.get(id(column), own)) for column in sheet.columns()]


def _column(column: MatchedColumn, shape: str) -> dict[str, Any]:
    return {
        "index": column.index,
        "caption": column.caption,
        "parents": list(column.parents),
        "key": column.key,
        "shape": shape,
        "field": column.field_id,
        "confidence": round(column.confidence, 3),
        "reason": column.reason,
        "others": [[field, round(score, 3)] for field, score in column.others[:3]],
    }


def _texts(grid: Grid, row: int, width: int) -> list[str]:
    """What stands and lies in the cells themselves: the rest of a merge is blank."""
    pictures = Counter(picture.col for picture in grid.pictures.get(row, ()))
    reach = max([len(grid.rows[row]), *(col + 1 for col in pictures)])
    texts = [
        " ".join(filter(None, [_cell(grid, row, col), PICTURES.get(pictures[col], MANY)]))
        for col in range(min(width, reach))
    ]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _cell(grid: Grid, row: int, col: int) -> str:
    merge = grid.merge_at.get((row, col))
    if merge and (merge.top, merge.left) != (row, col):
        return ""
    text = grid.text(row, col)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _merges(grid: Grid, drawn: set[int], width: int) -> list[list[int]]:
    """Merged cells as far as one unbroken run of drawn rows shows them."""
    found = []
    for merge in grid.sheet.merges:
        if merge.top not in drawn or merge.left >= width:
            continue
        if grid.merge_at.get((merge.top, merge.left)) != merge:
            continue  # too large to mean anything
        rows, columns = 1, min(merge.right, width - 1) - merge.left + 1
        while merge.top + rows <= merge.bottom and merge.top + rows in drawn:
            rows += 1
        if rows > 1 or columns > 1:
            found.append([merge.top + 1, merge.left, rows, columns])
    return found
