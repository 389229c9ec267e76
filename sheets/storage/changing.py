"""Changing a field: its words and settings, its place, out of use and back into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, column, func, select, table, update

from sheets.catalogue import Field
from sheets.fields.base import FieldError, FieldType
from sheets.storage.adding import checked_caption, checked_help, kept_default
from sheets.storage.loading import FieldRecord, record_of
from sheets.storage.surroundings import Surroundings, kind_of, options_of
from sheets.storage.tables import (
    Executor,
    connected,
    field_id_of,
    found_row,
    number_of,
    sheet_field,
)


class _Kept:
    """What is not to change."""

    def __repr__(self) -> str:
        return "KEPT"


KEPT: Final = _Kept()


class FieldMovedOn(FieldError):
    """Somebody else has changed the field since ``version`` was seen; ``now`` is what it is."""

    def __init__(self, now: FieldRecord) -> None:
        super().__init__(f"“{now.caption}”刚被他人修改，请核对现在的设置后再改一次。")
        self.now = now


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """What is to change of a field; the rest stays.  ``version`` is the one that was seen."""

    caption: str | _Kept = KEPT
    help: str | _Kept = KEPT
    required: bool | _Kept = KEPT
    default: object = KEPT
    options: Mapping[str, object] | _Kept = KEPT
    version: int | None = None


def change_field(
    conn: Executor,
    field_id: str,
    change: FieldChange,
    now: datetime,  # noqa: ARG001  every change of a field is asked for with its instant
    *,
    base: Sequence[Field] = (),
    key: ColumnElement[Any] | None = None,
) -> FieldRecord:
    """Change the words and settings of a field in use; its cells stay as they are.

    The settings of a virtual field may name the fixed fields ``base``.  Raises FieldMovedOn when
    ``change.version`` is an old one, else FieldError with a sentence: for instance when the
    options drop a choice that rows still use.
    """
    connection = connected(conn)
    row = in_use(connection, field_id)
    if change.version not in {None, row.version}:
        raise FieldMovedOn(record_of(row))
    around = Surroundings(connection, row.table_name, table(row.table_name), base, key)
    values = _changed(connection, row, change, around)
    if values:
        here = sheet_field.c.id == row.id
        values["version"] = row.version + 1
        connection.execute(update(sheet_field).where(here).values(values))
    return record_of(found_row(connection, field_id))


def move_field(conn: Executor, table_name: str, field_id: str, position: int) -> bool:
    """Put a field at a place among those in use, 0 being the first; false when it is not one."""
    connection = connected(conn)
    rows = connection.execute(
        select(sheet_field.c.id, sheet_field.c.position)
        .where(sheet_field.c.table_name == table_name, sheet_field.c.retired_at.is_(None))
        .order_by(sheet_field.c.position, sheet_field.c.id)
        .with_for_update()
    ).all()
    ids = [row.id for row in rows]
    moved = number_of(field_id)
    if moved not in ids:
        return False
    ids.remove(moved)
    ids.insert(max(position, 0), moved)
    stood = {row.id: row.position for row in rows}
    for place, each in enumerate(ids, 1):
        if stood[each] != place:
            here = sheet_field.c.id == each
            connection.execute(update(sheet_field).where(here).values(position=place))
    return True


def retire_field(conn: Executor, field_id: str, now: datetime) -> bool:
    """Take a field out of use; its column and values stay.  False when it was not in use.

    Formulas that use it show blank from then on: ``users_of`` names them beforehand.
    """
    done = connected(conn).execute(
        update(sheet_field)
        .where(sheet_field.c.id == number_of(field_id), sheet_field.c.retired_at.is_(None))
        .values(retired_at=now, version=sheet_field.c.version + 1)
    )
    return bool(done.rowcount)


def restore_field(
    conn: Executor,
    field_id: str,
    now: datetime,  # noqa: ARG001  every change of a field is asked for with its instant
) -> FieldRecord:
    """Put a retired field back into use, with every value it had; FieldError says why not."""
    connection = connected(conn)
    row = found_row(connection, field_id, lock=True)
    if row.retired_at is None:
        raise FieldError(f"“{row.caption}”正在使用，不需要恢复。")
    if not record_of(row).restorable:
        raise FieldError(f"“{row.caption}”的列已给了别的字段，不能恢复，请新建一个字段。")
    try:
        checked_caption(connection, row.table_name, row.section_code, row.caption)
    except FieldError:
        raise FieldError(
            f"现在另有名为“{row.caption}”的字段，请先给那个字段改名，再恢复。"
        ) from None
    here = sheet_field.c.id == row.id
    back = {"retired_at": None, "version": row.version + 1}
    connection.execute(update(sheet_field).where(here).values(back))
    return record_of(found_row(connection, field_id))


def users_of(conn: Executor, field_id: str) -> list[FieldRecord]:
    """The fields in use that are computed of this one, directly or through each other."""
    connection = connected(conn)
    row = found_row(connection, field_id)
    rows = connection.execute(
        select(sheet_field)
        .where(sheet_field.c.table_name == row.table_name, sheet_field.c.retired_at.is_(None))
        .order_by(sheet_field.c.position, sheet_field.c.id)
    ).all()
    named = {each.id: kind_of(each).refers_to(options_of(each)) for each in rows}
    found: set[str] = {field_id}
    while more := {f"f_{number}" for number, names in named.items() if names & found} - found:
        found |= more
    return [record_of(each) for each in rows if field_id_of(each) in found - {field_id}]


def in_use(connection: Connection, field_id: str) -> Row[Any]:
    """The locked row of a field in use; raises FieldError."""
    row = found_row(connection, field_id, lock=True)
    if row.retired_at is not None:
        raise FieldError(f"“{row.caption}”已停用，请先恢复再修改。")
    return row


def _changed(
    connection: Connection, row: Row[Any], change: FieldChange, around: Surroundings
) -> dict[str, Any]:
    kind, values = kind_of(row), dict[str, Any]()
    if not isinstance(change.caption, _Kept):
        values["caption"] = checked_caption(
            connection, row.table_name, row.section_code, change.caption, row.id
        )
    if not isinstance(change.help, _Kept):
        values["help"] = checked_help(change.help)
    if not isinstance(change.required, _Kept):
        values["required"] = bool(change.required) and not kind.virtual
    options = options_of(row)
    if not isinstance(change.options, _Kept):
        with around.making(field_id_of(row)):
            options = kind.check_among(change.options, around.beside(row.section_code))
        _refuse_losing(connection, row, kind, options)
        values["options"] = options
    if not isinstance(change.default, _Kept):
        values["default_value"] = kept_default(kind, change.default, options)
    return {name: value for name, value in values.items() if value != getattr(row, name)}


def _refuse_losing(
    connection: Connection, row: Row[Any], kind: FieldType, options: Mapping[str, object]
) -> None:
    """Rows may not hold a value that the settings no longer know."""
    if row.column_name is None:
        return
    held = table(row.table_name, column(row.column_name, kind.sql_type()))
    for label, condition in kind.losing(held.c[row.column_name], options_of(row), options):
        count = select(func.count()).select_from(held).where(condition)
        number = connection.execute(count).scalar_one()
        if number:
            raise FieldError(
                f"有 {number:,} 行正在使用{label}，不能去掉；请先把这些单元格改成别的值。"
            )
