"""Fields of the catalogue as a sheet uses them, and as those see them who administer them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, select, table

from sheets.catalogue import Field
from sheets.fields.around import FormulaContext
from sheets.storage.surroundings import Surroundings, default_of, kind_of, options_of
from sheets.storage.tables import Executor, connected, field_id_of, found_row, sheet_field


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
    conn: Executor,
    table_name: str,
    over: FromClause | None = None,
    *,
    section: str | None = None,
    base: Sequence[Field] = (),
    key: ColumnElement[Any] | None = None,
    context: FormulaContext | None = None,
) -> list[Field]:
    """The fields in use of a table, in order; with ``section`` those of one section only.

    Their columns are selected from ``over``, a Table or an alias of it.  Virtual fields are made
    of the fixed fields ``base``, the ``key`` of a row, and what ``context`` says of the day.
    """
    source = over if over is not None else table(table_name)
    around = Surroundings(connected(conn), table_name, source, base, key, context)
    return around.fields(section)


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
        id=field_id_of(row),
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
        restorable=row.column_name is not None or kind.virtual,
    )
