"""Turning a field into another type: what would be lost, doing it, taking it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, Refusal
from app.domain.roles import Actor
from app.models import Job
from app.services import job_queue
from app.services.actors import actor_of
from app.services.names import Names
from app.services.super_table import field_admin, field_words
from sheets.converting import (
    Conversion,
    Plan,
    conversions_of,
    convert_field,
    plan_conversion,
    undo_conversion,
)
from sheets.fields import field_type, field_types
from sheets.storage import FieldMovedOn, FieldRecord

JOB = "convert_field"
MOST_AT_ONCE = 20_000  # values turned within a request; more are a worker's
AT_WORK = frozenset({job_queue.WAITING, job_queue.RUNNING})


@dataclass(frozen=True, slots=True)
class Done:
    """A conversion that was made: how many values became blank."""

    lost: int


def types_for(record: FieldRecord) -> list[str]:
    """The types a field could be turned into."""
    if record.type not in field_types() or not field_type(record.type).convertible:
        return []
    return [
        key
        for key, kind in field_types().items()
        if kind.convertible and not kind.virtual and key != record.type
    ]


def plan(session: Session, actor: Actor, field_id: str, to_type: str) -> Plan:
    """How many values would survive, and samples of those that would not; writes nothing.

    Raises NotFound, Invalid where there can be no such conversion.
    """
    field_admin.find(session, actor, field_id)
    names = Names(session)
    return field_admin.heard(lambda: plan_conversion(session, field_id, to_type, lookup=names))


def convert(
    session: Session, actor: Actor, now: datetime, field_id: str, version: int, to_type: str
) -> Done | None:
    """Turn a field into another type; with more than 20,000 values a worker does, and None.

    Raises NotFound, Invalid, Conflict where the field has moved on or a worker is at it.
    """
    found = field_admin.require(session, actor, field_id, version)
    if at_work(session, field_id):
        raise Conflict("field.converting", f"“{found.record.caption}”正在转换，请等它完成。")
    if plan(session, actor, field_id, to_type).rows <= MOST_AT_ONCE:
        return _convert(session, actor, now, field_id, version, to_type)
    payload = {"field_id": field_id, "version": version, "to_type": to_type, "by": actor.user_id}
    slot = f"{field_id}:{version}:{to_type}"
    if not job_queue.enqueue(session, now, JOB, slot, payload):
        job_queue.put_again(session, now, JOB, slot)
    return None


def carry_out(session: Session, now: datetime, payload: Mapping[str, Any]) -> None:
    """A worker's part; what stands against it by now is told in the field's history."""
    actor, field_id = actor_of(session, int(payload["by"]), now), str(payload["field_id"])
    if actor is None:
        return
    try:
        with session.begin_nested():
            _convert(session, actor, now, field_id, int(payload["version"]), payload["to_type"])
    except Refusal as refusal:
        text = f"转换没有做成：{refusal.sentence}"
        field_admin.note(session, actor, now, "convert_failed", field_id, text)


def undo(
    session: Session, actor: Actor, now: datetime, field_id: str, conversion_id: int
) -> FieldRecord:
    """Take the last conversion of a field back, with every cell; raises NotFound, Invalid."""
    found = field_admin.find(session, actor, field_id)
    names = Names(session)
    if conversion_id not in {each.id for each in conversions_of(session, field_id)}:
        raise Conflict("field.conversion_gone", "没有这次转换，请刷新页面后再试。")
    after = field_admin.heard(lambda: undo_conversion(session, conversion_id, now, lookup=names))
    text = (
        f"{found.section_name}：撤回字段“{after.caption}”的转换，"
        f"恢复为{field_words.type_label(after.type)}"
    )
    field_admin.note(session, actor, now, "undo", field_id, text)
    return after


def conversions(session: Session, field_id: str) -> list[Conversion]:
    """What a field was converted from, the last first."""
    return conversions_of(session, field_id)


def at_work(session: Session, field_id: str) -> bool:
    """Whether a worker has, or will have, this field in hand."""
    wanted = select(Job.id).where(
        Job.name == JOB, Job.slot.startswith(f"{field_id}:"), Job.status.in_(AT_WORK)
    )
    return session.scalar(wanted.limit(1)) is not None


def _convert(
    session: Session, actor: Actor, now: datetime, field_id: str, version: int, to_type: str
) -> Done:
    before = field_admin.require(session, actor, field_id, version)
    names = Names(session)
    try:
        done = field_admin.heard(
            lambda: convert_field(
                session, field_id, to_type, None, now, lookup=names, version=version
            )
        )
    except FieldMovedOn as moved:
        raise field_admin.moved_on(session, moved.now) from None
    lost = f"{done.lost} 个值变为空白" if done.lost else "全部保留"
    text = (
        f"{before.section_name}：把字段“{before.record.caption}”"
        f"由{field_words.type_label(done.from_type)}转换为{field_words.type_label(done.to_type)}，"
        f"{done.rows} 个值，{lost}"
    )
    payload = {"conversion": done.id, "rows": done.rows, "lost": done.lost}
    field_admin.note(session, actor, now, "convert", field_id, text, payload)
    return Done(done.lost)
