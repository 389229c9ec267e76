"""Where floating pictures lie: the cell that holds most of each, merged cells taken as one."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sheets.reading.xlsx_cells import LAST_COLUMN, LAST_ROW, SheetScan

POINT, PIXEL = 12_700, 9_525
"""English metric units, of which drawings count lengths."""

DEFAULT_HEIGHT = 15.0
DEFAULT_PIXELS = 64
DIGIT = 7
"""Pixels of a digit in the usual font: widths of columns are told in digits."""

MOST_LINES = 2_000
"""Rows or columns one picture is followed over."""


@dataclass(slots=True)
class Corner:
    """A cell and how far into it, in English metric units."""

    col: int = 0
    col_off: int = 0
    row: int = 0
    row_off: int = 0


@dataclass(slots=True)
class Anchor:
    """A picture as the drawing places it: between two corners, or from one with a size."""

    start: Corner | None = None
    end: Corner | None = None
    size: tuple[int, int] | None = None
    at: tuple[int, int] = (0, 0)
    """Where it begins, counted from the sheet's corner, when it has no start."""

    part: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """Which part of the place is this picture's, where several are grouped: x, y, width, height."""


class Geometry:
    """Heights, widths and merged cells of one sheet."""

    def __init__(self, scan: SheetScan) -> None:
        self._heights = scan.row_heights
        self._hidden = set(scan.found.hidden_rows)
        self._default = round((scan.default_height or DEFAULT_HEIGHT) * POINT)
        self._widths: dict[int, int] = {}
        for first, last, width in scan.column_widths:
            for col in range(first, min(last + 1, LAST_COLUMN)):
                self._widths[col] = _column_width(width)
        hidden = scan.found.hidden_columns
        for first, last in hidden:
            self._widths.update(dict.fromkeys(range(first, min(last + 1, LAST_COLUMN)), 0))
        standard = scan.default_width
        self._column = _column_width(standard) if standard else DEFAULT_PIXELS * PIXEL
        self._merges = sorted(scan.found.merges)
        self._tallest = max((bottom - top for top, _, bottom, _ in self._merges), default=0)

    def cell_of(self, anchor: Anchor) -> tuple[int, int]:
        """The row and column of the cell, or of the merged cell's corner, that holds most."""
        left, top, width, height = anchor.part
        floating = anchor.start is None
        rows = _shares(
            _line(anchor, rows=True), self._height, LAST_ROW, (top, height), floating=floating
        )
        columns = _shares(
            _line(anchor, rows=False), self._width, LAST_COLUMN, (left, width), floating=floating
        )
        merges = self._touched(min(rows), max(rows)) if self._merges else []
        if not merges:
            return _largest(rows), _largest(columns)
        areas: Counter[tuple[int, int]] = Counter()
        for row, tall in rows.items():
            for col, wide in columns.items():
                areas[_corner(merges, row, col)] += max(tall, 1) * max(wide, 1)
        return max(areas, key=lambda cell: areas[cell])

    def _touched(self, first: int, last: int) -> list[tuple[int, int, int, int]]:
        begin = bisect_left(self._merges, (first - self._tallest, 0, 0, 0))
        end = bisect_left(self._merges, (last + 1, 0, 0, 0))
        return [merge for merge in self._merges[begin:end] if merge[2] >= first]

    def _height(self, row: int) -> int:
        if row in self._hidden:
            return 0
        height = self._heights.get(row)
        return self._default if height is None else round(height * POINT)

    def _width(self, col: int) -> int:
        return self._widths.get(col, self._column)


def _column_width(digits: float) -> int:
    return int(digits * DIGIT + 0.5) * PIXEL


def _line(anchor: Anchor, *, rows: bool) -> tuple[int, int, int | None, int]:
    """First line, offset in it, last line or None, offset in the last or the length."""
    start, end, size = anchor.start, anchor.end, anchor.size or (0, 0)
    length = size[1] if rows else size[0]
    if start is None:
        return 0, anchor.at[1] if rows else anchor.at[0], None, length
    first = (start.row, start.row_off) if rows else (start.col, start.col_off)
    if end is None:
        return *first, None, length
    last = (end.row, end.row_off) if rows else (end.col, end.col_off)
    return *first, *last


def _shares(
    line: tuple[int, int, int | None, int],
    length_of: Callable[[int], int],
    lines: int,
    part: tuple[float, float],
    *,
    floating: bool,
) -> dict[int, int]:
    """How much of the picture lies on each row or column; at least one is named."""
    number, offset, last, rest = line
    number = min(max(number, 0), lines - 1)
    while floating and offset >= length_of(number) and number < lines - 1:
        offset -= length_of(number)
        number += 1
    found: dict[int, int] = {}
    for at in range(number, min(number + MOST_LINES, lines)):
        begin = min(offset, length_of(at)) if at == number else 0
        stop = length_of(at)
        if last is not None:
            stop = min(rest, stop) if at >= last else stop
        else:
            stop = min(stop, begin + rest)
            rest -= stop - begin
        found[at] = max(stop - begin, 0)
        if (last is None and rest <= 0) or (last is not None and at >= last):
            break
    return _part(found, *part)


def _part(found: dict[int, int], start: float, length: float) -> dict[int, int]:
    if (start, length) == (0.0, 1.0):
        return found
    whole = sum(found.values())
    begin, stop = start * whole, (start + length) * whole
    at, parts = 0.0, {}
    for number, share in found.items():
        inside = min(at + share, stop) - max(at, begin)
        if inside > 0:
            parts[number] = round(inside)
        at += share
    return parts or found


def _largest(shares: dict[int, int]) -> int:
    return max(shares, key=lambda number: shares[number])


def _corner(merges: list[tuple[int, int, int, int]], row: int, col: int) -> tuple[int, int]:
    for top, left, bottom, right in merges:
        if top <= row <= bottom and left <= col <= right:
            return top, left
    return row, col
