"""Inserts of very many rows: what the database is handed is made once for each different value."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Table, insert, select, text
from sqlalchemy.orm import Session

Process = Callable[[Any], Any] | None
# With SQLite's own 2 MB the pages of fifteen indexes go in and out while problems are inserted.
CACHE_KB, USUAL_KB = 32_768, 2_000


class Bulk:
    """Rows for some columns of a table, made as the driver takes them and inserted afterwards.

    What is made can be kept aside, and what is only known in the end be put in front of it.
    """

    def __init__(self, dialect: Dialect, table: Table, names: Sequence[str]) -> None:
        self.names = tuple(names)
        compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
        self._statement = compiled.string
        self._order: Callable[[Any], Any] | None = None
        if compiled.positional:
            self._order = itemgetter(*(self.names.index(n) for n in compiled.positiontup or ()))
        self._processes = {name: _process(table, name, dialect) for name in self.names}
        self._made: dict[str, dict[Any, Any]] = {name: {None: None} for name in self.names}

    def cells(self, rows: Iterable[Mapping[str, Any]], skip: int = 0) -> list[tuple[Any, ...]]:
        """The rows without their first `skip` columns, in the order of `names`."""
        rows = list(rows)
        return list(zip(*(self._column(rows, name) for name in self.names[skip:]), strict=True))

    def cell(self, name: str, value: Any) -> Any:
        """One value as the driver takes it."""
        return self._column([{name: value}], name)[0]

    def insert(self, session: Session, cells: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows of all columns, in the order of `names`."""
        if not cells:
            return
        session.flush()
        bound: Any = (
            [dict(zip(self.names, row, strict=True)) for row in cells]
            if self._order is None
            else list(map(self._order, cells))
        )
        session.connection().exec_driver_sql(self._statement, bound)

    def _column(self, rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
        """The values of a column as the driver takes them."""
        process = self._processes[name]
        if process is None:
            return [row[name] for row in rows]
        made, values = self._made[name], []
        for row in rows:
            value = row[name]
            if isinstance(value, dict):
                values.append(process(value))
                continue
            if value not in made:
                made[value] = process(value)
            values.append(made[value])
        return values


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; defaults are the caller's.

    As an ordinary insert, at a third of its cost for a row: the instants of many rows are few.
    """
    if rows:
        bulk = Bulk(session.connection().dialect, table, list(rows[0]))
        bulk.insert(session, bulk.cells(rows))


@contextmanager
def many_pages(session: Session) -> Iterator[None]:
    """Room for the pages of many indexes while very many rows are written.

    SQLite's cache is given back at the end: a connection is kept for as long as its process.
    """
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    connection = session.connection()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KB}")
    yield
    connection.exec_driver_sql(f"PRAGMA cache_size=-{USUAL_KB}")


def _process(table: Table, name: str, dialect: Any) -> Process:
    kind = table.c[name].type
    return kind.dialect_impl(dialect).bind_processor(dialect)


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
