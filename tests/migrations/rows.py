"""One plausible row for every table of a schema, whatever its columns are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, select
from sqlalchemy import types as sql

# Columns whose values a CHECK limits; everything else is filled by its type.
LIMITED = {("problem", "state"): "draft"}


def reflect(connection: Connection) -> MetaData:
    """The tables as the database has them, the migrations' own bookkeeping left out."""
    metadata = MetaData()
    # What the text index keeps is made from the rows, in a form that is its own.
    metadata.reflect(connection, only=lambda name, _: not name.startswith("problem_search"))
    bookkeeping = metadata.tables.get("alembic_version")
    if bookkeeping is not None:
        metadata.remove(bookkeeping)
    return metadata


def fill(connection: Connection) -> None:
    """Put one row into each empty table; foreign keys point at the rows put before."""
    for table in reflect(connection).sorted_tables:
        if connection.execute(select(table).limit(1)).first() is None:
            values = {column.name: value_for(connection, column) for column in table.columns}
            connection.execute(table.insert().values(values))


def value_for(connection: Connection, column: Column[Any]) -> object:
    """A value the column takes; None where a row would have to point at itself."""
    assert column.table is not None
    if (column.table.name, column.name) in LIMITED:
        return LIMITED[column.table.name, column.name]
    for key in column.foreign_keys:
        if key.column.table is column.table:
            return None
        return connection.execute(select(key.column).limit(1)).scalar()
    return by_type(column.type)


def by_type(kind: sql.TypeEngine[Any]) -> object:
    """A value of an SQL type."""
    samples: list[tuple[type[sql.TypeEngine[Any]], object]] = [
        (sql.JSON, {"键": ["值", 1, None]}),
        (sql.Boolean, True),
        (sql.Integer, 1),
        (sql.Numeric, 1.5),
        (sql.Float, 1.5),
        (sql.DateTime, datetime(2026, 9, 24, 1, 0, tzinfo=UTC)),
        (sql.Date, date(2026, 9, 24)),
        (sql.LargeBinary, b"\x00\xff"),
        (sql.String, "甲'\"%_;--"[: getattr(kind, "length", None) or 9]),
    ]
    for family, sample in samples:
        if isinstance(kind, family):
            return sample
    raise AssertionError(f"no sample for {kind!r}: add one here")


def contents(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, by table."""
    return {table.name: rows_of(connection, table) for table in reflect(connection).sorted_tables}


def rows_of(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """A table's rows as dictionaries, in the order of their keys."""
    query = select(table).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]
