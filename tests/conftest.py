"""Fixtures of every room: a database of either kind, a session on it, the application, a client.

A test that asks for none of these runs without a database and without Flask.  One that asks for
``database``, ``session``, ``app`` or ``client`` runs twice, as ``[sqlite]`` and ``[postgresql]``.
"""

from __future__ import annotations

import os
import secrets
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import postgres
from tests.databases import BACKENDS, Backend, PostgresBackend, SqliteBackend

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.config import Settings
    from app.db import Database
    from app.web.unit_of_work import UnitOfWorkFlask
    from tests.web.client import CheckingClient

RUN = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Give the run one name, the same in each of its workers."""
    worker = getattr(config, "workerinput", None)
    if worker is None:
        run = getattr(config.option, "testrunuid", None) or uuid.uuid4().hex
        config.option.testrunuid = run
    else:
        run = worker["testrunuid"]
    config.stash[RUN] = run


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take away what the run left on a server that is not its own."""
    if not hasattr(config, "workerinput") and RUN in config.stash:
        postgres.end_run(config.stash[RUN])


def absent(reason: str) -> None:
    """Skip with the reason; where CI promises everything, fail with it."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def backend_named(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Backend]:
    """A function from "sqlite" or "postgresql" to the backend, each made once a worker."""
    in_worker = hasattr(pytestconfig, "workerinput")
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if in_worker else base) / "templates"
    made: dict[str, Backend] = {}

    def get(name: str) -> Backend:
        if name not in made:
            shared.mkdir(exist_ok=True)
            if name == "sqlite":
                made[name] = SqliteBackend(shared, tmp_path_factory.mktemp("databases"))
            else:
                owner = os.getppid() if in_worker else os.getpid()
                try:
                    made[name] = PostgresBackend(pytestconfig.stash[RUN], owner, shared)
                except postgres.NoPostgresError as problem:
                    absent(str(problem))
        return made[name]

    return get


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, backend_named: Callable[[str], Backend]) -> Backend:
    """Each kind of database in turn."""
    return backend_named(request.param)


@pytest.fixture
def empty_database_url(backend: Backend) -> Iterator[str]:
    """The URL of a database without any table."""
    with backend.empty() as url:
        yield url


@pytest.fixture
def database_url(backend: Backend) -> Iterator[str]:
    """The URL of a database with the newest schema and no rows but the migrations' own."""
    with backend.migrated() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A freshly migrated database."""
    from app.db import Database

    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that may write; what the test does not commit is rolled back."""
    with database.session(write=True) as session:
        yield session
        session.rollback()


@pytest.fixture
def instance_folder(tmp_path: Path) -> Path:
    """An empty instance folder for photos, exports and secrets."""
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(database_url: str, instance_folder: Path) -> Settings:
    """The settings of an installation that is not the demo, on a fresh database and folder."""
    from app.config import Settings

    return Settings(
        database_url=database_url,
        instance=instance_folder,
        secret_key=secrets.token_urlsafe(48),
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[UnitOfWorkFlask]:
    """The whole application on a fresh database."""
    from app.factory import create_app

    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def client(app: UnitOfWorkFlask) -> CheckingClient:
    """A web client that checks every page."""
    from tests.web.client import CheckingClient

    return CheckingClient(app)
