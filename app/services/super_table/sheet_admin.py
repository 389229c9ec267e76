"""Changing a sheet: its name, its choice of columns, and what it asks for on the phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.policy import may_administer_fields_of
from app.domain.refusals import Conflict, Invalid, NotFound
from app.domain.roles import Actor
from app.models import SectionSheet
from app.services import admin_history
from app.services.admin_history import SHEETS
from app.services.problem_columns import NOT_OFFERED
from app.services.super_table import section_sheets
from app.services.super_table.problem_sheet import problem_sheet
from app.services.super_table.sheet_columns import Column, columns_of, kept
from sheets.catalogue import Field
from sheets.fields import FieldError
from sheets.text import one_line

LONGEST_NAME, LONGEST_CAPTION = 50, 40
MOST_NAMED = 5  # captions in one sentence of the history


@dataclass(frozen=True, slots=True)
class Arranged:
    """A sheet as its administrator arranges it: fields as they are by nature, with columns."""

    row: SectionSheet
    code: str | None
    columns: tuple[tuple[Field, Column], ...]


def arranged(session: Session, actor: Actor, sheet_id: int) -> Arranged:
    """A sheet this actor may change; raises NotFound."""
    row = section_sheets.find_sheet(session, actor, sheet_id)
    if not may_administer_fields_of(actor, row.section_id):
        raise NotFound("sheet.not_found", "没有找到这张表，或者它不归您管理。")
    code = section_sheets.code_of(session, row)
    natural = problem_sheet(session, actor).by_id
    pairs = [
        (natural[field.id], column)
        for field, column in section_sheets.arrange(row, tuple(natural.values()), code)
        if field.id not in NOT_OFFERED
    ]
    return Arranged(row, code, tuple(pairs))


def rearrange(
    session: Session,
    actor: Actor,
    now: datetime,
    sheet_id: int,
    version: int,
    name: str,
    columns: Sequence[Column],
) -> bool:
    """Give a sheet its name and its columns, in this order; False when nothing changed.

    Columns of fields this actor does not see stay as they are, behind the others. Raises
    Invalid with a sentence by control (`name`, `caption-f_1`, `default-f_1`), and Conflict when
    somebody changed the sheet meanwhile.
    """
    now_stands = arranged(session, actor, sheet_id)
    row, before = now_stands.row, [column for _, column in now_stands.columns]
    if row.version != version:
        raise _moved_on(session, row)
    fields = {field.id: field for field, _ in now_stands.columns}
    wanted = _checked(session, row, fields, name, columns)
    named = {column.id for column in wanted}
    wanted += [column for column in before if column.id not in named]
    wanted, before = _telling(wanted), _telling(before)
    name = one_line(name)
    if name == row.name and wanted == before:
        return False
    unseen = [column for column in columns_of(row.columns) if column.id not in fields]
    text = _told(row, name, before, wanted, fields)
    won = session.execute(
        update(SectionSheet)
        .where(SectionSheet.id == row.id, SectionSheet.version == version)
        .values(name=name, columns=kept([*wanted, *unseen]), version=version + 1, updated_at=now)
        .returning(SectionSheet.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if won is None:
        raise _moved_on(session, row)
    session.refresh(row)
    admin_history.record(session, actor, now, SHEETS, "arrange", str(row.id), text)
    return True


def _checked(
    session: Session,
    row: SectionSheet,
    fields: Mapping[str, Field],
    name: str,
    columns: Sequence[Column],
) -> list[Column]:
    wrong: dict[str, str] = {}
    plain = one_line(name)
    taken = select(SectionSheet.id).where(SectionSheet.name == plain, SectionSheet.id != row.id)
    if not 1 <= len(plain) <= LONGEST_NAME:
        wrong["name"] = f"请填写 1 到 {LONGEST_NAME} 个字的表名。"
    elif session.scalar(taken.limit(1)) is not None:
        wrong["name"] = f"已有名为“{plain}”的表，请换一个名称。"
    found: dict[str, Column] = {}
    for column in columns:
        field = fields.get(column.id)
        if field is not None:
            found[column.id] = _checked_column(field, column, wrong)
    if not any(column.shown for column in found.values()):
        wrong["name"] = "至少显示一列，请勾选要显示的列。"
    if wrong:
        raise Invalid("sheet.wrong", " ".join(wrong.values()), fields=wrong)
    return list(found.values())


def _telling(columns: Sequence[Column]) -> list[Column]:
    """Those that say something: a column neither shown nor asked for needs no mention."""
    return [column for column in columns if column != Column(column.id, shown=False)]


def _checked_column(field: Field, column: Column, wrong: dict[str, str]) -> Column:
    caption, default = one_line(column.caption), column.default.strip()
    if caption == field.caption:
        caption = ""
    if len(caption) > LONGEST_CAPTION:
        wrong[f"caption-{field.id}"] = f"本表名称请不要超过 {LONGEST_CAPTION} 个字。"
    if field.readonly:
        return Column(field.id, caption=caption, shown=column.shown)
    try:
        field.kind.parse(default, field.options)
    except FieldError as error:
        wrong[f"default-{field.id}"] = f"“{field.caption}”的默认值：{error.sentence}"
    return replace(column, caption=caption, default=default)


def _moved_on(session: Session, row: SectionSheet) -> Conflict:
    session.refresh(row)
    last = next(iter(admin_history.events(session, SHEETS, str(row.id), 1)), None)
    told = f"：{last.actor_name} {last.text}" if last else ""
    return Conflict(
        "sheet.moved_on",
        f"您打开页面后，这张表已被他人改动{told}。您的改动没有保存，还在下面；"
        "确认以您的为准时，请再按一次“保存”。",
    )


def _told(
    row: SectionSheet,
    name: str,
    before: Sequence[Column],
    after: Sequence[Column],
    fields: Mapping[str, Field],
) -> str:
    """What changed, as one sentence."""
    old = {column.id: column for column in before}
    parts = [f"改名为“{name}”"] if name != row.name else []

    def add(words: str, changed: list[str]) -> None:
        if changed:
            named = "、".join(f"“{fields[each].caption}”" for each in changed[:MOST_NAMED])
            parts.append(f"{words}{named}{'等' if len(changed) > MOST_NAMED else ''}")

    pairs = [(column, old.get(column.id, Column(column.id, shown=False))) for column in after]
    add("显示", [new.id for new, was in pairs if new.shown and not was.shown])
    add("不再显示", [new.id for new, was in pairs if was.shown and not new.shown])
    add("设为必填", [new.id for new, was in pairs if new.required and not was.required])
    add("不再必填", [new.id for new, was in pairs if was.required and not new.required])
    add("放上手机表单", [new.id for new, was in pairs if new.on_form and not was.on_form])
    add("从手机表单取下", [new.id for new, was in pairs if was.on_form and not new.on_form])
    add("改本表名称", [new.id for new, was in pairs if new.caption != was.caption])
    add("改默认值", [new.id for new, was in pairs if new.default != was.default])
    order = [column.id for column in after]
    if order != [each.id for each in before if each.id in set(order)]:
        parts.append("调整顺序")
    return f"{row.name}：{'；'.join(parts) or '保存'}"
