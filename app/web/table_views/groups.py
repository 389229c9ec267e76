"""The groups of a query in plain values: counts, figures, and the way to each group's rows."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.services.names import Names
from app.services.tables import view_state
from app.web.table_views.forms import FIGURES
from app.web.table_views.place import Pair, Place
from sheets.catalogue import Field
from sheets.query import GroupSummary, GroupTerm, group_summaries
from sheets.showing import NameCache

DAYS = frozenset({"date", "date_time"})
FEW_DECIMALS = 2


def groups(session: Session, place: Place) -> dict[str, Any] | None:
    """What table_views/_groups.html draws; None while nothing is grouped."""
    query, sheet = place.query, place.opened.sheet
    if not query.group_by:
        return None
    found = group_summaries(session.connection(), sheet, query, place.opened.where)
    names = NameCache(Names(session))
    fields = [sheet.field(term.field_id) for term in query.group_by]
    for index, field in enumerate(fields):
        kind = field.kind.names_kind(field.options)
        if kind:
            ids = {group.values[index] for group in found.rows if group.values[index] is not None}
            names.names(kind, ids)
    totals = [(sheet.field(term.field_id), term.aggregate) for term in query.sums]
    return {
        "caption": f"按{'、'.join(field.caption for field in fields)}分组",
        "fields": [field.caption for field in fields],
        "totals": [f"{field.caption} {FIGURES[aggregate]}" for field, aggregate in totals],
        "rows": [_row(place, fields, totals, group, names) for group in found.rows],
        "more": "组太多，只列出前 500 组；请加条件缩小范围。" if found.cut else "",
    }


def _row(
    place: Place,
    fields: Sequence[Field],
    totals: Sequence[tuple[Field, str]],
    group: GroupSummary,
    names: NameCache,
) -> dict[str, Any]:
    terms = place.query.group_by
    pairs = [
        _condition(field, term, value)
        for field, term, value in zip(fields, terms, group.values, strict=True)
    ]
    shown = [
        field.kind.show_group(value, term.part, field, names) or "未填"
        for field, term, value in zip(fields, terms, group.values, strict=True)
    ]
    kept = place.without(view_state.GROUPS)
    return {
        "values": shown,
        "count": f"{group.number:,}",
        "figures": [
            _figure(field, aggregate, value, names)
            for (field, aggregate), value in zip(totals, group.sums, strict=True)
        ],
        "href": place.href([*kept, *(pair for pair in pairs if pair and pair not in kept)]),
    }


def _condition(field: Field, term: GroupTerm, value: Any) -> Pair | None:
    """The filter that leaves the rows of a group."""
    name, kind = f"f.{field.id}", field.kind
    if kind.operator("yes") and kind.operator("no"):
        return f"{name}.{'yes' if value else 'no'}", "1"
    if value is None:
        return f"{name}.empty", "1"
    if field.type in DAYS:
        if not term.part:
            return f"{name}.on", value.isoformat()
        last = (value.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return f"{name}.between", f"{value.isoformat()},{last.isoformat()}"
    operator = kind.operator("is")
    return (f"{name}.{operator.key}", kind.write_operand(operator, value)) if operator else None


def _figure(field: Field, aggregate: str, value: Any, names: NameCache) -> str:
    if value is None:
        return ""
    if aggregate in {"min", "max"}:
        return field.show(value, names)
    if isinstance(value, float | Decimal):
        return f"{round(value, FEW_DECIMALS):,}"
    return f"{value:,}"
