"""The shape of a sheet as the readers hand it over; tests may build one by hand."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Protocol

Value = str | int | float | bool | date | datetime | time | None


class RawMerge(Protocol):
    """Merged cells, 0-based, both ends in it."""

    @property
    def top(self) -> int: ...
    @property
    def left(self) -> int: ...
    @property
    def bottom(self) -> int: ...
    @property
    def right(self) -> int: ...


class RawPicture(Protocol):
    """A picture and the cell it lies in, 0-based."""

    @property
    def row(self) -> int: ...
    @property
    def col(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def sha1(self) -> str: ...


class RawNote(Protocol):
    """What a reader could not vouch for; ``kind`` "error" is an error value such as #REF!."""

    @property
    def row(self) -> int: ...
    @property
    def col(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def why(self) -> str: ...


class RawSheet(Protocol):
    """Plain typed cells; ``shown`` has the texts of cells that look other than their value."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Sequence[Value]]: ...
    @property
    def merges(self) -> Sequence[RawMerge]: ...
    @property
    def hidden_rows(self) -> Collection[int]: ...
    @property
    def pictures(self) -> Sequence[RawPicture]: ...
    @property
    def shown(self) -> Mapping[tuple[int, int], str]: ...
    @property
    def errors(self) -> Sequence[RawNote]: ...
