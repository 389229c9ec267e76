"""The order of rows, total and the same on both databases, and what comes after a row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, false, literal, or_, tuple_

from sheets.catalogue import Sheet
from sheets.query.state import SortTerm


@dataclass(frozen=True, eq=False, slots=True)
class OrderTerm:
    """One expression to order by; NULLs come last whichever way it runs."""

    name: str
    column: ColumnElement[Any]
    descending: bool
    nullable: bool

    @property
    def clause(self) -> ColumnElement[Any]:
        """What stands in ORDER BY."""
        ordered = self.column.desc() if self.descending else self.column.asc()
        return ordered.nulls_last() if self.nullable else ordered

    def bound(self, value: object) -> ColumnElement[Any]:
        """The value as a parameter of the column's own type."""
        return literal(value, self.column.type)

    def beyond(self, value: object) -> ColumnElement[bool]:
        """The rows that come after this value."""
        if value is None:
            return false()
        bound = self.bound(value)
        further = self.column < bound if self.descending else self.column > bound
        return or_(further, self.column.is_(None)) if self.nullable else further

    def from_(self, value: object) -> ColumnElement[bool]:
        """The rows with this value or after it: a range that an index can begin with."""
        bound = self.bound(value)
        return self.column <= bound if self.descending else self.column >= bound

    def same(self, value: object) -> ColumnElement[bool]:
        """The rows with this very value."""
        if value is None:
            return self.column.is_(None)
        return self.column == self.bound(value)


def read_sort(sheet: Sheet, raw: str) -> tuple[SortTerm, ...]:
    """The sort that the sheet's own author wrote; raises UnknownField."""
    parts = [part.strip() for part in raw.split(",") if part.strip()]
    named = [(part.removeprefix("-"), part.startswith("-")) for part in parts]
    return tuple(SortTerm(sheet.field(field_id).id, down) for field_id, down in named)


def order_terms(sheet: Sheet, sort: Sequence[SortTerm]) -> list[OrderTerm]:
    """The whole order: the sort, else the sheet's own, and the key to break ties.

    The key runs the way of the last term, so that one index serves both; what follows a sort
    by the key itself is of no account.  The last value of an order is always a row's key.
    """
    terms = tuple(sort) or read_sort(sheet, sheet.default_sort)
    order = []
    for term in terms:
        column = sheet.field(term.field_id).sort_key
        order.append(OrderTerm(str(term), column, term.descending, not _is_filled(sheet, column)))
        if column is sheet.key:
            return order
    down = bool(terms) and terms[-1].descending
    return [*order, OrderTerm("", sheet.key, down, nullable=False)]


@dataclass(frozen=True, eq=False, slots=True)
class Stretch:
    """Some of the rows, in an order that a plain index can give: all filled, or all blank."""

    where: tuple[ColumnElement[bool], ...]
    clauses: tuple[ColumnElement[Any], ...]


def stretches(order: Sequence[OrderTerm], after: Sequence[object] | None) -> list[Stretch]:
    """The rows after a place, the filled ones of the first term and then the blank ones.

    Neither database walks an index both ways with blanks last (SQLite not upwards, PostgreSQL
    not downwards), but each walks it over either half.
    """
    first, rest = order[0], order[1:]
    if not first.nullable:
        return [_stretch(order, after)]
    blank = first.column.is_(None)
    if after is not None and after[0] is None:
        return [_stretch(rest, after[1:], blank)]
    filled = _stretch([replace(first, nullable=False), *rest], after, first.column.is_not(None))
    return [filled, _stretch(rest, None, blank)]


def _stretch(
    order: Sequence[OrderTerm], after: Sequence[object] | None, *where: ColumnElement[bool]
) -> Stretch:
    beyond = () if after is None else (beyond_row(order, after),)
    return Stretch((*where, *beyond), tuple(term.clause for term in order))


def beyond_row(order: Sequence[OrderTerm], values: Sequence[object]) -> ColumnElement[bool]:
    """The rows that come after the row with these values, one for each term."""
    if len({term.descending for term in order}) == 1 and not any(t.nullable for t in order):
        # A comparison of rows is one range of an index.
        left = tuple_(*(term.column for term in order))
        right = tuple_(*(t.bound(value) for t, value in zip(order, values, strict=True)))
        return left < right if order[0].descending else left > right
    condition: ColumnElement[bool] = false()
    for term, value in reversed(list(zip(order, values, strict=True))):
        condition = or_(term.beyond(value), and_(term.same(value), condition))
    return condition if order[0].nullable else and_(order[0].from_(values[0]), condition)


def _is_filled(sheet: Sheet, column: ColumnElement[Any]) -> bool:
    # A NOT NULL column of a joined table may still be NULL in the join: trust the key's table only.
    if not isinstance(column, Column) or column.nullable:
        return False
    return column.table is getattr(sheet.key, "table", None)
