"""How a file shows its cells, worked out when somebody asks: formats are kept by runs of rows."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Set

from sheets.reading import numbers
from sheets.reading.book import Row, Value

Runs = dict[int, list[tuple[int, int, int]]]
"""By column: first row, last row, number of the format; rows rising."""


class Shown(Mapping[tuple[int, int], str]):
    """Row and column to the text on the screen, for cells whose format changes the meaning."""

    def __init__(self, rows: list[Row], codes: dict[int, str], runs: Runs) -> None:
        self._rows, self._codes = rows, codes
        self._runs = {col: sorted(found) for col, found in runs.items()}

    def __getitem__(self, cell: tuple[int, int]) -> str:
        row, col = cell
        runs = self._runs.get(col)
        if runs is None:  # as most columns are
            raise KeyError(cell)
        at = bisect_right(runs, row, key=_first_row) - 1
        if at < 0 or runs[at][1] < row:
            raise KeyError(cell)
        text = self._text(row, col, runs[at][2])
        if text is None:
            raise KeyError(cell)
        return text

    @property
    def columns(self) -> Set[int]:
        """The columns outside which nothing is in it."""
        return self._runs.keys()

    def formats(self, col: int, height: int) -> array[int]:
        """The number of the format of each cell of a column, counted from 1; 0 for none."""
        found = array("l", bytes(array("l").itemsize * height))
        for first, last, code in self._runs.get(col, ()):
            for row in range(first, min(last + 1, height)):
                found[row] = code + 1
        return found

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for col, runs in self._runs.items():
            for first, last, code in runs:
                for row in range(first, min(last + 1, len(self._rows))):
                    if self._text(row, col, code) is not None:
                        yield row, col

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        """Whether any cell may be in it: asked for each cell, so none is worked out for it."""
        return bool(self._runs)

    def _text(self, row: int, col: int, code: int) -> str | None:
        value: Value = None
        if row < len(self._rows) and col < len(self._rows[row]):
            value = self._rows[row][col]
        return None if value is None else numbers.show(value, self._codes.get(code, "General"))


def _first_row(run: tuple[int, int, int]) -> int:
    return run[0]
