"""What was understood of a sheet: kinds of rows, matched columns, records, flags."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from sheets.reading.book import RawPicture


class RowKind(StrEnum):
    """What a row of a sheet is there for."""

    TITLE = "title"
    NOTE = "note"
    HEADER = "header"
    GROUP = "group"
    DATA = "data"
    EXAMPLE = "example"
    TOTAL = "total"
    SIGNATURE = "signature"
    BLANK = "blank"

    @property
    def label(self) -> str:
        """The kind as people call it."""
        return _LABELS[self]


_LABELS = {
    RowKind.TITLE: "标题",
    RowKind.NOTE: "说明",
    RowKind.HEADER: "表头",
    RowKind.GROUP: "分组",
    RowKind.DATA: "数据",
    RowKind.EXAMPLE: "样例",
    RowKind.TOTAL: "合计",
    RowKind.SIGNATURE: "签字",
    RowKind.BLANK: "空行",
}


class Region(NamedTuple):
    """A rectangle of cells, 0-based, both ends in it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class MatchedColumn:
    """A column of a table and the target it stands for (None: not matched).

    ``index`` is the 0-based column of the sheet, ``caption`` its own words, ``parents`` the
    words above it, ``key`` both in one text that is unique in the table. ``confidence`` is 0..1,
    ``reason`` a Chinese sentence, ``others`` the next best targets with their scores.
    """

    index: int
    caption: str
    field_id: str | None
    confidence: float
    reason: str
    key: str = ""
    parents: tuple[str, ...] = ()
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Flag:
    """A doubt about one cell: its text and a sentence; ``guessed``: a value was taken anyway."""

    field_id: str
    raw: str
    why: str
    guessed: bool = False


class Placed(NamedTuple):
    """A picture that belongs to a record, and its phase ("" when nothing tells)."""

    phase: str
    picture: RawPicture


@dataclass
class Record:
    """One data row: ``row`` is 1-based; blank cells are in neither ``fields`` nor ``raw``.

    ``fields`` are typed values by target id: str, int, float, bool, date, naive local datetime,
    a place's name, a choice's id, (lat, lng). ``raw`` are the texts they were read from, after
    同上 and merged cells were followed (those target ids are in ``carried``). ``extra`` are the
    texts of unmatched columns by 0-based index.
    """

    row: int
    hidden: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)
    pictures: list[Placed] = field(default_factory=list)
    carried: set[str] = field(default_factory=set)
    extra: dict[int, str] = field(default_factory=dict)


@dataclass
class Understood:
    """One table of a sheet; ``more`` are the further tables of the same sheet.

    ``kinds`` has one entry a row of the sheet. ``header`` is None when there is no table.
    ``stated`` are pairs such as 填报单位 → 环卫科 from the rows around the table, ``stray``
    the pictures that lie in no data row.
    """

    name: str
    kinds: list[RowKind]
    header: Region | None
    columns: list[MatchedColumn]
    records: list[Record]
    shape: str = ""
    stated: Mapping[str, str] = field(default_factory=dict)
    stray: list[RawPicture] = field(default_factory=list)
    more: tuple["Understood", ...] = ()
