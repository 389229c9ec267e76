"""Long runs over a database whose rows are not to be counted as the process's memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session


@contextmanager
def unmapped(session: Session) -> Iterator[None]:
    """Read without mapping SQLite's file: of rows that go by once nothing stays in memory.

    A connection that breaks off in between stays so, and only reads a little more slowly.
    """
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    connection = session.connection()
    was = connection.exec_driver_sql("PRAGMA mmap_size").scalar_one()
    connection.exec_driver_sql("PRAGMA mmap_size=0")
    yield
    connection.exec_driver_sql(f"PRAGMA mmap_size={was}")
