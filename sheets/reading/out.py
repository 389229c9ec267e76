"""What the limited process tells while it reads: rows at once, so that it never holds a sheet."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sheets.reading.book import Limits, Refused, Value
from sheets.reading.cells import Budget, Cells, Found
from sheets.reading.wire import Sender

LONG_ROW = "第 {row} 行的内容太长，没有读取。请在 Excel 中删去这一行里过长的文字后再上传。"
MANY_PICTURES = "图片超过 {limit} 张，一次读不下。请把文件拆成几个再上传。"
_DAY_NOUGHT = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers count from here


@dataclass(slots=True)
class Digests:
    """A number for what each row holds, to be compared with what another reader found there."""

    rows: array[int] = field(default_factory=lambda: array("l"))
    marks: array[int] = field(default_factory=lambda: array("q"))

    def add(self, row: int, cells: Cells) -> None:
        """Remember a row."""
        self.rows.append(row)
        self.marks.append(mark(cells))

    def as_mapping(self) -> Mapping[int, int]:
        """Row to mark; of a row that came twice, nothing is known."""
        found: dict[int, int] = {}
        for row, value in zip(self.rows, self.marks, strict=True):
            found[row] = 0 if row in found else value
        return found


def mark(cells: Cells) -> int:
    """A number that is equal for rows that hold the same."""
    return hash(
        tuple([cell if type(cell[1]) is str else (cell[0], _alike(cell[1])) for cell in cells])
    )


_DAY = 86_400.0  # seconds


def _alike(value: Value | timedelta) -> object:
    # One reader calls a number what the other calls a date: both become seconds.
    if type(value) is float or type(value) is int:  # as most are that come here
        return value * _DAY
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        moment = value if value.tzinfo is None else value.replace(tzinfo=None)
        return round((moment - _DAY_NOUGHT).total_seconds())
    if isinstance(value, date):
        return (value - _DAY_NOUGHT.date()).days * 86_400
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    return float(value or 0) * 86_400


class Out:
    """The child's side of the conversation, in the order in which a file is read."""

    def __init__(self, sender: Sender, limits: Limits) -> None:
        self.limits = limits
        self.digests: list[Digests] = []
        self._sender = sender
        self._budget = Budget(limits)
        self._media: dict[str, int] = {}
        self._pictures = 0

    def kind(self, kind: str) -> None:
        """What the file turned out to be."""
        self._sender.send({"kind": kind})

    def note(self, sentence: str) -> None:
        """Say something of the whole file."""
        self._sender.send({"note": sentence})

    def sheet(self, name: str, *, hidden: bool, rows: Iterator[tuple[int, Cells]]) -> None:
        """Tell a sheet's rows; raises Refused past the limits, and what the rows raise."""
        self._sender.send({"sheet": name, "hidden": hidden})
        digests = Digests()
        self.digests.append(digests)
        for row, cells in rows:
            self._budget.spend(row, cells)
            digests.add(row, cells)
            self._row(None, row, cells)

    def restart(self) -> None:
        """Take back what was told of the sheet begun last."""
        self.digests.pop()
        self._sender.send({"restart": True})

    def other(self, sheet: int, row: int, cells: Cells) -> None:
        """Tell what the second reader found in a row that the first read differently."""
        self._row(sheet, row, cells)

    def _row(self, other: int | None, row: int, cells: Cells) -> None:
        first = cells[0][0] if cells else 0
        values: list[Value] = [None] * (cells[-1][0] + 1 - first) if cells else []
        for col, value in cells:
            values[col - first] = value
        message = [row, first, values] if other is None else [row, first, values, other]
        try:
            self._sender.send(message)
        except ValueError as error:
            raise Refused(LONG_ROW.format(row=row + 1)) from error

    def found(self, found: Found, codes: Mapping[int, str]) -> None:
        """Tell what else the sheet holds; codes are the number formats by their numbers."""
        used = {run[2] for runs in found.formats.values() for run in runs}
        for at in range(0, len(found.merges), 10_000):
            self._sender.send({"merges": found.merges[at : at + 10_000]})
        self._sender.send(
            {
                "hidden_rows": _runs(found.hidden_rows),
                "hidden_columns": found.hidden_columns[:1_000],
                "cells": found.notes,
                "codes": [[number, codes[number]] for number in sorted(used)],
            }
        )
        for col, runs in found.formats.items():
            for at in range(0, len(runs), 20_000):
                self._sender.send({"formats": col, "runs": runs[at : at + 20_000]})

    def cell_note(self, row: int, col: int, kind: str, text: str, why: str) -> None:
        """Say something more of a cell of the sheet begun last."""
        self._sender.send({"cells": [[row, col, kind, text, why]]})

    def picture(self, row: int, col: int, key: str, load: Callable[[], bytes], name: str) -> None:
        """Tell a picture of the sheet begun last; its bytes are loaded once, however often used."""
        self._pictures += 1
        if self._pictures > self.limits.pictures:
            raise Refused(MANY_PICTURES.format(limit=self.limits.pictures))
        at = self._media.get(key)
        if at is None:
            data = load()
            at = self._media[key] = len(self._media)
            self._sender.send({"media": at, "size": len(data)}, data)
        self._sender.send({"picture": at, "row": row, "col": col, "name": name[:200]})

    def unpacked(self, name: str, kind: str, data: bytes) -> None:
        """Tell a file of an archive."""
        self._sender.send({"file": name, "kind": kind, "size": len(data)}, data)

    def left(self, name: str, why: str) -> None:
        """Tell a file of an archive that stays inside."""
        self._sender.send({"left": name, "why": why})

    def read(self) -> None:
        """All is told but for the second reader's opinion."""
        self._sender.send({"read": True})
        self._sender.flush()

    def checked(self, sheet: int) -> None:
        """The second reader is through with a sheet."""
        self._sender.send({"checked": sheet})

    def done(self) -> None:
        """Nothing more comes."""
        self._sender.send({"done": True})
        self._sender.flush()

    def refuse(self, sentence: str) -> None:
        """The file is not read."""
        self._sender.send({"refused": sentence})
        self._sender.flush()


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
