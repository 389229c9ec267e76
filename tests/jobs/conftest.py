"""A workshop without limited processes: pictures are made here, originals lie in a real store."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from PIL import Image
from structlog.testing import capture_logs

from app.db import Database
from app.jobs.tasks import Workshop
from app.jobs.worker import Stop
from app.photos.arrivals import Arrivals
from app.photos.store import FileStore, PhotoMissing
from tests.builders import MONDAY, City
from tests.cities import prepare_small_city


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged; the pretty tracebacks of a terminal would take seconds each."""
    before = structlog.get_config()
    with capture_logs() as lines:
        yield lines
    structlog.configure(**before)


@dataclass
class Pictures:
    """Stands in for the photo room: each hash gets a plain picture, those in `missing` none."""

    store: FileStore
    missing: set[str]

    def for_ledger(self, sha256: str, mask: tuple[object, ...] = ()) -> bytes:
        """A small JPEG; a masked one is black."""
        if sha256 in self.missing:
            raise PhotoMissing(sha256)
        data = io.BytesIO()
        Image.new("RGB", (160, 120), "black" if mask else f"#{sha256[:6]}").save(data, "JPEG")
        return data.getvalue()


@dataclass
class SetClock:
    """A clock that stands where it is put."""

    at: datetime

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.at


@pytest.fixture
def small_city(backend, shared_folder: Path) -> Iterator[tuple[Database, City]]:
    """A copy of the small city: its database, its ids and actors; no application."""
    kept = shared_folder / f"{backend.name}-small-city.pickle"
    with backend.copy_of("small-city", partial(prepare_small_city, kept=kept)) as url:
        database = Database(url)
        yield database, pickle.loads(kept.read_bytes())  # noqa: S301 written by this run
        database.dispose()


@pytest.fixture
def database(small_city) -> Database:
    """The small city's database."""
    return small_city[0]


@pytest.fixture
def city(small_city) -> City:
    """Ids and actors of the small city."""
    return small_city[1]


@pytest.fixture
def shop(database, tmp_path: Path) -> Workshop:
    """A workshop whose clock stands a little after MONDAY: no 销号 of then can be taken back."""
    return Workshop(
        database=database,
        photos=Pictures(FileStore(tmp_path / "photos"), set()),  # type: ignore[arg-type]
        exports=tmp_path / "exports",
        city="抚顺市",
        now=SetClock(MONDAY + timedelta(seconds=30)),
        stop=Stop(),
        arrivals=Arrivals(tmp_path / "uploads"),
    )


@pytest.fixture
def write(database) -> Callable:
    """Runs a function in a transaction of its own: `write(make_problem, city, State.LISTED)`."""

    def run(function, *args, **kwargs):
        with database.writing() as session:
            return function(session, *args, **kwargs)

    return run
