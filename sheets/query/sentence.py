"""A query as a Chinese sentence: what stands above a table, in a mail, on a ledger's last page."""

from collections.abc import Mapping, Sequence

from sheets.catalogue import Field, Sheet
from sheets.fields.base import Lookup
from sheets.query.state import Condition, ConditionGroup, Query, SortTerm

SHOWN_VALUES = 8


def describe(sheet: Sheet, query: Query, lookup: Lookup) -> str:
    """For instance “街道 是 站前街道，且 时限 在 2026-11-30 之前；按 时限 从早到晚”."""
    grouped = [each for group in query.groups for each in group.conditions]
    names = _Names(sheet, [*grouped, *query.conditions], lookup)
    parts = [_bracketed(sheet, each, names) for each in query.groups]
    parts += [_condition(sheet.field(each.field_id), each, names) for each in query.conditions]
    filters = _joined(parts, query.any)
    if query.words:
        words = "含有" + "、".join(f"“{word}”" for word in query.words)
        filters = f"（{filters}）" if query.any and len(parts) > 1 else filters
        filters = f"{filters}，且 {words}" if filters else words
    order = "，再".join(_order(sheet.field(term.field_id), term) for term in query.sort)
    said = [
        filters or "全部",
        f"按 {_grouping(sheet, query)} 分组" if query.group_by else "",
        order,
    ]
    return "；".join(each for each in said if each)


def describe_conditions(
    sheet: Sheet, conditions: Sequence[Condition], lookup: Lookup, *, any_: bool = False
) -> str:
    """Conditions alone, as those of a colour: all must hold, or one where ``any_``."""
    names = _Names(sheet, conditions, lookup)
    parts = [_condition(sheet.field(each.field_id), each, names) for each in conditions]
    return _joined(parts, any_)


def _joined(parts: Sequence[str], any_: bool) -> str:
    return ("，或 " if any_ else "，且 ").join(parts)


def _bracketed(sheet: Sheet, group: ConditionGroup, names: Lookup) -> str:
    parts = [_condition(sheet.field(each.field_id), each, names) for each in group.conditions]
    return f"（{_joined(parts, group.any)}）" if len(parts) > 1 else parts[0]


def _grouping(sheet: Sheet, query: Query) -> str:
    shown = []
    for term in query.group_by:
        field = sheet.field(term.field_id)
        part = field.kind.group_parts.get(term.part, "")
        shown.append(f"{field.caption}（{part}）" if part else field.caption)
    return "、".join(shown)


def _condition(field: Field, condition: Condition, names: Lookup) -> str:
    operator = field.kind.operator(condition.operator)
    if operator is None:
        return field.caption
    if operator.arity == 0:
        return f"{field.caption} {operator.sentence('')}"
    operands = (condition.operand,) if operator.arity == 1 else condition.operand
    shown = [field.kind.show_operand(value, field, names) for value in operands[:SHOWN_VALUES]]
    joined = (" 与 " if operator.arity > 1 else "、").join(shown)
    if len(operands) > SHOWN_VALUES:
        joined += f" 等 {len(operands)} 项"
    return f"{field.caption} {operator.sentence(joined)}".rstrip()


def _order(field: Field, term: SortTerm) -> str:
    return f"按 {field.caption} {field.kind.order[term.descending].removeprefix('按')}"


class _Names:
    """The names that the sentence needs, asked for once a kind."""

    def __init__(self, sheet: Sheet, conditions: Sequence[Condition], lookup: Lookup) -> None:
        wanted: dict[str, set[int]] = {}
        for condition in conditions:
            field = sheet.field(condition.field_id)
            kind = field.kind.names_kind(field.options)
            if kind and condition.operand is not None:
                ids = condition.operand
                wanted.setdefault(kind, set()).update(ids if isinstance(ids, tuple) else (ids,))
        self._known = {kind: lookup.names(kind, ids) for kind, ids in wanted.items()}

    def names(self, kind: str, ids: object) -> Mapping[int, str]:  # noqa: ARG002
        """All names fetched of this kind."""
        return self._known.get(kind, {})
