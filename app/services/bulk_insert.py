"""Inserts of very many rows: what the database is handed is made once for each different value."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert, select, text
from sqlalchemy.orm import Session

Process = Callable[[Any], Any] | None
MANY = 1_000
# With SQLite's own 2 MB the pages of fifteen indexes go in and out: 50,000 problems took 9.9 s of
# a busy core, with this 8.8.
CACHE_KB = 65_536


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; defaults are the caller's.

    As an ordinary insert, at a third of its cost for a row: the instants of many rows are few.
    """
    if not rows:
        return
    session.flush()
    connection = session.connection()
    dialect = connection.dialect
    if dialect.name == "sqlite" and len(rows) >= MANY:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KB}")
    names = list(rows[0])
    compiled = insert(table).compile(dialect=dialect, column_keys=names)
    columns = [_column(rows, name, _process(table, name, dialect)) for name in names]
    if compiled.positional:
        order = [names.index(name) for name in compiled.positiontup or ()]
        bound: Any = list(zip(*(columns[at] for at in order), strict=True))
    else:
        bound = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    connection.exec_driver_sql(compiled.string, bound)


def _process(table: Table, name: str, dialect: Any) -> Process:
    kind = table.c[name].type
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _column(rows: Iterable[Mapping[str, Any]], name: str, process: Process) -> list[Any]:
    """The values of a column as the driver takes them."""
    if process is None:
        return [row[name] for row in rows]
    made: dict[Any, Any] = {None: None}
    values = []
    for row in rows:
        value = row[name]
        if isinstance(value, dict):
            values.append(process(value))
            continue
        if value not in made:
            made[value] = process(value)
        values.append(made[value])
    return values


def next_ids(session: Session, table: Table, count: int) -> list[int]:
    """So many ids for rows to be inserted in this transaction.

    On SQLite, whose one writer this transaction is, those after the last; else the sequence's.
    """
    key = table.c.id
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(key).order_by(key.desc()).limit(1)) or 0
        return list(range(last + 1, last + count + 1))
    rows = session.scalars(
        text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
        {"name": table.name, "count": count},
    )
    return [int(each) for each in rows]
