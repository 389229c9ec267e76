"""Inserts of very many rows: what the database is handed is made once for each different value."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Dialect, Table, insert, select, text
from sqlalchemy.orm import Session

Process = Callable[[Any], Any] | None
# With SQLite's own 2 MB the pages of fifteen indexes go in and out while problems are inserted;
# more than this saves no tenth.
CACHE_KB, USUAL_KB = 16_384, 2_000


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
        self._made = {
            name: _Made(process) if process and not isinstance(table.c[name].type, JSON) else None
            for name, process in self._processes.items()
        }

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
        process, made = self._processes[name], self._made[name]
        if process is None:
            return [row[name] for row in rows]
        if made is None:
            nothing = process({})  # as most rows hold in most columns of JSON
            return [nothing if row[name] == {} else process(row[name]) for row in rows]
        return [made[row[name]] for row in rows]


class _Made(dict[Any, Any]):
    """Value -> what the driver takes for it, made when it is first asked for."""

    def __init__(self, process: Callable[[Any], Any]) -> None:
        super().__init__({None: None})
        self._process = process

    def __missing__(self, value: Any) -> Any:
        self[value] = made = self._process(value)
        return made


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; defaults are the caller's.

    As an ordinary insert, at a third of its cost for a row: the instants of many rows are few.
    """
    if rows:
        bulk = Bulk(session.connection().dialect, table, list(rows[0]))
        bulk.insert(session, bulk.cells(rows))


@contextmanager
def many_rows(session: Session, cache_kb: int = CACHE_KB) -> Iterator[None]:
    """For work on very many rows: room for the pages of many indexes, and no file in memory.

    On SQLite; there a connection is kept for as long as its process, so that both are given back.
    """
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    connection = session.connection()
    mapped = connection.exec_driver_sql("PRAGMA mmap_size").scalar() or 0
    connection.exec_driver_sql("PRAGMA mmap_size=0").close()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{cache_kb}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{USUAL_KB}")
        connection.exec_driver_sql(f"PRAGMA mmap_size={mapped}").close()


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
