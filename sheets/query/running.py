"""A query run: pages without a count, counts up to a limit, places to jump to, rows to export."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Select, func, select

from sheets.catalogue import Field, Sheet
from sheets.fields.base import FieldType
from sheets.query.cursor import decode, encode
from sheets.query.filtering import Scope, filtered, hue_sql
from sheets.query.ordering import OrderTerm, Stretch, order_terms, stretches
from sheets.query.rows import Count, Page, Row
from sheets.query.searched import narrowed, newest_hits
from sheets.query.state import Query


class Executor(Protocol):
    """A Connection of SQLAlchemy's, or anything else that executes like one."""

    def execute(self, statement: Any, /) -> Any:
        """Run a statement."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """How many rows there are, and the ``after`` before row 0, ``every``, twice ``every``…

    The first of the cursors is None: the first row has nothing before it.
    """

    total: int
    every: int
    cursors: list[str | None]


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
    chosen = _chosen(sheet, fields)
    ways = stretches(order, after)
    found = None
    if query.words:
        wanted = _wanted(sheet, query, chosen, order)
        found = newest_hits(conn, sheet, query, scope, wanted, order, after, query.limit + 1)
    if found is None:
        statement = _select(sheet, query, narrowed(conn, sheet, query, scope), chosen, order)
        found = _walked(conn, statement, ways, query.skip, query.limit + 1)
    shown = found[: query.limit]
    more = len(found) > query.limit
    place = encode(order, shown[-1][-len(order) :]) if more else None
    return Page(list(_rows(chosen, shown)), more, place)


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
    order = order_terms(sheet, query.sort)
    scope = narrowed(conn, sheet, query, scope)
    statement = _select(sheet, query, scope, chosen, order)
    statement = statement.order_by(*(term.clause for term in order))
    result = conn.execute(statement.execution_options(yield_per=batch))
    try:
        yield from _rows(chosen, result)
    finally:
        result.close()


def count(
    conn: Executor, sheet: Sheet, query: Query, scope: Scope = (), at_most: int = 10_000
) -> Count:
    """How many rows there are, counted no further than ``at_most``."""
    scope = narrowed(conn, sheet, query, scope)
    keys = filtered(select(sheet.key.label("k")), sheet, query, scope)
    found = keys.limit(at_most + 1).subquery()
    number = conn.execute(select(func.count()).select_from(found)).scalar_one()
    return Count(min(number, at_most), exact=number <= at_most)


def anchors(
    conn: Executor, sheet: Sheet, query: Query, scope: Scope = (), every: int = 1_000
) -> Anchors:
    """Where to go on from to reach any row: ``after`` one of the cursors, ``skip`` the rest.

    The rows are read once, and nothing of them but the order and the key; those after the last
    place, fewer than ``every``, are then counted.
    """
    scope = narrowed(conn, sheet, query, scope)
    order = order_terms(sheet, query.sort)
    place = func.row_number().over(order_by=[term.clause for term in order]).label("place")
    ranked = filtered(select(*_sorting(order), place), sheet, query, scope).subquery()
    marked = select(*ranked.c).where(ranked.c.place % every == 0).order_by(ranked.c.place)
    rows = [tuple(row) for row in conn.execute(marked).all()]
    last = rows[-1][:-1] if rows else None
    keys = filtered(select(func.count()), sheet, query, scope)
    ways = (keys.where(*way.where) for way in stretches(order, last))
    rest: int = sum(conn.execute(way).scalar_one() for way in ways)
    cursors = [encode(order, row[:-1]) for row in (rows if rest else rows[:-1])]
    return Anchors(len(rows) * every + rest, every, [None, *cursors])


def _chosen(sheet: Sheet, fields: Sequence[str] | None) -> list[Field]:
    return list(sheet.fields) if fields is None else [sheet.field(each) for each in fields]


def _sorting(order: Sequence[OrderTerm]) -> list[Any]:
    return [term.column.label(f"s{place}") for place, term in enumerate(order)]


def _select(
    sheet: Sheet,
    query: Query,
    scope: Scope,
    fields: Sequence[Field],
    order: Sequence[OrderTerm],
) -> Select[Any]:
    return filtered(select(*_wanted(sheet, query, fields, order)), sheet, query, scope)


def _wanted(
    sheet: Sheet, query: Query, fields: Sequence[Field], order: Sequence[OrderTerm]
) -> list[Any]:
    """The fields, the colour, then the values of the order."""
    wanted = [field.column.label(f"c{place}") for place, field in enumerate(fields)]
    return [*wanted, hue_sql(sheet, query).label("hue"), *_sorting(order)]


def _walked(
    conn: Executor, statement: Select[Any], ways: Sequence[Stretch], skip: int, wanted: int
) -> list[Any]:
    """That many rows, ``skip`` passed over, from one stretch and then from the next."""
    rows: list[Any] = []
    for place, way in enumerate(ways):
        lot = statement.where(*way.where)
        page = lot.order_by(*way.clauses).offset(skip or None).limit(wanted - len(rows))
        rows += conn.execute(page).all()
        if len(rows) == wanted:
            break
        if skip and rows:
            skip = 0
        elif skip and place + 1 < len(ways):
            few = lot.limit(skip).subquery()
            skip -= conn.execute(select(func.count()).select_from(few)).scalar_one()
    return rows


def _rows(fields: Sequence[Field], found: Iterable[Sequence[Any]]) -> Iterator[Row]:
    """What was selected, as rows; a type that keeps values as they come is not asked for each."""
    names = [field.id for field in fields]
    loads = [
        (field.id, field.kind.load)
        for field in fields
        if type(field.kind).load is not FieldType.load
    ]
    for raw in found:
        values = dict(zip(names, raw, strict=False))  # the colour and the order come after them
        for name, load in loads:
            values[name] = load(values[name])
        yield Row(raw[-1], values, raw[len(names)])
