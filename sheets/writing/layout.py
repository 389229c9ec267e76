"""What a ledger looks like: title, columns, signature, print settings, notes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal[
    "serial", "text", "code", "number", "integer", "ratio", "date", "date_time", "tick", "photos"
]
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for a cell: where its bytes come from, read one at a time, and its number."""

    source: Path | bytes | Callable[[], bytes]
    number: str = ""

    def read(self) -> bytes:
        """The encoded bytes; OSError when they cannot be had."""
        if isinstance(self.source, Path):
            return self.source.read_bytes()
        return self.source if isinstance(self.source, bytes) else self.source()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``source`` is a field id or a function of the row; a serial needs none.

    ``width`` is in characters, as Excel counts them.  Columns in a row with one ``group`` stand
    under a common heading.  A ``code`` is text in the middle: numbers of things, never sums.
    A ``ratio`` is 0 to 1, cut (not rounded) to two decimals of a percentage.  A value that is
    an ExcelCell brings its own kind.  A ``folded`` column is there but not printed, until
    somebody unfolds it by the plus above the header.
    """

    caption: str
    width: float
    kind: Kind
    source: str | Callable[[Values], object] = ""
    group: str | None = None
    folded: bool = False

    def value(self, row: Values) -> object:
        """The value of this column in a row; None where the row has none."""
        return row.get(self.source) if isinstance(self.source, str) else self.source(row)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A sheet for printing on A4.  ``photo_size`` is in pixels, 96 to the inch."""

    title: str
    columns: Sequence[Column]
    subtitle_left: str = ""
    subtitle_middle: str = ""
    subtitle_right: str = ""
    signature: str = ""
    footer: str = "第 &P 页 共 &N 页"
    sheet_name: str = "台账"
    notes: Sequence[tuple[str, str]] = ()
    orientation: Literal["landscape", "portrait"] = "landscape"
    may_spread: bool = False  # over pages side by side, when it is too wide to be read on one
    photo_size: tuple[int, int] = (160, 120)
    when_empty: str = "本时段没有记录。"

    @property
    def header_rows(self) -> int:
        """Two when columns are grouped, else one."""
        return 2 if any(column.group for column in self.columns) else 1


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written.  ``checksum`` is of the contents, as printed on its last sheet."""

    path: Path
    rows: int
    sha256: str
    checksum: str = ""
    files: int = 1
