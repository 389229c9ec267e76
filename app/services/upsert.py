"""INSERT … ON CONFLICT for whichever of the two databases the session is on."""

from typing import Any

from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session


def insert_for(session: Session, table: Any) -> PostgresInsert | SqliteInsert:
    """The dialect's INSERT, which knows `on_conflict_do_nothing`."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite_insert(table)
    return postgres_insert(table)
