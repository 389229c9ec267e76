"""Columns for fields: a new one, or in a very wide table one that nothing uses any more."""

from sqlalchemy import Connection, column, inspect, select, table, update

from sheets.fields import field_types
from sheets.fields.base import FieldError, FieldType
from sheets.storage.tables import COLUMN_NAME, sheet_conversion, sheet_field

# PostgreSQL counts dropped columns towards its 1,600, SQLite takes 2,000: columns out of use are
# kept, and given to new fields of their type once a table is this wide.
WIDEST = 1_400


def make_column(
    connection: Connection, table_name: str, kind: FieldType, name: str, widest: int = WIDEST
) -> str:
    """The name of an empty column for values of this type: ``name``, or a reused one.

    Nothing is scanned but the column that is emptied for reuse.
    """
    if len(inspect(connection).get_columns(table_name)) >= widest:
        free = _of_retired(connection, table_name, kind) or _of_undone(connection, table_name, kind)
        if free is not None:
            connection.execute(update(table(table_name, column(free))).values({free: None}))
            return free
    if not COLUMN_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a column")
    quoted = connection.dialect.identifier_preparer.quote(table_name)
    written = kind.sql_type().compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {quoted} ADD COLUMN {name} {written}")
    return name


def _of_retired(connection: Connection, table_name: str, kind: FieldType) -> str | None:
    """The column of the field retired longest ago, which can then not return."""
    oldest = connection.execute(
        select(sheet_field.c.id, sheet_field.c.column_name)
        .where(
            sheet_field.c.table_name == table_name,
            sheet_field.c.retired_at.is_not(None),
            sheet_field.c.column_name.is_not(None),
            sheet_field.c.type.in_(_alike(kind)),
        )
        .order_by(sheet_field.c.retired_at, sheet_field.c.id)
        .limit(1)
    ).first()
    if oldest is None:
        return None
    gone = sheet_field.c.id == oldest.id
    connection.execute(update(sheet_field).where(gone).values(column_name=None))
    return str(oldest.column_name)


def _of_undone(connection: Connection, table_name: str, kind: FieldType) -> str | None:
    """The column that the oldest conversion taken back has left behind."""
    used = select(sheet_field.c.column_name).where(sheet_field.c.column_name.is_not(None))
    kept = select(sheet_conversion.c.from_column).where(sheet_conversion.c.undone_at.is_(None))
    here = select(sheet_field.c.id).where(sheet_field.c.table_name == table_name)
    name = connection.execute(
        select(sheet_conversion.c.to_column)
        .where(
            sheet_conversion.c.undone_at.is_not(None),
            sheet_conversion.c.field_id.in_(here),
            sheet_conversion.c.to_type.in_(_alike(kind)),
            sheet_conversion.c.to_column.not_in(used),
            sheet_conversion.c.to_column.not_in(kept),
        )
        .order_by(sheet_conversion.c.id)
        .limit(1)
    ).scalar()
    return None if name is None else str(name)


def _alike(kind: FieldType) -> list[str]:
    wanted = _column_type(kind)
    return [key for key, each in field_types().items() if _column_type(each) == wanted]


def _column_type(kind: FieldType) -> str:
    try:
        return repr(kind.sql_type())
    except FieldError:
        return ""
