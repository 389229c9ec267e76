"""Changing the table: fields added, changed, retired and restored by their administrators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.policy import may_administer_fields_of
from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.domain.roles import SECTION_TYPES, Actor
from app.models import Organisation, Problem, SectionSheet
from app.services import admin_history
from app.services.admin_history import FIELDS
from app.services.problem_columns import FIXED, NOT_OFFERED
from app.services.super_table import field_words
from app.services.super_table.sheet_columns import Column, columns_of, kept
from sheets.catalogue import Field
from sheets.fields import FieldError, field_type
from sheets.storage import (
    FieldChange,
    FieldMovedOn,
    FieldRecord,
    FieldSpec,
    add_field,
    change_field,
    field_record,
    field_records,
    restore_field,
    retire_field,
    retired_fields,
    users_of,
)

TABLE = Problem.__tablename__
WHOLE_CITY = "全市"
AROUND: Mapping[str, Any] = {
    "over": Problem.__table__, "base": FIXED, "key": Problem.__table__.c.id,
}  # fmt: skip
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Administered:
    """A field in the eyes of those who may change it, with the section it belongs to."""

    record: FieldRecord
    section_id: int | None
    section_name: str


def find(session: Session, actor: Actor, field_id: str) -> Administered:
    """A field, in use or retired, that this actor may change; raises NotFound."""
    missing = NotFound("field.not_found", "没有找到这个字段，或者它不归您管理。")
    try:
        record = field_record(session, field_id)
    except FieldError:
        raise missing from None
    section = _section(session, record.section)
    if record.table_name != TABLE or not may_administer_fields_of(
        actor, section.id if section else None
    ):
        raise missing
    if section is None:
        return Administered(record, None, WHOLE_CITY)
    return Administered(record, section.id, section.short_name)


def retired(session: Session, section_code: str | None) -> list[FieldRecord]:
    """The retired fields of a section, or of the whole city, that may come back."""
    found = retired_fields(session, TABLE)
    return [each for each in found if each.section == section_code and each.restorable]


def named_beside(session: Session, section_code: str | None) -> dict[str, str]:
    """The captions that a formula of a section may name, by id: fixed columns, its own, the
    city's.
    """
    own = [each for each in field_records(session, TABLE) if each.section in {None, section_code}]
    fixed = {each.id: each.caption for each in FIXED if each.id not in NOT_OFFERED}
    return fixed | {each.id: each.caption for each in own}


def used_by(session: Session, field_id: str) -> list[FieldRecord]:
    """The fields in use, of whatever section, whose formula or lookup names this one."""
    return users_of(session, field_id)


def add(
    session: Session, actor: Actor, now: datetime, section_id: int | None, spec: FieldSpec
) -> Field:
    """Add a field for a section, or for the whole city where `section_id` is None.

    It stands last on the section's sheet. Raises Invalid with a sentence, NotAllowed for a
    section of somebody else's.
    """
    section = _checked_section(session, actor, section_id)
    wanted = replace(spec, section_code=section.code if section else None)
    field = heard(lambda: add_field(session, TABLE, wanted, now, **AROUND))
    _stand_last(session, section_id, field, now)
    where = section.short_name if section else WHOLE_CITY
    text = f"{where}：添加字段“{field.caption}”（{field_type(spec.type).label}）"
    note(session, actor, now, "add", field.id, text, {"type": spec.type})
    return field


def change(
    session: Session, actor: Actor, now: datetime, field_id: str, wanted: FieldChange
) -> FieldRecord:
    """Change a field's words and settings against the version that was seen.

    Raises NotFound, Invalid with a sentence, Conflict that tells what it is now.
    """
    before = find(session, actor, field_id)
    try:
        after = heard(
            lambda: change_field(session, field_id, wanted, now, base=FIXED, key=AROUND["key"])
        )
    except FieldMovedOn as moved:
        raise moved_on(session, moved.now) from None
    told = field_words.difference(before.record, after, named_beside(session, after.section))
    if told:
        text = f"{before.section_name}：字段“{before.record.caption}”{told}"
        note(session, actor, now, "change", field_id, text)
    return after


def retire(session: Session, actor: Actor, now: datetime, field_id: str, version: int) -> str:
    """Take a field out of use; its values stay. Gives its caption; raises NotFound, Conflict."""
    found = require(session, actor, field_id, version)
    caption = found.record.caption
    if not retire_field(session, field_id, now):
        raise Conflict("field.retired", f"“{caption}”已经停用。")
    text = f"{found.section_name}：停用字段“{caption}”，填过的内容保留"
    note(session, actor, now, "retire", field_id, text)
    return caption


def restore(session: Session, actor: Actor, now: datetime, field_id: str) -> str:
    """Put a retired field back with all its values; raises NotFound, Invalid."""
    found = find(session, actor, field_id)
    caption = heard(lambda: restore_field(session, field_id, now)).caption
    text = f"{found.section_name}：恢复字段“{caption}”"
    note(session, actor, now, "restore", field_id, text)
    return caption


def require(session: Session, actor: Actor, field_id: str, version: int) -> Administered:
    """The field as it was when `version` was seen; Conflict tells what it is now."""
    found = find(session, actor, field_id)
    if found.record.version != version:
        raise moved_on(session, found.record)
    return found


def moved_on(session: Session, now: FieldRecord) -> Conflict:
    """What somebody hears whose page of a field is an old one."""
    last = next(iter(admin_history.events(session, FIELDS, now.id, 1)), None)
    told = f"（{last.actor_name}：{last.text}）" if last else ""
    settings = field_words.settings(now, named_beside(session, now.section))
    return Conflict(
        "field.moved_on",
        f"您打开页面后，“{now.caption}”已被他人改动{told}。您的改动没有保存，还在下面；"
        f"现在的设置是：{settings}。确认以您的为准时，请再按一次“保存”。",
        details={"now": settings},
    )


def heard(work: Callable[[], Answer]) -> Answer:
    """Do the work of the engine; what it refuses becomes Invalid with the same sentence."""
    try:
        return work()
    except FieldMovedOn:
        raise
    except FieldError as error:
        raise Invalid("field.wrong", error.sentence) from None


def note(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: str,
    field_id: str,
    text: str,
    payload: dict[str, Any] | None = None,
) -> None:
    """Write down what was done to a field."""
    admin_history.record(session, actor, now, FIELDS, kind, field_id, text, payload)


def _checked_section(session: Session, actor: Actor, section_id: int | None) -> Organisation | None:
    if not may_administer_fields_of(actor, section_id):
        raise NotAllowed("field.not_allowed", "只能管理本科室的字段；全市字段由系统管理员管理。")
    if section_id is None:
        return None
    section = session.get(Organisation, section_id)
    if section is None or section.org_type not in SECTION_TYPES:
        raise Invalid("section.unknown", "没有这个科室，请从列表中选择。")
    return section


def _section(session: Session, code: str | None) -> Organisation | None:
    if code is None:
        return None
    return session.scalar(select(Organisation).where(Organisation.code == code))


def _stand_last(session: Session, section_id: int | None, field: Field, now: datetime) -> None:
    """An arranged sheet shows a new field of its own; one not arranged does so anyway."""
    sheet = session.scalar(
        select(SectionSheet).where(SectionSheet.section_id.is_not_distinct_from(section_id))
    )
    if sheet is not None and sheet.columns:
        sheet.columns = kept([*columns_of(sheet.columns), Column(field.id)])
        sheet.updated_at = now
        session.flush()
