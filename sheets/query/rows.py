"""What a query gives: rows, pages of them, and counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class Row(Mapping[str, Any]):
    """The values of a row by field id; ``key`` is the row's own, ``hue`` its colour if any."""

    __slots__ = ("_values", "hue", "key")

    def __init__(self, key: Any, values: dict[str, Any], hue: str | None = None) -> None:
        self.key = key
        self.hue = hue
        self._values = values

    def __getitem__(self, field_id: str) -> Any:
        """The value of a field; KeyError when it was not asked for."""
        return self._values[field_id]

    def get(self, field_id: str, default: Any = None) -> Any:
        """The value, or the default; quicker than a mapping's own, which a page of cells feels."""
        return self._values.get(field_id, default)

    def __iter__(self) -> Iterator[str]:
        """The ids of the fields."""
        return iter(self._values)

    def __len__(self) -> int:
        """The number of fields."""
        return len(self._values)

    def __repr__(self) -> str:
        """For a person who debugs."""
        return f"Row({self.key!r}, {self._values!r})"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, whether there are more, and the ``after`` of the page that follows."""

    rows: list[Row]
    has_more: bool
    next_after: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows; not exact when counting stopped at its limit."""

    number: int
    exact: bool

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.number:,}" if self.exact else f"{self.number:,} 以上"
