"""What both readers of sheets hand on: rows with their formats, and what was noticed of cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from sheets.reading.book import Limits, Refused, Value, address

Cells = list[tuple[int, Value]]
"""The filled cells of a row: column and value, columns rising."""

MANY_CELLS = "表里有内容的格子超过 {limit} 万个，一次读不下。请按年份或区把文件拆成几个再上传。"
FAR_CELLS = (
    "表里的内容散得太开（最远到 {where}）。请在 Excel 中删去数据以外的行和列，另存后再上传。"
)
CUT = "这格的文字超过 {limit} 字，后面的没有读入。"
MOST_NOTES = 2_000


@dataclass(slots=True)
class Budget:
    """What may still be read, over all sheets of a file."""

    limits: Limits
    cells: int = 0
    area: int = 0

    def spend(self, row: int, cells: Cells) -> None:
        """Count a row; raises Refused past the limits."""
        self.cells += len(cells)
        self.area += cells[-1][0] + 1
        if self.cells > self.limits.cells:
            raise Refused(MANY_CELLS.format(limit=self.limits.cells // 10_000))
        if self.area > self.limits.area:
            raise Refused(FAR_CELLS.format(where=address(row, cells[-1][0])))


@dataclass(slots=True)
class Found:
    """What a sheet holds beside its values; filled while its rows are read."""

    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    notes: list[tuple[int, int, str, str, str]] = field(default_factory=list)
    formats: dict[int, list[list[int]]] = field(default_factory=dict)
    """By column: runs of [first row, last row, number of the format]."""
    in_cell: list[tuple[int, int, str, str]] = field(default_factory=list)
    """Pictures set into cells: row, column, how they are named (id or value), the name."""

    def note(self, row: int, col: int, kind: str, text: str, why: str) -> None:
        """Remember something of a cell; of thousands alike the first do."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append((row, col, kind, text[:200], why))

    def formatted(self, row: int, col: int, style: int) -> None:
        """Remember that a cell has a format that tells something."""
        runs = self.formats.setdefault(col, [])
        if runs and runs[-1][2] == style and runs[-1][1] == row - 1:
            runs[-1][1] = row
        else:
            runs.append([row, row, style])


def kept_text(text: str, row: int, col: int, limits: Limits, found: Found) -> str | None:
    """The text of a cell, cut with a note where it is too long; None for blanks alone."""
    if not text or text.isspace():
        return None
    if len(text) > limits.text_length:
        found.note(row, col, "cut", text[:20], CUT.format(limit=limits.text_length))
        return text[: limits.text_length]
    return text
