"""What a read workbook is made of; rows and columns count from 0, in sentences from 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

Value = str | int | float | bool | date | datetime | time | None
Row = tuple[Value, ...]

MEGABYTE = 1024 * 1024


class Refused(Exception):
    """A file that is not read; ``sentence`` says to a person why, and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read at most: bytes, counts and seconds."""

    file_bytes: int = 100 * MEGABYTE
    entries: int = 10_000
    unpacked_bytes: int = 400 * MEGABYTE
    cells: int = 3_000_000
    """Cells that hold something, over all sheets."""
    area: int = 20_000_000
    """Cells from the first column to the last filled one of each row, over all sheets."""
    merges: int = 200_000
    pictures: int = 20_000
    picture_bytes: int = 50 * MEGABYTE
    text_length: int = 32_767
    """Characters of one cell, as in the spreadsheet programs; the rest is cut with a note."""
    memory: int = 512 * MEGABYTE
    cpu_seconds: int = 20
    seconds: float = 60.0
    """By the clock on the wall; work is limited above, and a busy server refuses nobody for it."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, its corners included; clipped to the part of the sheet that is kept."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, cell: tuple[int, int]) -> bool:
        row, col = cell
        return self.top <= row <= self.bottom and self.left <= col <= self.right


@dataclass(frozen=True, slots=True)
class RawPicture:
    """A picture and the cell it belongs to; the bytes as stored in the workbook, not judged."""

    row: int
    col: int
    data: bytes = field(repr=False)
    sha1: str
    sha256: str
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class CellNote:
    """Something a person ought to know of one cell.

    ``kind`` is one of: error (an error value such as #REF!), no_value (a formula whose result
    the file does not hold), disagree (two readers read it differently), cut (text too long),
    precision (a number of more than 15 digits), unreadable (characters that could not be
    decoded), no_picture (a picture that is named there and not in the file).
    """

    row: int
    col: int
    kind: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet. ``rows`` are ragged: each ends with its last filled cell; ``cell`` asks safely.

    An error value stands in its cell as its text, "#REF!", and is listed in ``errors``.
    """

    name: str
    hidden: bool
    rows: list[Row] = field(repr=False)
    merges: list[Merge] = field(default_factory=list, repr=False)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    pictures: list[RawPicture] = field(default_factory=list, repr=False)
    shown: Mapping[tuple[int, int], str] = field(default_factory=dict, repr=False)
    """How the file shows a cell, where its number format changes the meaning: 007, 2026年3月."""
    errors: list[CellNote] = field(default_factory=list, repr=False)
    checked: bool = False
    """Whether a second, independent reader has been compared cell by cell."""

    @property
    def height(self) -> int:
        """How many rows, up to the last that holds a value or a picture."""
        return max([len(self.rows), *(picture.row + 1 for picture in self.pictures)])

    @property
    def width(self) -> int:
        """How many columns, up to the last that holds a value or a picture."""
        return max([0, *map(len, self.rows), *(picture.col + 1 for picture in self.pictures)])

    def cell(self, row: int, col: int) -> Value:
        """The value of a cell; None for what lies outside as well."""
        if 0 <= row < len(self.rows) and 0 <= col < len(self.rows[row]):
            return self.rows[row][col]
        return None


@dataclass(frozen=True, slots=True)
class Book:
    """What was read. ``kind``: xlsx, xls, xml, html, csv or block; ``notes`` are sentences."""

    name: str
    kind: str
    sheets: tuple[RawSheet, ...]
    notes: tuple[str, ...] = ()


def letters(col: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    name = ""
    number = col + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(row: int, col: int) -> str:
    """The cell as people name it: (2, 1) is B3."""
    return f"{letters(col)}{row + 1}"
