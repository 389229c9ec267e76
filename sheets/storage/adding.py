"""Adding a field: what may be asked for, and the column made for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, func, insert, select, table, update

from sheets.catalogue import Field
from sheets.fields import field_type
from sheets.fields.base import FieldError, FieldType
from sheets.storage.columns import WIDEST, make_column
from sheets.storage.surroundings import Surroundings, field_of
from sheets.storage.tables import TABLE_NAME, Executor, connected, sheet_field
from sheets.text import clean_text, one_line

LONGEST_CAPTION, LONGEST_HELP = 40, 500


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """What somebody asks for when adding a field; ``position`` None puts it last."""

    caption: str
    type: str
    options: Mapping[str, object] = field(default_factory=dict)
    required: bool = False
    default: object = None
    help: str = ""
    section_code: str | None = None
    position: int | None = None


def add_field(
    conn: Executor,
    table_name: str,
    spec: FieldSpec,
    now: datetime,
    *,
    over: FromClause | None = None,
    base: Sequence[Field] = (),
    key: ColumnElement[Any] | None = None,
    widest: int = WIDEST,
) -> Field:
    """Add a field and its column ``f_<id>``; existing rows stay blank in it.

    Runs in the caller's transaction.  Raises FieldError for a caption, type, option or default
    that cannot be.  ``over`` is the table or alias that the returned Field selects from; virtual
    types, which get no column, may name the fixed fields ``base`` and need the ``key`` of a row.
    """
    connection = connected(conn)
    kind = field_type(spec.type)
    if not TABLE_NAME.fullmatch(table_name):
        raise ValueError(f"{table_name!r} is no name of a table")
    source = over if over is not None else table(table_name)
    around = Surroundings(connection, table_name, source, base, key)
    values = _checked(connection, table_name, spec, kind, around)
    values |= {"created_at": now, "retired_at": None, "version": 1, "column_name": None}
    created = insert(sheet_field).values(values).returning(sheet_field.c.id)
    field_id = connection.execute(created).scalar_one()
    here = sheet_field.c.id == field_id
    if not kind.virtual:
        name = make_column(connection, table_name, kind, f"f_{field_id}", widest)
        connection.execute(update(sheet_field).where(here).values(column_name=name))
    row = connection.execute(select(sheet_field).where(here)).one()
    return field_of(row, source, around.beside(row.section_code))


def _checked(
    connection: Connection,
    table_name: str,
    spec: FieldSpec,
    kind: FieldType,
    around: Surroundings,
) -> dict[str, Any]:
    caption = checked_caption(connection, table_name, spec.section_code, spec.caption)
    help_text = checked_help(spec.help)
    if not kind.virtual:
        kind.sql_type()  # refuses a type that cannot be stored
    options = kind.check_among(spec.options, around.beside(spec.section_code))
    return {
        "table_name": table_name,
        "caption": caption,
        "type": kind.key,
        "options": options,
        "required": spec.required and not kind.virtual,
        "default_value": kept_default(kind, spec.default, options),
        "help": help_text,
        "section_code": spec.section_code,
        "position": spec.position if spec.position is not None else _last(connection, table_name),
    }


def checked_caption(
    connection: Connection,
    table_name: str,
    section_code: str | None,
    wanted: str,
    but: int | None = None,
) -> str:
    """The caption on one line, which no other field in use of the section has; FieldError.

    ``but`` is the number of the field that may have it already.
    """
    caption = one_line(wanted)
    if not 1 <= len(caption) <= LONGEST_CAPTION:
        raise FieldError(f"请填写 1 到 {LONGEST_CAPTION} 个字的字段名称。")
    twin = select(sheet_field.c.id).where(
        sheet_field.c.table_name == table_name,
        sheet_field.c.retired_at.is_(None),
        sheet_field.c.caption == caption,
        sheet_field.c.section_code.is_not_distinct_from(section_code),
        sheet_field.c.id.is_distinct_from(but),
    )
    if connection.execute(twin).first():
        raise FieldError(f"已有名为“{caption}”的字段，请换一个名称。")
    return caption


def checked_help(wanted: str) -> str:
    """The help text, cleaned; FieldError when it is too long."""
    help_text = clean_text(wanted).strip()
    if len(help_text) > LONGEST_HELP:
        raise FieldError(f"填写说明请不要超过 {LONGEST_HELP} 个字。")
    return help_text


def kept_default(kind: FieldType, wanted: object, options: Mapping[str, object]) -> Any:
    """The default as the catalogue keeps it; FieldError when the type cannot take it."""
    return kind.to_json(kind.parse(wanted, options))


def _last(connection: Connection, table_name: str) -> int:
    here = sheet_field.c.table_name == table_name
    last = connection.execute(select(func.max(sheet_field.c.position)).where(here)).scalar()
    return int(last or 0) + 1
