"""Writes very many rows quickly: indexes away, everything in one transaction, indexes back."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

Rows = Iterable[Sequence[Any]]
CACHE_KIB = 400_000


class Busy(Exception):
    """Somebody else has the database open."""


def fill(engine: Engine, table: str, columns: Sequence[str], rows: Rows) -> None:
    """Write the rows into a table; either all of them are there afterwards or none.

    What a trigger would do for each row is not done: search indexes are filled afterwards.
    Raises Busy where the file is in use.
    """
    if engine.dialect.name == "sqlite":
        engine.dispose()
        _fill_file(Path(str(make_url(str(engine.url)).database)), table, columns, rows)
    else:
        _copy_in(engine, table, columns, rows)


def _fill_file(path: Path, table: str, columns: Sequence[str], rows: Rows) -> None:
    """On a rollback journal without fsync: a killed process leaves the file as it was."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=3)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        try:
            connection.execute("PRAGMA journal_mode=TRUNCATE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise Busy(str(error)) from error
        with _without(connection, table):
            marks = ",".join("?" * len(columns))
            into = f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})"  # noqa: S608 our own names
            connection.executemany(into, rows)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


@contextmanager
def _without(connection: sqlite3.Connection, table: str) -> Iterator[None]:
    """Inside the block the table has neither indexes nor triggers of its own."""
    found = connection.execute(
        "SELECT type, name, sql FROM sqlite_master"
        " WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    for kind, name, _ in found:
        connection.execute(f'DROP {kind} "{name}"')
    yield
    for _, _, sql in found:
        connection.execute(sql)


def _copy_in(engine: Engine, table: str, columns: Sequence[str], rows: Rows) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL timezone = 'UTC'")
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
        # Foreign keys row by row would take minutes; only a superuser may leave them out.
        if connection.exec_driver_sql("SELECT usesuper FROM pg_user WHERE usename = user").scalar():
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        indexes = connection.exec_driver_sql(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND schemaname ="
            " current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            (table,),
        ).all()
        for name, _ in indexes:
            connection.exec_driver_sql(f'DROP INDEX "{name}"')
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {table} ({','.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608 our own name
        )
        for _, sql in indexes:
            connection.exec_driver_sql(sql)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"VACUUM ANALYZE {table}")
