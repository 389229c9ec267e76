"""The database: one engine, short sessions, and a write lock taken at the start on SQLite."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from app import json_text

ROOT = Path(__file__).resolve().parent.parent
# Reading a million rows for their places took 0.97 s, with the file mapped 0.77; with two cores
# busy otherwise 3.1 and 1.9. Writes go the same way as without it.
MAPPED = 2_147_418_112  # bytes, the most SQLite allows; address space only
# Who wants to write waits for whoever writes. An import of 20,000 rows holds the lock for 13 s,
# with both cores busy otherwise 24 s; after 15 s of waiting people got an error for it.
PATIENCE = 120  # seconds
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={PATIENCE * 1000}",
    f"PRAGMA mmap_size={MAPPED}",
)


def normal_url(url: str) -> str:
    """A URL with the driver this project ships for it."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


class Database:
    """One engine and the sessions on it.

    On SQLite a writing session begins with BEGIN IMMEDIATE: a reader that turns writer
    halfway would get SQLITE_BUSY without waiting. `session(write=True)` says so up front.
    """

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self.engine = self._engine()
        self._sessions = sessionmaker(expire_on_commit=False)

    def _engine(self) -> Engine:
        if not self.is_sqlite:
            return create_engine(
                self.url, pool_size=20, max_overflow=60, pool_pre_ping=True, **json_text.COLUMNS
            )
        # Kept connections: closing the last one of a file makes SQLite fold its log away, with
        # several fsyncs, which took a third of a request's time.
        engine = create_engine(
            self.url,
            pool_size=20,
            max_overflow=60,
            connect_args={"check_same_thread": False, "timeout": PATIENCE},
            **json_text.COLUMNS,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def session(self, *, write: bool = False) -> Session:
        """A new session; the caller commits (once, in one place) and closes it."""
        bind = self.engine.execution_options(writes=write)
        return self._sessions(bind=bind)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back."""
        with self.session(write=True) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with self.session() as session:
            yield session

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _begin_sqlite
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up (or down, to `revision`); on PostgreSQL under an advisory lock."""
    config = _alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        if revision == "base" or revision.startswith("-"):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
        connection.commit()
