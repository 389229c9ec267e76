"""Taking one's own changes back and doing them again: each is itself a batch of changed cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, NotFound
from app.domain.roles import Actor
from app.models import EditBatch, Event
from app.services.cells import batches, checks
from app.services.cells.checks import Edit, Exactly
from app.services.cells.edits import first_answer
from app.services.cells.weighing import EditOutcome, compare, write
from app.services.super_table.problem_sheet import problem_sheet
from sheets.catalogue import Field
from sheets.storage import hold_fields

UNDO, REDO = "undo", "redo"
MOST = 50


@dataclass(frozen=True, slots=True)
class Stacks:
    """A person's batches that can be taken back, and those taken back that can be done again.

    Newest first: the first of each is what the next 撤销 or 重做 is about.
    """

    undo: list[EditBatch]
    redo: list[EditBatch]


def undo(
    session: Session, actor: Actor, now: datetime, batch_id: str, new_batch_id: str
) -> EditOutcome:
    """Take a batch of one's own back, cell by cell, where it still holds what the batch wrote.

    Cells that somebody changed since are left and reported as conflicts with both values, cells
    that may no longer be written as refused; either way the batch counts as taken back. To take
    back an undo is to do it again. Raises NotFound for a batch of somebody else's, Conflict for
    one that was taken back before.
    """
    batch = _own(session, actor, batch_id)
    origin = REDO if batch.origin == UNDO else UNDO
    claimed = batches.claim(session, actor, now, new_batch_id, origin, None, undoes=batch_id)
    if claimed.earlier is not None:
        return first_answer(session, actor, claimed)
    _mark(session, now, batch)
    events = batches.events_of(session, batch)
    hold_fields(session, {field_id for event in events for field_id in event.payload["fields"]})
    fields = problem_sheet(session, actor).by_id
    rows = checks.rows_seen(session, actor, {event.problem_id for event in events}, lock=True)
    judged = checks.judge(session, actor, fields, rows, _reversed(events, fields))
    # What a cell held is not told where the row or the column is out of sight by now.
    refused = [replace(each, value="") for each in judged.refused]
    weighed = compare(session, new_batch_id, rows, judged.wishes, refused)
    return write(session, actor, now, claimed, origin, weighed)


def my_batches(session: Session, actor: Actor, limit: int = MOST) -> Stacks:
    """What this person can take back and do again, as it stands in the database.

    What was taken back can be done again until something new is written.
    """
    mine = (
        select(EditBatch)
        .where(EditBatch.user_id == actor.user_id, EditBatch.cells > 0)
        .order_by(EditBatch.at.desc())
    )
    fresh = mine.where(EditBatch.undone_at.is_(None))
    done = session.scalars(fresh.where(EditBatch.origin != UNDO).limit(limit))
    newest = session.scalar(
        mine.where(EditBatch.origin.not_in((UNDO, REDO))).with_only_columns(EditBatch.at).limit(1)
    )
    taken_back = fresh.where(EditBatch.origin == UNDO).limit(limit)
    if newest is not None:
        taken_back = taken_back.where(EditBatch.at > newest)
    return Stacks(list(done), list(session.scalars(taken_back)))


def _own(session: Session, actor: Actor, batch_id: str) -> EditBatch:
    batch = session.scalar(
        select(EditBatch).where(EditBatch.id == batch_id, EditBatch.user_id == actor.user_id)
    )
    if batch is None:
        raise NotFound("batch.not_found", "没有找到这次修改，只能撤销自己做的修改。")
    return batch


def _mark(session: Session, now: datetime, batch: EditBatch) -> None:
    """One conditional UPDATE: of two tries at once the second is told."""
    done = session.connection().execute(
        update(EditBatch.__table__)  # type: ignore[arg-type]
        .where(EditBatch.id == batch.id, EditBatch.undone_at.is_(None))
        .values(undone_at=now)
    )
    if done.rowcount != 1:
        raise Conflict("batch.undone", "这次修改已经撤销过了。")
    session.expire(batch, ["undone_at"])


def _reversed(events: Sequence[Event], fields: Mapping[str, Field]) -> list[Edit]:
    """Each cell back to what it held before, from what the batch wrote."""
    return [
        Edit(event.problem_id, field_id, *_before_and_after(fields.get(field_id), told))
        for event in events
        for field_id, told in event.payload["fields"].items()
    ]


def _before_and_after(field: Field | None, told: Mapping[str, Any]) -> tuple[object, object]:
    """By their values; where the field has another type since, by what people read."""
    if field is None or field.type != told["type"]:
        return told["old"], told["new"]
    return Exactly(field.kind.from_json(told["was"])), Exactly(field.kind.from_json(told["now"]))
