"""A raw sheet as one looks at it: cells through their merges, texts as shown, nothing ghostly."""

import re
from collections import defaultdict
from collections.abc import Sequence, Set
from datetime import date, datetime, time
from typing import Literal

from sheets.reading.book import Merge, RawPicture, RawSheet, Value
from sheets.reading.shown import Shown
from sheets.understanding.words import plain

Look = Literal["text", "number", "date"]
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+%?", re.ASCII)
_DATE = re.compile(
    r"(?:\d{4}\s*[-/.年]\s*\d{1,2}\s*(?:[-/.月]\s*(?:\d{1,2}\s*[日号]?)?)?|\d{1,2}\s*月\s*\d{1,2}\s*[日号])"
    r"(?:[ T]*\d{1,2}[:时点].*|前|之前|前完成)?",
    re.ASCII,
)
WIDEST_MERGE = 200_000  # cells; beyond, a merge is decoration over an empty sheet


class Grid:
    """Cells by row and column, 0-based; the cells of a merge all have the value of its first."""

    def __init__(self, sheet: RawSheet) -> None:
        self.sheet = sheet
        self.rows = sheet.rows
        self.height = len(sheet.rows)
        self.width = max((_used(row) for row in sheet.rows), default=0)
        self.merge_at: dict[tuple[int, int], Merge] = {}
        for merge in sheet.merges:
            self._lay(merge)
        shown = sheet.shown
        told = shown.columns if isinstance(shown, Shown) else {col for _, col in shown}
        self.showing: Set[int] = (
            told  # the columns of which a cell may look otherwise than its value
        )
        self.pictures: dict[int, list[RawPicture]] = defaultdict(list)
        for picture in sheet.pictures:
            self.pictures[picture.row].append(picture)

    def _lay(self, merge: Merge) -> None:
        bottom, right = min(merge.bottom, self.height - 1), min(merge.right, self.width - 1)
        if (bottom - merge.top + 1) * (right - merge.left + 1) > WIDEST_MERGE:
            return
        for row in range(merge.top, bottom + 1):
            for col in range(merge.left, right + 1):
                self.merge_at[row, col] = merge

    def own(self, row: int, col: int) -> Value:
        """The value that stands in the cell itself; None when blank."""
        cells = self.rows[row] if row < self.height else ()
        value = cells[col] if col < len(cells) else None
        return None if isinstance(value, str) and not value.strip() else value

    def value(self, row: int, col: int) -> Value:
        """The value seen there, a merged cell's being that of its first cell."""
        merge = self.merge_at.get((row, col))
        return self.own(merge.top, merge.left) if merge else self.own(row, col)

    def shown(self, row: int, col: int) -> str:
        """What the sheet shows there, "" when that is just the value."""
        merge = self.merge_at.get((row, col))
        return self.sheet.shown.get((merge.top, merge.left) if merge else (row, col), "")

    def formats(self, col: int) -> Sequence[int] | None:
        """The format of each cell of a column as a number, 0 for none; None where nobody knows."""
        shown = self.sheet.shown
        return shown.formats(col, self.height) if isinstance(shown, Shown) else None

    def text(self, row: int, col: int) -> str:
        """The text seen there."""
        merge = self.merge_at.get((row, col))
        top, left = (merge.top, merge.left) if merge else (row, col)
        return self.sheet.shown.get((top, left)) or as_text(self.own(top, left))

    def filled(self, row: int) -> list[tuple[int, Value]]:
        """The columns and values that stand in the row itself."""
        return [
            (col, value)
            for col, value in enumerate(self.rows[row])
            if value is not None
            and (type(value) is not str or (value != "" and not value.isspace()))
        ]

    def span(self, row: int, col: int) -> int:
        """How many columns the cell covers."""
        merge = self.merge_at.get((row, col))
        return min(merge.right, self.width - 1) - merge.left + 1 if merge else 1


def _used(row: object) -> int:
    cells = row if isinstance(row, list | tuple) else []
    used = len(cells)
    while used and (cells[used - 1] is None or cells[used - 1] == ""):
        used -= 1
    return used


def as_text(value: Value) -> str:
    """A value as one would type it: 3 for 3.0, 2026-03-05 for midnight, ends trimmed."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return "" if value is None else str(value).strip()


def look(value: Value) -> Look:
    """What a value that is not blank looks like, a number stored as text being a number."""
    if isinstance(value, bool):
        return "text"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, date | time):
        return "date"
    text = plain(str(value))
    if _NUMBER.fullmatch(text):
        return "number"
    return "date" if _DATE.fullmatch(text) else "text"
