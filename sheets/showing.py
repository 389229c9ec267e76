"""Rows as people read them, with every name asked for once."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sheets.catalogue import Sheet
from sheets.fields.base import ExcelCell, Lookup
from sheets.query import Row


class NameCache:
    """A lookup that remembers, in front of one that asks the database."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._known: dict[str, dict[int, str]] = {}
        self._asked: dict[str, set[int]] = {}

    def names(self, kind: str, ids: Collection[int]) -> Mapping[int, str]:
        """Names of this kind, at least those of ``ids`` that exist."""
        asked = self._asked.setdefault(kind, set())
        known = self._known.setdefault(kind, {})
        if not asked.issuperset(ids):  # mostly it is: this is asked for every cell
            missing = set(ids) - asked
            known.update(self._lookup.names(kind, missing))
            asked |= missing
        return known

    def prepare(self, sheet: Sheet, rows: Iterable[Row]) -> None:
        """Ask for all names in these rows, once a kind however many fields are of it."""
        rows = list(rows)
        wanted: dict[str, set[int]] = {}
        for field in sheet.fields:
            kind = field.kind.names_kind(field.options)
            if kind:
                found = {row[field.id] for row in rows if row.get(field.id) is not None}
                wanted.setdefault(kind, set()).update(found)
        for kind, ids in wanted.items():
            self.names(kind, ids)

    def settle(self) -> None:
        """Ask for nothing more: what is not known by now has no name."""
        self._lookup = _Nobody()


class _Nobody:
    def names(self, kind: str, ids: Collection[int]) -> Mapping[int, str]:  # noqa: ARG002
        return {}


def excel_rows(
    sheet: Sheet, rows: Iterable[Mapping[str, Any]], lookup: Lookup
) -> Iterable[dict[str, ExcelCell]]:
    """Each row's values as cells of a workbook, by field id; names are remembered on the way."""
    names = NameCache(lookup)
    for row in rows:
        yield {each: sheet.field(each).excel_cell(row[each], names) for each in row}
