"""Fixtures of every room: a database of either kind, a session on it, the application, a client.

A test that asks for none of these runs without a database and without Flask.  One that asks for
``database``, ``session``, ``app``, ``client`` or the ``city_…`` ones runs twice, as ``[sqlite]``
and ``[postgresql]``.  On SQLite a session that has written holds the one write lock: end it before
the application is asked to write, or that request waits two minutes and fails.
"""

from __future__ import annotations

import gc
import os
import pickle
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, NoReturn

import pytest
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from tests import postgres
from tests.cities import prepare_small_city
from tests.databases import BACKENDS, Backend, PostgresBackend, SqliteBackend

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.config import Settings
    from app.db import Database
    from app.door.unit_of_work import UnitOfWorkFlask
    from tests.builders import City
    from tests.web.client import CheckingClient

RUN = pytest.StashKey[str]()


class CompiledTemplates(BytecodeCache):
    """Templates compiled by an earlier application of this process; they are a third of a test."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket if the template, as it is now, was compiled before."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()
BUILDERS: dict[tuple[object, ...], FunctionType] = {}  # of addresses, by all they are made from


def remember_builders() -> None:
    """Let an application take what builds its addresses from an earlier one of this process.

    Werkzeug writes and compiles two functions a route, three quarters of making an application.
    They look nothing up but their own rule, which they are given: one does for equal rules.
    """
    compile_builder = getattr(Rule, "_compile_builder", None)
    if compile_builder is None:  # a Werkzeug that does it otherwise, or no longer
        return

    def remembered(rule: Rule, append_unknown: bool = True) -> FunctionType:
        kinds = tuple((name, type(each)) for name, each in rule._converters.items())
        defaults = repr(sorted((rule.defaults or {}).items()))
        key = (rule.rule, tuple(rule._trace), kinds, defaults, append_unknown)
        if key not in BUILDERS:
            BUILDERS[key] = compile_builder(rule, append_unknown)
        return BUILDERS[key]

    Rule._compile_builder = remembered


def pytest_addoption(parser: pytest.Parser) -> None:
    """The browser tests run on one database; which one can be chosen."""
    parser.addoption(
        "--live-database",
        choices=BACKENDS,
        default="sqlite",
        help="what the live server of the browser tests stands on",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Give the run one name, the same in each of its workers."""
    worker = getattr(config, "workerinput", None)
    if worker is None:
        run = getattr(config.option, "testrunuid", None) or uuid.uuid4().hex
        config.option.testrunuid = run
        use_memory(config)
    else:
        run = worker["testrunuid"]
    config.stash[RUN] = run
    remember_builders()


def use_memory(config: pytest.Config) -> None:
    """Keep the files of tests off the disk where memory has room: each commit waits for a disk."""
    folder = postgres.folder_in_memory()
    if folder is not None and config.option.basetemp is None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


def pytest_collection_finish() -> None:
    """Look less often for what may be thrown away, and never among what stays until the end:
    thousands of tests and whole libraries were walked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take away what the run left on a server that is not its own."""
    if not hasattr(config, "workerinput") and RUN in config.stash:
        postgres.end_run(config.stash[RUN])


def absent(reason: str) -> NoReturn:
    """Skip with the reason; where CI promises everything, fail with it."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_folder(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of the run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(pytestconfig, "workerinput") else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def backend_named(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory, shared_folder: Path
) -> Iterator[Callable[[str], Backend]]:
    """A function from "sqlite" or "postgresql" to the backend, each made once a worker."""
    made: dict[str, Backend] = {}

    def get(name: str) -> Backend:
        if name not in made:
            made[name] = make(name)
        return made[name]

    def make(name: str) -> Backend:
        if name == "sqlite":
            return SqliteBackend(shared_folder, tmp_path_factory.mktemp("databases"))
        owner = os.getppid() if hasattr(pytestconfig, "workerinput") else os.getpid()
        try:
            return PostgresBackend(pytestconfig.stash[RUN], owner, shared_folder)
        except postgres.NoPostgresError as problem:
            absent(str(problem))

    yield get
    for backend in made.values():
        backend.close()


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


def settings_of(database_url: str, instance_folder: Path) -> Settings:
    """The settings of an installation that is not the demo."""
    from app.config import Settings

    return Settings(
        database_url=database_url,
        instance=instance_folder,
        secret_key=secrets.token_urlsafe(48),
    )


@contextmanager
def application(settings: Settings) -> Iterator[UnitOfWorkFlask]:
    """The whole application, its connections closed at the end of the block."""
    from app.factory import create_app

    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED  # each application would compile every template anew
    try:
        yield app
    finally:
        app.extensions["database"].dispose()


@pytest.fixture
def app(database_url: str, instance_folder: Path) -> Iterator[UnitOfWorkFlask]:
    """The application on a fresh database, without a soul in it."""
    with application(settings_of(database_url, instance_folder)) as app:
        yield app


@pytest.fixture
def client(app: UnitOfWorkFlask) -> CheckingClient:
    """A web client of the empty application that checks every page."""
    from tests.web.client import CheckingClient

    return CheckingClient(app)


@pytest.fixture
def city_app(
    backend: Backend, shared_folder: Path, instance_folder: Path
) -> Iterator[UnitOfWorkFlask]:
    """The application with the small city of ``tests.builders``; all may sign in."""
    kept = shared_folder / f"{backend.name}-small-city.pickle"
    with (
        backend.copy_of("small-city", partial(prepare_small_city, kept=kept)) as url,
        application(settings_of(url, instance_folder)) as app,
    ):
        app.extensions["city"] = pickle.loads(kept.read_bytes())  # noqa: S301  (written by this run)
        yield app


@pytest.fixture
def city(city_app: UnitOfWorkFlask) -> City:
    """Ids and actors of the small city behind ``city_app`` and ``city_client``."""
    return city_app.extensions["city"]


@pytest.fixture
def city_database(city_app: UnitOfWorkFlask) -> Database:
    """The database of the small city: write with ``writing()``, and end it before a request."""
    return city_app.extensions["database"]


@pytest.fixture
def city_client(city_app: UnitOfWorkFlask) -> CheckingClient:
    """A checking web client in the small city: ``city_client.login("reviewer")``."""
    from tests.web.client import CheckingClient

    return CheckingClient(city_app)
