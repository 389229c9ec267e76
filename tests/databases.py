"""Fresh databases for tests: made once a run, then copied for each test."""

from __future__ import annotations

import itertools
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.postgres import Server, locked, server_for_run

BACKENDS = ("sqlite", "postgresql")


class Backend(ABC):
    """A kind of database that can be had empty or migrated."""

    name: str

    @abstractmethod
    def empty(self) -> AbstractContextManager[str]:
        """A context: the URL of a database without tables, removed afterwards."""

    @abstractmethod
    def copy_of(self, name: str, prepare: Callable[[str], None]) -> AbstractContextManager[str]:
        """A context: the URL of a copy of the template ``name``, which ``prepare`` fills once a
        run, given the URL of an empty database."""

    def close(self) -> None:  # noqa: B027  (a file needs no closing)
        """Let go of what was held between tests."""

    def migrated(self) -> AbstractContextManager[str]:
        """A context: the URL of a database with the newest schema, removed afterwards."""
        return self.copy_of("migrated", migrate_to_newest)


def migrate_to_newest(url: str) -> None:
    """Run the project's migrations on an empty database."""
    from app.db import Database, migrate

    database = Database(url)
    try:
        migrate(database.engine)
    finally:
        database.dispose()


class SqliteBackend(Backend):
    """Databases as files in one folder; ``shared`` holds the templates for all workers."""

    name = "sqlite"

    def __init__(self, shared: Path, folder: Path) -> None:
        self._shared = shared
        self._folder = folder
        self._numbers = itertools.count(1)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a file that does not exist yet."""
        path = self._folder / f"{next(self._numbers)}.sqlite"
        try:
            yield f"sqlite:///{path}"
        finally:
            for suffix in ("", "-wal", "-shm", "-journal"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)

    @contextmanager
    def copy_of(self, name: str, prepare: Callable[[str], None]) -> Iterator[str]:
        """The URL of a copy of a prepared file."""
        template = self._template(name, prepare)
        with self.empty() as url:
            shutil.copyfile(template, url.removeprefix("sqlite:///"))
            yield url

    def _template(self, name: str, prepare: Callable[[str], None]) -> Path:
        template = self._shared / f"{name}.sqlite"
        if not template.exists():
            with locked(self._shared / f"sqlite-{name}"):
                if not template.exists():
                    self._make(template, prepare)
        return template

    def _make(self, template: Path, prepare: Callable[[str], None]) -> None:
        draft = template.with_suffix(".draft")
        draft.unlink(missing_ok=True)  # of a preparation that failed halfway
        prepare(f"sqlite:///{draft}")
        for suffix in ("-wal", "-shm"):
            if draft.with_name(draft.name + suffix).exists():
                raise RuntimeError(f"{template.name} still has its {suffix}: a connection is open")
        draft.rename(template)


class PostgresBackend(Backend):
    """Databases of the run's server; clones of a migrated template (27 ms, and 8 to drop)."""

    name = "postgresql"

    def __init__(self, run: str, owner: int, shared: Path) -> None:
        import psycopg

        self._server: Server = server_for_run(run, owner)
        # Kept open: coming in takes the server as long as dropping a database does.
        self._desk = psycopg.connect(self._server.base, autocommit=True)
        self._prefix = f"xh_{run[:12]}_"
        self._shared = shared
        self._numbers = itertools.count(1)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a new database without tables."""
        with self._database("template1") as url:
            yield url

    @contextmanager
    def copy_of(self, name: str, prepare: Callable[[str], None]) -> Iterator[str]:
        """The URL of a clone of a prepared database."""
        template = self._template(name, prepare)
        with self._database(template) as url:
            yield url

    def close(self) -> None:
        """Leave the server."""
        self._desk.close()

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"{self._prefix}{os.getpid()}_{next(self._numbers)}"
        self._execute(f'create database "{name}" template "{template}" strategy file_copy')
        try:
            yield self._server.url(name)
        finally:
            self._execute(f'drop database if exists "{name}" with (force)')

    def _execute(self, statement: str) -> None:
        self._desk.execute(statement.encode())

    def _template(self, name: str, prepare: Callable[[str], None]) -> str:
        template, done = f"{self._prefix}{name}", self._shared / f"postgresql-{name}-done"
        if not done.exists():
            with locked(self._shared / f"postgresql-{name}"):
                if not done.exists():
                    self._execute(f'drop database if exists "{template}" with (force)')
                    self._execute(f'create database "{template}" template template1')
                    prepare(self._server.url(template))
                    done.touch()
        return template
