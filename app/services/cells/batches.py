"""Batches of changed cells: one identity each, so that sending twice writes once."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, Invalid
from app.domain.roles import Actor
from app.models import EditBatch, Event
from app.services.cells.writing import EVENT
from app.services.idempotency import request_fingerprint
from app.services.upsert import insert_for

BATCH_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")
ORIGINS = {
    "edit": "填写", "paste": "粘贴", "fill": "向下填充", "clear": "清空", "form": "表单填写",
    "upload": "上传", "restore": "恢复", "undo": "撤销", "redo": "重做", "import": "导入",
    "report": "上报填写",
}  # fmt: skip
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch that is ours to write, or the one that an earlier request wrote."""

    session: Session
    batch_id: str
    earlier: EditBatch | None = None

    def keep(self, rows: Sequence[int], cells: int) -> None:
        """Note what was written, in the same transaction."""
        here = EditBatch.id == self.batch_id
        self.session.execute(update(EditBatch).where(here).values(rows=list(rows), cells=cells))

    def release(self) -> None:
        """Nothing was written: the id may be used for another try."""
        self.session.execute(delete(EditBatch).where(EditBatch.id == self.batch_id))


def claim(
    session: Session,
    actor: Actor,
    now: datetime,
    batch_id: str,
    origin: str,
    content: object,
    undoes: str | None = None,
) -> Claim:
    """Take a batch's id before anything is written.

    A copy of the request waits here until the first has committed, then finds its batch.
    Raises Conflict when the id was used for something else, Invalid when it cannot be one.
    """
    if not BATCH_ID.fullmatch(batch_id):
        raise Invalid("batch.id", "批次编号应为 8 到 40 位字母、数字、横线，请刷新页面后再试。")
    if origin not in ORIGINS or actor.user_id is None:
        raise Invalid("batch.origin", "没有这种修改方式，请刷新页面后再试。")
    fingerprint = request_fingerprint({"origin": origin, "content": content, "undoes": undoes})
    taken = session.scalar(
        insert_for(session, EditBatch)
        .values(
            id=batch_id, user_id=actor.user_id, origin=origin, at=now, cells=0, rows=[],
            fingerprint=fingerprint, undoes=undoes,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(EditBatch.id)
    )  # fmt: skip
    if taken is not None:
        return Claim(session, batch_id)
    earlier = session.get_one(EditBatch, batch_id, populate_existing=True)
    if earlier.user_id != actor.user_id or earlier.fingerprint != fingerprint:
        raise Conflict("batch.id_reused", "这个批次编号已用于另一次修改，请刷新页面后再试。")
    return Claim(session, batch_id, earlier)


def events_of(session: Session, batch: EditBatch) -> list[Event]:
    """The events a batch left, by row."""
    found: list[Event] = []
    for some in _in_turn(batch.rows):
        rows = session.scalars(
            select(Event)
            .where(Event.problem_id.in_(some), Event.move == EVENT, Event.at == batch.at)
            .order_by(Event.problem_id, Event.seq)
        )
        found += [row for row in rows if row.payload.get("batch") == batch.id]
    return found


def _in_turn(ids: Iterable[Any]) -> Iterator[list[int]]:
    listed = [int(each) for each in ids]
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]
