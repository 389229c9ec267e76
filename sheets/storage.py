"""Fields as real database columns: added, loaded, filled and retired, named by their id alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    column,
    func,
    insert,
    inspect,
    select,
    table,
    update,
)
from sqlalchemy.types import NullType

from sheets.catalogue import Field
from sheets.fields import field_type, field_types
from sheets.fields.base import FieldError, FieldType
from sheets.fields.date_time import Instant
from sheets.fields.vanished import VANISHED
from sheets.text import clean_text, one_line

LONGEST_CAPTION, LONGEST_HELP = 40, 500
# PostgreSQL counts dropped columns towards its 1,600, SQLite takes 2,000: retired columns are
# kept, and given to new fields of their type once a table is this wide.
WIDEST = 1_400
TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
FIELD_ID = re.compile(r"f_([1-9]\d{0,8})")

metadata = MetaData()
sheet_field = Table(
    "sheet_field",
    metadata,
    Column("id", Integer, nullable=False),
    Column("table_name", String(63), nullable=False),
    Column("caption", String(100), nullable=False),
    Column("type", String(40), nullable=False),
    Column("options", JSON, nullable=False),
    Column("required", Boolean, nullable=False),
    Column("default_value", JSON(none_as_null=True), nullable=True),
    Column("help", Text, nullable=False),
    Column("section_code", String(40), nullable=True),
    Column("position", Integer, nullable=False),
    Column("column_name", String(63), nullable=True),
    Column("retired_at", Instant, nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("id", name="pk_sheet_field"),
    UniqueConstraint("column_name", name="uq_sheet_field_column_name"),
)

sheet_conversion = Table(
    "sheet_conversion",
    metadata,
    Column("id", Integer, nullable=False),
    Column("field_id", Integer, nullable=False),
    Column("from_type", String(40), nullable=False),
    Column("from_options", JSON, nullable=False),
    Column("from_default", JSON(none_as_null=True), nullable=True),
    Column("from_column", String(63), nullable=False),
    Column("to_type", String(40), nullable=False),
    Column("to_options", JSON, nullable=False),
    Column("to_column", String(63), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant, nullable=True),
    PrimaryKeyConstraint("id", name="pk_sheet_conversion"),
)


class HasConnection(Protocol):
    """A session, or what else has a connection of its own."""

    def connection(self) -> Connection:
        """The connection in use."""


Executor = Connection | HasConnection


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
    widest: int = WIDEST,
) -> Field:
    """Add a field and its column ``f_<id>``; existing rows stay blank in it.

    Runs in the caller's transaction.  Raises FieldError for a caption, type, option or default
    that cannot be.  ``over`` is the table or alias that the returned Field selects from.
    """
    connection = _connection(conn)
    kind = field_type(spec.type)
    values = _checked(connection, table_name, spec, kind)
    values |= {"created_at": now, "retired_at": None, "version": 1, "column_name": None}
    created = insert(sheet_field).values(values).returning(sheet_field.c.id)
    field_id = connection.execute(created).scalar_one()
    name = _reused(connection, table_name, kind, widest) or _added(
        connection, table_name, kind, field_id
    )
    here = sheet_field.c.id == field_id
    connection.execute(update(sheet_field).where(here).values(column_name=name))
    row = connection.execute(select(sheet_field).where(here)).one()
    return _field(row, over if over is not None else table(table_name))


def retire_field(conn: Executor, field_id: str, now: datetime) -> bool:
    """Take a field out of use; its column and values stay.  False when it was not in use."""
    named = FIELD_ID.fullmatch(field_id)
    if named is None:
        return False
    done = _connection(conn).execute(
        update(sheet_field)
        .where(sheet_field.c.id == int(named[1]), sheet_field.c.retired_at.is_(None))
        .values(retired_at=now, version=sheet_field.c.version + 1)
    )
    return bool(done.rowcount)


def load_fields(
    conn: Executor, table_name: str, over: FromClause | None = None, *, section: str | None = None
) -> list[Field]:
    """The fields in use of a table, in order; with ``section`` those of one section only.

    Their columns are selected from ``over``, a Table or an alias of it.
    """
    statement = select(sheet_field).where(
        sheet_field.c.table_name == table_name,
        sheet_field.c.retired_at.is_(None),
        sheet_field.c.column_name.is_not(None),
    )
    if section is not None:
        statement = statement.where(sheet_field.c.section_code == section)
    ordered = statement.order_by(sheet_field.c.position, sheet_field.c.id)
    source = over if over is not None else table(table_name)
    return [_field(row, source) for row in _connection(conn).execute(ordered)]


def set_values(
    conn: Executor,
    table_name: str,
    key_column: str,
    row_id: object,
    values: Mapping[Field, object],
) -> None:
    """Write parsed values into a row's own columns; raises LookupError when there is no row.

    A field with a column of anybody else's, such as a fixed one, is a programming error.
    """
    if not values:
        return
    columns = {_own_column(each): value for each, value in values.items()}
    typed: list[Any] = [column(key_column)]
    typed += [column(_own_column(each), each.kind.sql_type()) for each in values]
    target = table(table_name, *typed)
    statement = update(target).where(target.c[key_column] == row_id).values(columns)
    if _connection(conn).execute(statement).rowcount != 1:
        raise LookupError(f"{table_name} has no row {row_id!r}")


def _connection(conn: Executor) -> Connection:
    return conn if isinstance(conn, Connection) else conn.connection()


def _own_column(of: Field) -> str:
    name = str(getattr(of.column, "name", ""))
    if not FIELD_ID.fullmatch(name):
        raise ValueError(f"{of.id} has no column of its own")
    return name


def _checked(
    connection: Connection, table_name: str, spec: FieldSpec, kind: FieldType
) -> dict[str, Any]:
    if not TABLE_NAME.fullmatch(table_name):
        raise ValueError(f"{table_name!r} is no name of a table")
    caption = one_line(spec.caption)
    if not 1 <= len(caption) <= LONGEST_CAPTION:
        raise FieldError(f"请填写 1 到 {LONGEST_CAPTION} 个字的字段名称。")
    help_text = clean_text(spec.help).strip()
    if len(help_text) > LONGEST_HELP:
        raise FieldError(f"填写说明请不要超过 {LONGEST_HELP} 个字。")
    kind.sql_type()  # refuses a type that cannot be stored
    options = kind.check_options(spec.options)
    default = kind.parse(spec.default, options)
    here = sheet_field.c.table_name == table_name
    used = (here, sheet_field.c.retired_at.is_(None), sheet_field.c.caption == caption)
    same = sheet_field.c.section_code.is_not_distinct_from(spec.section_code)
    if connection.execute(select(sheet_field.c.id).where(*used, same)).first():
        raise FieldError(f"已有名为“{caption}”的字段，请换一个名称。")
    position = spec.position
    if position is None:
        last = connection.execute(select(func.max(sheet_field.c.position)).where(here)).scalar()
        position = (last or 0) + 1
    return {
        "table_name": table_name,
        "caption": caption,
        "type": kind.key,
        "options": options,
        "required": spec.required,
        "default_value": default if default is None or isinstance(default, bool) else str(default),
        "help": help_text,
        "section_code": spec.section_code,
        "position": position,
    }


def _added(connection: Connection, table_name: str, kind: FieldType, field_id: int) -> str:
    name = f"f_{int(field_id)}"
    quoted = connection.dialect.identifier_preparer.quote(table_name)
    written = kind.sql_type().compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {quoted} ADD COLUMN {name} {written}")
    return name


def _reused(connection: Connection, table_name: str, kind: FieldType, widest: int) -> str | None:
    """The emptied column of the longest retired field of this SQL type, once the table is wide."""
    if len(inspect(connection).get_columns(table_name)) < widest:
        return None
    wanted = repr(kind.sql_type())
    alike = [key for key, each in field_types().items() if _column_type(each) == wanted]
    oldest = connection.execute(
        select(sheet_field.c.id, sheet_field.c.column_name)
        .where(
            sheet_field.c.table_name == table_name,
            sheet_field.c.retired_at.is_not(None),
            sheet_field.c.column_name.is_not(None),
            sheet_field.c.type.in_(alike),
        )
        .order_by(sheet_field.c.retired_at, sheet_field.c.id)
        .limit(1)
    ).first()
    if oldest is None:
        return None
    name = str(oldest.column_name)
    emptied = table(table_name, column(name))
    connection.execute(update(emptied).values({name: None}))
    gone = sheet_field.c.id == oldest.id
    connection.execute(update(sheet_field).where(gone).values(column_name=None))
    return name


def _column_type(kind: FieldType) -> str:
    try:
        return repr(kind.sql_type())
    except FieldError:
        return ""


def _field(row: Any, source: FromClause) -> Field:
    known = row.type in field_types()
    kind = field_type(row.type if known else VANISHED)
    written = kind.sql_type() if known else NullType()
    selected: ColumnElement[Any] = column(row.column_name, written, _selectable=source)
    options = row.options if known and isinstance(row.options, dict) else {}
    return Field(
        id=f"f_{row.id}",
        caption=row.caption,
        type=kind.key,
        column=selected,
        options=options,
        required=row.required and known,
        default=_default(kind, row.default_value, options),
        help=row.help,
        readonly=not known,
        section=row.section_code,
    )


def _default(kind: FieldType, kept: object, options: Mapping[str, object]) -> Any:
    try:
        return kind.parse(kept, options)
    except FieldError:  # the options moved on and left this default behind
        return None
