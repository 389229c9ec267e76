"""The one way to write cells of problems: values, versions and a chained event a row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.facts import Facts
from app.domain.refusals import Conflict
from app.domain.roles import Actor
from app.models import Problem
from app.services import history
from sheets.editing import CellChange, write_changes
from sheets.fields import Lookup

TABLE = Problem.__tablename__
KEY = "id"
EVENT = "edit_fields"  # stands in the history beside the moves; its words are in the timeline
AT_ONCE = 1_000


def write_cells(
    session: Session,
    actor: Actor,
    now: datetime,
    batch_id: str,
    origin: str,
    changes: Sequence[CellChange],
    rows: Mapping[int, Facts],
    names: Lookup,
) -> dict[int, int]:
    """Write changes that were compared in this transaction; gives the rows' new versions.

    `rows` are the facts under the lock. Raises Conflict where a row has moved on all the same.
    """
    by_row: dict[int, list[CellChange]] = defaultdict(list)
    for change in changes:
        by_row[change.key].append(change)
    _raise_versions(session, now, [rows[key] for key in sorted(by_row)])
    write_changes(session.connection(), TABLE, KEY, changes)
    versions = {key: rows[key].version + 1 for key in by_row}
    events = [
        _event(rows[key], versions[key], batch_id, origin, by_row[key], names)
        for key in sorted(by_row)
    ]
    history.record_many(session, actor, now, events)
    _forget(session, by_row)
    return versions


def _raise_versions(session: Session, now: datetime, rows: Sequence[Facts]) -> None:
    """One conditional UPDATE for all rows that stand at one version."""
    alike: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.id is None:
            raise ValueError("the problem has no row yet")
        alike[row.version].append(row.id)
    for version, ids in alike.items():
        for some in _in_turn(ids):
            done = session.connection().execute(
                update(Problem.__table__)  # type: ignore[arg-type]
                .where(Problem.id.in_(some), Problem.version == version)
                .values(version=version + 1, updated_at=now)
            )
            if done.rowcount != len(some):
                raise Conflict("fields.moved_on", "他人刚刚更新了这个问题，请刷新后再填。")


def _event(
    row: Facts,
    version: int,
    batch_id: str,
    origin: str,
    changes: Sequence[CellChange],
    names: Lookup,
) -> history.Happening:
    """Old and new values, for the timeline, for undoing and for whoever inspects.

    The text is read by all who see the problem, the values only by those who see the columns.
    """
    told: dict[str, Any] = {
        change.field.id: {
            "caption": change.field.caption,
            "type": change.field.type,
            "old": change.field.show(change.old, names),
            "new": change.field.show(change.new, names),
            "was": change.field.kind.to_json(change.old),
            "now": change.field.kind.to_json(change.new),
        }
        for change in changes
    }
    return history.Happening(
        problem_id=changes[0].key,
        move=EVENT,
        from_state=row.state,
        to_state=row.state,
        text="；".join(change.field.caption for change in changes),
        payload={"batch": batch_id, "origin": origin, "version": version, "fields": told},
    )


def _forget(session: Session, written: Iterable[int]) -> None:
    """Problems this session has loaded are read anew."""
    keys = set(written)
    for loaded in list(session):
        if isinstance(loaded, Problem) and loaded.id in keys:
            session.expire(loaded)


def _in_turn(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
