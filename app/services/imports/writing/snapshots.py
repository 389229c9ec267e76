"""The fixed columns of problems before and after an import, so that an undo can put them back."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Problem
from app.services.imports.settling.choosing import in_turn
from app.services.imports.writing.columns import COURSE, TABLE
from app.services.workflow.kept_columns import to_plain

AT_ONCE = 1_000
# A number once given stays; the rest is about the row, not the problem.
_NOT_KEPT = frozenset({"id", "version", "created_at", "updated_at", "number"})
_COLUMNS = {column.name: column for column in TABLE.c if column.name not in _NOT_KEPT}
# What belongs together is put back together, or not at all.
_TOGETHER = (
    tuple(sorted(COURSE)),
    ("lat", "lng", "accuracy_m", "coord_source", "located_at", "no_position_reason"),
    ("category_id", "category_name", "category_major"),
    ("district_id", "street_id"),
)


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
        name: [to_plain(value), to_plain(after[name])]
        for name, value in before.items()
        if value != after[name]
    }


def groups_of(changed: Mapping[str, Any]) -> list[list[str]]:
    """The changed columns as they are put back: some alone, some only together."""
    together = {name for group in _TOGETHER for name in group}
    found = [[name for name in group if name in changed] for group in _TOGETHER]
    alone = [[name] for name in changed if name not in together]
    return [group for group in (*found, *alone) if group]
