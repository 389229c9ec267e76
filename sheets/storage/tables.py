"""The catalogue's own tables: which fields there are, and what they were converted from."""

import re
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
)

from sheets.fields.base import FieldError
from sheets.fields.date_time import Instant

TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
FIELD_ID = re.compile(r"f_([1-9]\d{0,8})")
# A field's first column is named by its id; each conversion gives it another, numbered one.
COLUMN_NAME = re.compile(r"f_[1-9]\d{0,8}(?:_[1-9]\d{0,8})?")

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


def connected(conn: Executor) -> Connection:
    """The connection itself."""
    return conn if isinstance(conn, Connection) else conn.connection()


def number_of(field_id: str) -> int | None:
    """The number in the id of a field of the catalogue, else None."""
    named = FIELD_ID.fullmatch(field_id)
    return int(named[1]) if named else None


def field_id_of(row: Row[Any]) -> str:
    """The id of a field by its row."""
    return f"f_{row.id}"


def found_row(connection: Connection, field_id: str, *, lock: bool = False) -> Row[Any]:
    """The row of a field, in use or retired; ``lock`` keeps others from it until commit.

    Raises FieldError when there is none.
    """
    statement = select(sheet_field).where(sheet_field.c.id == number_of(field_id))
    row = connection.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise FieldError("没有这个字段，请刷新页面后重新选择。")
    return row
