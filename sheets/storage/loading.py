"""Fields of the catalogue as a sheet uses them, and as those see them who administer them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, column, select, table
from sqlalchemy.types import NullType

from sheets.catalogue import Field
from sheets.fields import field_type, field_types
from sheets.fields.base import FieldError, FieldType
from sheets.fields.vanished import VANISHED
from sheets.storage.tables import Executor, connected, found_row, sheet_field


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRecord:
    """A field as the catalogue keeps it; ``version`` is the one to name in a change.

    ``restorable`` is false for one whose column another field has got by now.
    """

    id: str
    table_name: str
    caption: str
    type: str
    options: Mapping[str, object]
    required: bool
    default: Any
    help: str
    section: str | None
    position: int
    version: int
    created_at: datetime
    retired_at: datetime | None
    restorable: bool


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
    return [field_of(row, source) for row in connected(conn).execute(ordered)]


def field_record(conn: Executor, field_id: str) -> FieldRecord:
    """A field, in use or retired; raises FieldError when there is none."""
    return record_of(found_row(connected(conn), field_id))


def field_records(conn: Executor, table_name: str) -> list[FieldRecord]:
    """The fields in use of a table, in order."""
    return _records(conn, table_name, retired=False)


def retired_fields(conn: Executor, table_name: str) -> list[FieldRecord]:
    """The fields of a table out of use, the last retired first."""
    found = _records(conn, table_name, retired=True)
    return sorted(found, key=lambda each: (each.retired_at, each.id), reverse=True)


def _records(conn: Executor, table_name: str, *, retired: bool) -> list[FieldRecord]:
    when = sheet_field.c.retired_at
    rows = connected(conn).execute(
        select(sheet_field)
        .where(
            sheet_field.c.table_name == table_name,
            when.is_not(None) if retired else when.is_(None),
        )
        .order_by(sheet_field.c.position, sheet_field.c.id)
    )
    return [record_of(row) for row in rows]


def record_of(row: Row[Any]) -> FieldRecord:
    """A row of the catalogue as a record."""
    kind = kind_of(row)
    options = options_of(row)
    return FieldRecord(
        id=f"f_{row.id}",
        table_name=row.table_name,
        caption=row.caption,
        type=row.type,
        options=options,
        required=row.required,
        default=default_of(kind, row.default_value, options),
        help=row.help,
        section=row.section_code,
        position=row.position,
        version=row.version,
        created_at=row.created_at,
        retired_at=row.retired_at,
        restorable=row.column_name is not None,
    )


def field_of(row: Row[Any], source: FromClause) -> Field:
    """A row of the catalogue as a field over ``source``."""
    kind = kind_of(row)
    known = kind.key != VANISHED
    written = kind.sql_type() if known else NullType()
    selected: ColumnElement[Any] = column(row.column_name, written, _selectable=source)
    options = options_of(row)
    return Field(
        id=f"f_{row.id}",
        caption=row.caption,
        type=kind.key,
        column=selected,
        options=options,
        required=row.required and known,
        default=default_of(kind, row.default_value, options),
        help=row.help,
        readonly=not known,
        section=row.section_code,
    )


def kind_of(row: Row[Any]) -> FieldType:
    """The type of a row's field, or what stands in for one that is no longer there."""
    return field_type(row.type if row.type in field_types() else VANISHED)


def options_of(row: Row[Any]) -> Mapping[str, object]:
    """The options, none for a type that is no longer there."""
    known = row.type in field_types() and isinstance(row.options, dict)
    return row.options if known else {}


def default_of(kind: FieldType, kept: object, options: Mapping[str, object]) -> Any:
    """The default that is kept in the catalogue, None where the options left it behind."""
    try:
        return kind.parse(kept, options)
    except FieldError:
        return None
