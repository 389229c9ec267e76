"""A query run: pages without a count, counts up to a limit, groups, and rows for an export."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from sheets.catalogue import Field, Sheet
from sheets.fields.text import contains
from sheets.query.cursor import decode, encode
from sheets.query.ordering import OrderTerm, beyond_row, order_terms
from sheets.query.state import Condition, Query, QueryError

MOST_GROUPS = 500
Scope = Sequence[ColumnElement[bool]]


class Executor(Protocol):
    """A Connection of SQLAlchemy's, or anything else that executes like one."""

    def execute(self, statement: Any, /) -> Any:
        """Run a statement."""


class Row(Mapping[str, Any]):
    """The values of a row by field id; ``key`` is the row's own."""

    __slots__ = ("_values", "key")

    def __init__(self, key: Any, values: dict[str, Any]) -> None:
        self.key = key
        self._values = values

    def __getitem__(self, field_id: str) -> Any:
        """The value of a field; KeyError when it was not asked for."""
        return self._values[field_id]

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


@dataclass(frozen=True, slots=True)
class Group:
    """A value, None for blank, and how many rows have it."""

    value: Any
    number: int


def conditions_of(sheet: Sheet, query: Query) -> list[ColumnElement[bool]]:
    """What the query's filters and search ask of a row, as SQL."""
    conditions = [_condition(sheet, condition) for condition in query.conditions]
    searched = [field.column for field in sheet.fields if field.is_searched]
    for word in query.words:
        hits = [contains(column, word) for column in searched]
        conditions.append(or_(false(), *hits))  # with nothing to look into, nothing is found
    return conditions


def fetch(
    conn: Executor,
    sheet: Sheet,
    query: Query,
    scope: Scope = (),
    fields: Sequence[str] | None = None,
) -> Page:
    """One page of the rows in scope; ``fields`` are ids, all of them when None.

    One row more than the page is asked for and nothing is counted.  Raises UnknownField.
    """
    order = order_terms(sheet, query.sort)
    after = decode(query.after, order) if query.after else None
    rows, last = _page(conn, sheet, query, scope, _chosen(sheet, fields), order, after)
    return Page(rows, last is not None, encode(order, last) if last is not None else None)


def iterate(
    conn: Executor,
    sheet: Sheet,
    query: Query,
    scope: Scope = (),
    fields: Sequence[str] | None = None,
    batch: int = 500,
) -> Iterator[Row]:
    """Every row from the first, whatever the query's page, ``batch`` of them in memory at a time.

    It is one statement, so the rows are of one moment; do not commit on ``conn`` before its end.
    """
    chosen = _chosen(sheet, fields)
    statement = _select(sheet, query, scope, chosen, order_terms(sheet, query.sort))
    result = conn.execute(statement.execution_options(yield_per=batch))
    try:
        for raw in result:
            yield _row(chosen, raw)
    finally:
        result.close()


def count(
    conn: Executor, sheet: Sheet, query: Query, scope: Scope = (), at_most: int = 10_000
) -> Count:
    """How many rows there are, counted no further than ``at_most``."""
    found = _where(select(sheet.key.label("k")), sheet, query, scope).limit(at_most + 1).subquery()
    number = conn.execute(select(func.count()).select_from(found)).scalar_one()
    return Count(min(number, at_most), exact=number <= at_most)


def group_counts(
    conn: Executor, sheet: Sheet, query: Query, scope: Scope, field: str
) -> list[Group]:
    """How many rows have each value, most first, blanks last; at most 500 groups.

    Raises UnknownField, and QueryError for a type that makes no groups.
    """
    chosen = sheet.field(field)
    if not chosen.kind.groupable:
        raise QueryError(f"不能按“{chosen.caption}”分组，请另选一列。", "group", field)
    value, number = chosen.column.label("v"), func.count().label("n")
    statement = _where(select(value, number), sheet, query, scope).group_by(chosen.column)
    rows = conn.execute(statement.order_by(number.desc(), value).limit(MOST_GROUPS)).all()
    found: dict[Any, int] = {}
    for raw, size in rows:
        loaded = chosen.kind.load(raw)
        key = None if loaded == "" else loaded
        found[key] = found.get(key, 0) + size
    blank = found.pop(None, None)
    groups = [Group(each, size) for each, size in found.items()]
    return groups if blank is None else [*groups, Group(None, blank)]


def _chosen(sheet: Sheet, fields: Sequence[str] | None) -> list[Field]:
    return list(sheet.fields) if fields is None else [sheet.field(each) for each in fields]


def _condition(sheet: Sheet, condition: Condition) -> ColumnElement[bool]:
    field = sheet.field(condition.field_id)
    operator = field.kind.operator(condition.operator)
    if operator is None:
        raise QueryError(f"“{field.caption}”没有这种比较方式。", f"f.{field.id}")
    return operator.sql(field.column, condition.operand)


def _where(statement: Select[Any], sheet: Sheet, query: Query, scope: Scope) -> Select[Any]:
    return statement.select_from(sheet.from_).where(*scope, *conditions_of(sheet, query))


def _select(
    sheet: Sheet,
    query: Query,
    scope: Scope,
    fields: Sequence[Field],
    order: Sequence[OrderTerm],
) -> Select[Any]:
    """The fields, then the values of the order, in that order."""
    wanted = [field.column.label(f"c{place}") for place, field in enumerate(fields)]
    sorting = [term.column.label(f"s{place}") for place, term in enumerate(order)]
    clauses = [term.clause for term in order]
    return _where(select(*wanted, *sorting), sheet, query, scope).order_by(*clauses)


def _page(
    conn: Executor,
    sheet: Sheet,
    query: Query,
    scope: Scope,
    fields: Sequence[Field],
    order: Sequence[OrderTerm],
    after: Sequence[Any] | None,
) -> tuple[list[Row], Sequence[Any] | None]:
    """The rows of a page, and the last one's sort values when more follow."""
    statement = _select(sheet, query, scope, fields, order)
    if after is not None:
        statement = statement.where(beyond_row(order, after))
    found = conn.execute(statement.limit(query.limit + 1)).all()
    shown = found[: query.limit]
    rows = [_row(fields, raw) for raw in shown]
    if len(found) <= query.limit:
        return rows, None
    return rows, tuple(shown[-1][len(fields) :])


def _row(fields: Sequence[Field], raw: Sequence[Any]) -> Row:
    values = {field.id: field.kind.load(raw[place]) for place, field in enumerate(fields)}
    return Row(raw[-1], values)
