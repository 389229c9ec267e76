"""Rows taken together: groups with their numbers and figures, and figures of all rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, null, select

from sheets.catalogue import Field, Sheet
from sheets.query.filtering import Scope, filtered
from sheets.query.running import Executor
from sheets.query.searched import narrowed
from sheets.query.state import GroupTerm, Query, SumTerm

MOST_GROUPS = 500


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """Rows that share values, one for each field of the grouping; None stands for blank.

    ``sums`` are the figures of the query's ``sums``, in their order.
    """

    values: tuple[Any, ...]
    number: int
    sums: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups in the order of their values; ``cut`` where there are more than the 500 given."""

    rows: list[GroupSummary]
    cut: bool


def group_summaries(
    conn: Executor,
    sheet: Sheet,
    query: Query,
    scope: Scope = (),
    groups: Sequence[GroupTerm] | None = None,
) -> Groups:
    """The groups of one or two fields (the query's own unless given), blank ones last.

    Choices come in the order of their list, all else by value; a group runs downwards where
    the query sorts its field downwards.
    """
    terms = query.group_by if groups is None else tuple(groups)
    fields = [sheet.field(term.field_id) for term in terms]
    keys = [
        field.kind.group_key(field.column, term.part)
        for field, term in zip(fields, terms, strict=True)
    ]
    figures = _figures(sheet, query.sums)
    wanted = [key.label(f"k{place}") for place, key in enumerate(keys)]
    scope = narrowed(conn, sheet, query, scope)
    statement = filtered(select(*wanted, func.count(), *figures), sheet, query, scope)
    down = {term.field_id for term in query.sort if term.descending}
    order = [_order(field, key, field.id in down) for field, key in zip(fields, keys, strict=True)]
    found = conn.execute(statement.group_by(*keys).order_by(*order).limit(MOST_GROUPS + 1)).all()
    rows = [_summary(fields, raw, sheet, query.sums) for raw in found[:MOST_GROUPS]]
    return Groups(rows, len(found) > MOST_GROUPS)


def totals(conn: Executor, sheet: Sheet, query: Query, scope: Scope = ()) -> GroupSummary:
    """The number of all rows of the query and the figures of its ``sums``."""
    scope = narrowed(conn, sheet, query, scope)
    statement = select(func.count(), *_figures(sheet, query.sums))
    raw = conn.execute(filtered(statement, sheet, query, scope)).one()
    return _summary([], raw, sheet, query.sums)


def _order(field: Field, key: ColumnElement[Any], down: bool) -> ColumnElement[Any]:
    plain = field.sort_key is field.column  # PostgreSQL knows no least of two ticks
    by = key if plain else func.min(field.sort_key)
    return (by.desc() if down else by.asc()).nulls_last()


def _figures(sheet: Sheet, terms: Sequence[SumTerm]) -> list[ColumnElement[Any]]:
    """Two columns a figure: the figure itself, and of how many values it is."""
    columns: list[ColumnElement[Any]] = []
    for term in terms:
        field = sheet.field(term.field_id)
        filled = func.count(field.kind.group_key(field.column, ""))
        columns += [_figure_sql(term.aggregate, field.column), filled]
    return [column.label(f"f{place}") for place, column in enumerate(columns)]


def _figure_sql(aggregate: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    if aggregate in {"sum", "avg"}:
        return func.sum(column)
    if aggregate == "filled":
        return null()
    return func.min(column) if aggregate == "min" else func.max(column)


def _summary(
    fields: Sequence[Field], raw: Sequence[Any], sheet: Sheet, terms: Sequence[SumTerm]
) -> GroupSummary:
    values = tuple(field.kind.load_group(value) for field, value in zip(fields, raw, strict=False))
    figures = raw[len(fields) + 1 :]
    sums = tuple(
        _figure(sheet.field(term.field_id), term, figures[2 * place], figures[2 * place + 1])
        for place, term in enumerate(terms)
    )
    return GroupSummary(values, raw[len(fields)], sums)


def _figure(field: Field, term: SumTerm, figure: Any, filled: int) -> Any:
    if term.aggregate == "filled":
        return filled
    if figure is None:
        return None
    if term.aggregate == "avg":
        mean = figure / filled if isinstance(figure, Decimal) else float(figure) / filled
        return field.kind.load(mean)
    return field.kind.load(figure)
