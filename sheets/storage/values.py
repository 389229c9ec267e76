"""Writing into fields: holding them as they are, and the values of one row."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import FromClause, column, select, table, text, update

from sheets.catalogue import Field
from sheets.storage.surroundings import field_of
from sheets.storage.tables import (
    COLUMN_NAME,
    Executor,
    connected,
    field_id_of,
    number_of,
    sheet_field,
)


def hold_fields(
    conn: Executor, field_ids: Collection[str], over: FromClause | None = None
) -> dict[str, Field]:
    """The fields of the catalogue as they are now, and stay until the transaction ends.

    Whoever writes cells calls this first, in the transaction that writes, and uses the fields it
    gives: a conversion may have put another column and type behind an id since it was loaded.
    Those that are gone by now, or have no column of their own, are left out.  On PostgreSQL the
    table is taken before the field, as a conversion takes them, so the two cannot wait for each
    other; on SQLite the write lock of the transaction is enough.
    """
    connection = connected(conn)
    numbers = sorted({number for each in field_ids if (number := number_of(each)) is not None})
    if not numbers:
        return {}
    here = sheet_field.c.id.in_(numbers)
    if connection.dialect.name == "postgresql":
        names = select(sheet_field.c.table_name).where(here).distinct()
        for name in connection.execute(names).scalars().all():
            quoted = connection.dialect.identifier_preparer.quote(name)
            connection.execute(text(f"LOCK TABLE {quoted} IN ROW EXCLUSIVE MODE"))
    rows = connection.execute(
        select(sheet_field)
        .where(here, sheet_field.c.retired_at.is_(None), sheet_field.c.column_name.is_not(None))
        .order_by(sheet_field.c.id)
        .with_for_update(read=True)
    )
    return {
        field_id_of(row): field_of(row, over if over is not None else table(row.table_name))
        for row in rows
    }


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
    if connected(conn).execute(statement).rowcount != 1:
        raise LookupError(f"{table_name} has no row {row_id!r}")


def _own_column(of: Field) -> str:
    name = str(getattr(of.column, "name", ""))
    if not COLUMN_NAME.fullmatch(name):
        raise ValueError(f"{of.id} has no column of its own")
    return name
