"""The book put together from what the limited process tells; every word of it is checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from sheets.reading import agree, wire
from sheets.reading.book import (
    Book,
    CellNote,
    Limits,
    Merge,
    RawPicture,
    RawSheet,
    Refused,
    Row,
    Value,
)
from sheets.reading.media import media_type
from sheets.reading.shown import Shown

EVERY = 1_000
"""Rows between two reports to whoever watches."""
MOST_ROWS = 1_048_576
UNCHECKED = "没能用第二种方法核对文件里的值，请在预览中多看几行。"


@dataclass(slots=True)
class Sheet:
    """One sheet while it comes."""

    name: str
    hidden: bool
    rows: list[Row] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    notes: list[CellNote] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    runs: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    pictures: list[tuple[int, int, int, str]] = field(default_factory=list)
    checked: bool = False
    noted: set[tuple[int, int]] = field(default_factory=set)


class Assembly:
    """Listens to the limited process and keeps what it tells within the limits."""

    def __init__(self, name: str, limits: Limits, watch: Callable[[int], None]) -> None:
        self.complete = self.done = False
        self.objections = 0  # rows of which the second reader had something else to say
        self._name, self._limits, self._watch = name, limits, watch
        self._kind = ""
        self._notes: list[str] = []
        self._sheets: list[Sheet] = []
        self._media: list[tuple[bytes, str, str, str]] = []
        self._texts: dict[str, str] = {}
        self._rows = 0
        self._area = 0
        self._handlers: dict[str, Callable[[dict[str, Any], BinaryIO], None]] = {
            "sheet": self._sheet, "restart": self._restart, "merges": self._merges,
            "hidden_rows": self._found, "cells": self._cells, "formats": self._formats,
            "media": self._picture_bytes, "picture": self._picture, "checked": self._checked,
        }  # fmt: skip

    def listen(self, source: BinaryIO) -> None:
        """Take in what is told until all is read, and called once more, until all is said.

        Raises Refused, wire.BrokenLine, and what watch raises.
        """
        while True:
            message = wire.receive(source)
            if type(message) is list:
                self._row(message)
            elif not isinstance(message, dict):
                raise wire.BrokenLine("message")
            elif "refused" in message:
                raise Refused(str(message["refused"])[:500])
            elif "done" in message or "read" in message:
                self.complete, self.done = True, "done" in message
                return
            else:
                self._take(message, source)

    def book(self) -> Book:
        """What has been told, put together."""
        sheets = tuple(self._finished(sheet) for sheet in self._sheets)
        checked = self._kind not in {"xlsx", "xls"} or all(sheet.checked for sheet in sheets)
        notes = self._notes if checked else [*self._notes, UNCHECKED]
        return Book(self._name, self._kind, sheets, tuple(notes))

    def _take(self, message: dict[str, Any], source: BinaryIO) -> None:
        try:
            if "kind" in message:
                self._kind = str(message["kind"])
            elif "note" in message:
                self._notes.append(str(message["note"])[:500])
            else:
                handler = next(self._handlers[key] for key in message if key in self._handlers)
                handler(message, source)
        except (LookupError, TypeError, ValueError, StopIteration) as error:
            raise wire.BrokenLine("message") from error

    def _row(self, message: list[Any]) -> None:
        try:
            row, first, values, *other = message
            if not (0 <= row < MOST_ROWS and 0 <= first < 16_384):  # noqa: PLR2004 - XFD
                raise wire.BrokenLine("row")
            told = (None,) * first + wire.row_of(values, self._texts)
            sheet = self._sheets[other[0] if other else -1]
        except (LookupError, TypeError, ValueError) as error:
            raise wire.BrokenLine("row") from error
        if other:
            self.objections += 1
            agree.weigh(sheet.rows, sheet.notes, sheet.noted, row, told)
            return
        self._area += len(told)
        if self._area > self._limits.area:
            raise wire.BrokenLine("area")
        _put(sheet.rows, row, told)
        self._rows += 1
        if self._rows % EVERY == 0:
            self._watch(self._rows)

    def _sheet(self, message: dict[str, Any], _: BinaryIO) -> None:
        self._sheets.append(Sheet(str(message["sheet"]), bool(message["hidden"])))

    def _restart(self, _: dict[str, Any], __: BinaryIO) -> None:
        self._sheets.pop()

    def _merges(self, message: dict[str, Any], _: BinaryIO) -> None:
        self._sheets[-1].merges.extend(Merge(*map(int, merge)) for merge in message["merges"])

    def _found(self, message: dict[str, Any], _: BinaryIO) -> None:
        sheet = self._sheets[-1]
        sheet.hidden_rows = [(int(a), int(b)) for a, b in message["hidden_rows"]]
        sheet.hidden_columns = [(int(a), int(b)) for a, b in message["hidden_columns"]]
        sheet.codes = {int(number): str(code) for number, code in message["codes"]}
        self._cells(message, _)

    def _cells(self, message: dict[str, Any], _: BinaryIO) -> None:
        for row, col, kind, text, why in message["cells"]:
            note = CellNote(int(row), int(col), str(kind), str(text), str(why))
            self._sheets[-1].notes.append(note)
            self._sheets[-1].noted.add((note.row, note.col))

    def _formats(self, message: dict[str, Any], _: BinaryIO) -> None:
        runs = [(int(first), int(last), int(code)) for first, last, code in message["runs"]]
        self._sheets[-1].runs.setdefault(int(message["formats"]), []).extend(runs)

    def _picture_bytes(self, message: dict[str, Any], source: BinaryIO) -> None:
        data = wire.receive_bytes(source, message["size"], self._limits.picture_bytes)
        sha1 = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        self._media.append((data, sha1, hashlib.sha256(data).hexdigest(), media_type(data)))

    def _picture(self, message: dict[str, Any], _: BinaryIO) -> None:
        at, row, col = int(message["picture"]), int(message["row"]), int(message["col"])
        if not (0 <= at < len(self._media) and 0 <= row < MOST_ROWS and col >= 0):
            raise wire.BrokenLine("picture")
        self._sheets[-1].pictures.append((at, row, col, str(message["name"])))

    def _checked(self, message: dict[str, Any], _: BinaryIO) -> None:
        self._sheets[int(message["checked"])].checked = True

    def _finished(self, sheet: Sheet) -> RawSheet:
        pictures = [
            RawPicture(row, col, *self._media[at], name) for at, row, col, name in sheet.pictures
        ]
        pictures.sort(key=lambda picture: (picture.row, picture.col))
        height = max([len(sheet.rows), *(picture.row + 1 for picture in pictures)])
        width = max([0, *map(len, sheet.rows), *(picture.col + 1 for picture in pictures)])
        return RawSheet(
            sheet.name,
            sheet.hidden,
            sheet.rows,
            _clipped(sheet.merges, height, width),
            _within(sheet.hidden_rows, height),
            _within(sheet.hidden_columns, width),
            pictures,
            Shown(sheet.rows, sheet.codes, sheet.runs),
            sorted(sheet.notes, key=lambda note: (note.row, note.col)),
            sheet.checked,
        )


_NOTHING: tuple[Value, ...] = ()


def _put(rows: list[Row], row: int, told: Row) -> None:
    if row >= len(rows):
        rows.extend([_NOTHING] * (row - len(rows)))
        rows.append(told)
        return
    old = rows[row]
    if not old:
        rows[row] = told
        return
    # A row told twice: the later word counts where it says anything.
    width = max(len(old), len(told))
    wide_old = old + (None,) * (width - len(old))
    wide_new = told + (None,) * (width - len(told))
    pairs = zip(wide_old, wide_new, strict=True)
    rows[row] = tuple([before if after is None else after for before, after in pairs])


def _clipped(merges: list[Merge], height: int, width: int) -> list[Merge]:
    return [
        Merge(merge.top, merge.left, min(merge.bottom, height - 1), min(merge.right, width - 1))
        for merge in merges
        if 0 <= merge.top < height and 0 <= merge.left < width
    ]


def _within(runs: list[tuple[int, int]], end: int) -> frozenset[int]:
    return frozenset(
        number for first, last in runs for number in range(max(first, 0), min(last + 1, end))
    )
