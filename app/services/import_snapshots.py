"""The fixed columns of problems before and after an import, so that an undo can put them back."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, select
from sqlalchemy.orm import Session

from app.models import Problem
from app.models.base import UtcDateTime
from app.services.import_choosing import in_turn

AT_ONCE = 1_000
_NOT_KEPT = frozenset({"id", "version", "created_at", "updated_at", "number"})
_COLUMNS = {column.name: column for column in Problem.__table__.c if column.name not in _NOT_KEPT}
# What belongs together is put back together, or not at all.
_TOGETHER = (
    ("lat", "lng", "accuracy_m", "coord_source", "located_at", "no_position_reason"),
    ("category_id", "category_name", "category_major"),
    ("district_id", "street_id"),
)
_OWN = frozenset(
    {"description", "address", "community", "source", "remedy", "handled_by", "lead_section_id",
     "responsible_org_id", "reporter_id", "reporter_org_id"}
    | {name for group in _TOGETHER for name in group}
)  # fmt: skip
COURSE = frozenset(_COLUMNS) - _OWN
"""State, clocks and dates: one group, for none of them makes sense without the others."""


def snapshot(session: Session, problem_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Problem id -> its fixed columns as they are now."""
    found = {}
    for some in in_turn(sorted(problem_ids), AT_ONCE):
        rows = session.execute(
            select(Problem.id.label("key"), *_COLUMNS.values()).where(Problem.id.in_(some))
        )
        for row in rows.mappings():
            found[row["key"]] = {name: row[name] for name in _COLUMNS}
    return found


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Column -> [before, after], as JSON keeps them, of those that are not the same."""
    return {
        name: [_to_json(value), _to_json(after[name])]
        for name, value in before.items()
        if value != after[name]
    }


def groups_of(changed: Mapping[str, Any]) -> list[list[str]]:
    """The changed columns as they are put back: some alone, some only together."""
    named = [tuple(sorted(COURSE)), *_TOGETHER]
    together = {name for group in named for name in group}
    found = [[name for name in group if name in changed] for group in named]
    alone = [[name] for name in changed if name not in together]
    return [group for group in (*found, *alone) if group]


def from_json(name: str, value: Any) -> Any:
    """The value of a column as it was before JSON kept it."""
    if not isinstance(value, str):
        return value
    kind = _COLUMNS[name].type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _to_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
