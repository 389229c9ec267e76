"""kill -9 at any moment: what was acknowledged is there, what is there is whole."""

from __future__ import annotations

import hashlib
import itertools
import os
import pickle
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import clock
from app.config import Settings
from app.db import Database
from app.domain.states import State
from app.extensions import open_photo_room
from app.jobs.tasks import Workshop, sweep_photos
from app.models import Event, NumberCounter, Photo, Problem
from app.photos.arrivals import Arrivals
from app.photos.store import FileStore
from app.services import history
from app.services.actors import actor_of
from app.services.job_queue import Claim
from app.services.people.tokens import create_token
from tests.builders import City
from tests.cities import prepare_small_city
from tests.conftest import settings_of
from tests.databases import Backend
from tests.faults.phones import Phone, Told, keep_on
from tests.faults.served import Served

KILLS = int(os.environ.get("KILLS", "3"))  # a night's run: KILLS=250
PHONES = 4
LONG_AGO = 3 * 24 * 3600  # seconds; the sweep spares what is younger than two days


@pytest.fixture
def settled(
    backend: Backend, shared_folder: Path, instance_folder: Path
) -> Iterator[tuple[Settings, City]]:
    """The settings of an installation with the small city, and the city."""
    kept = shared_folder / f"{backend.name}-small-city.pickle"
    with backend.copy_of("small-city", partial(prepare_small_city, kept=kept)) as url:
        city: City = pickle.loads(kept.read_bytes())  # noqa: S301  (written by this run)
        yield settings_of(url, instance_folder), city


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.dispose()


def token_of(database: Database, city: City, login: str) -> str:
    with database.writing() as session:
        actor = actor_of(session, city.users[login], clock.now())
        assert actor is not None
        return create_token(session, actor, "test", 30, clock.now())[1]


def working_phones(
    served: Served, settings: Settings, city: City, told: Told, stop: threading.Event
) -> list[threading.Thread]:
    """People on the street who report, and a reviewer who sends on what they were told is in."""
    with opened(settings) as database:
        tokens = {login: token_of(database, city, login) for login in ("zhanqian", "reviewer")}
    serials = itertools.count(1)

    def reporting(phone: Phone) -> Callable[[], None]:
        return lambda: phone.report(city, next(serials))

    def dispatching() -> None:
        try:
            problem_id = told.waiting.get(timeout=0.2)
        except queue.Empty:
            return
        desk.dispatch(city, problem_id)

    phones = [Phone(served.origin, tokens["zhanqian"], told, seed) for seed in range(PHONES)]
    desk = Phone(served.origin, tokens["reviewer"], told, PHONES)
    return [keep_on(work, stop, told) for work in (*map(reporting, phones), dispatching)]


def kill_at_random(served: Served, told: Told) -> None:
    """Now a worker, now everything at once; never before somebody got through again."""
    luck = random.Random(KILLS)
    for number in range(KILLS):
        before, end = len(told.reports), time.monotonic() + 30
        while len(told.reports) <= before and not told.failures and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(luck.random() * 0.6)
        if number % 2 and served.kill_a_worker(luck.randrange(2)):
            continue
        served.kill_everything()
        served.start()


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    settled: tuple[Settings, City], tmp_path: Path
) -> None:
    settings, city = settled
    told, stop = Told(), threading.Event()
    with Served(settings, tmp_path / "server.log") as served:
        threads = working_phones(served, settings, city, told, stop)
        try:
            kill_at_random(served, told)
            served.wait_until_up()
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    assert told.failures == []
    assert told.lost > 0, "no kill met a request: the test shows nothing"
    with opened(settings) as database:
        all_that_was_told_is_there(database, told)
        numbers_have_no_gaps(database, told)
        histories_are_whole(database)
        rows_and_files_agree(database, FileStore(settings.photos))
        nothing_is_left_over_after_the_sweep(database, settings)
        all_that_was_told_is_there(database, told)


def all_that_was_told_is_there(database: Database, told: Told) -> None:
    """Each acknowledged report once, with all its pictures and no others."""
    assert len(told.reports) >= KILLS
    with database.reading() as session:
        found = {p.id: p.description for p in session.scalars(select(Problem))}
        pictures: dict[int, list[str]] = {problem_id: [] for problem_id in found}
        attached = select(Photo).where(Photo.problem_id.is_not(None))
        for photo in session.scalars(attached.order_by(Photo.position)):
            assert photo.problem_id is not None
            pictures[photo.problem_id].append(photo.sha256)
    assert len(set(found.values())) == len(found), "a report was taken in twice"
    for report in told.reports:
        assert found[report.problem_id] == report.description
        assert tuple(pictures[report.problem_id]) == report.pictures
    assert all(pictures.values()), "a report without its photos"


def numbers_have_no_gaps(database: Database, told: Told) -> None:
    """As many numbers as dispatched problems, from 1 on, and the ones that were told."""
    with database.reading() as session:
        numbered = {
            problem.id: problem.number
            for problem in session.scalars(select(Problem).where(Problem.number.is_not(None)))
        }
        last = session.scalar(select(func.sum(NumberCounter.last)))
        sent_on = select(Problem.id).where(Problem.state != State.POOLED.value)
        dispatched = set(session.scalars(sent_on))
    serials = sorted(int(str(number).rpartition("-")[2]) for number in numbered.values())
    assert serials == list(range(1, len(numbered) + 1))
    assert last == len(numbered)
    assert told.numbers.items() <= numbered.items()
    assert dispatched == numbered.keys()


def histories_are_whole(database: Database) -> None:
    """Each chain unbroken, one event a move, the last one saying where the problem is now."""
    with database.reading() as session:
        for problem in session.scalars(select(Problem)):
            events = history.events_of(session, problem.id)
            assert history.first_break(events) is None
            moves = [event.move for event in events]
            assert len(set(moves)) == len(moves), f"{problem.id}: {moves}"
            assert events[-1].to_state == problem.state
        orphans = select(Event.id).where(Event.problem_id.not_in(select(Problem.id)))
        assert session.scalars(orphans).all() == []


def rows_and_files_agree(database: Database, store: FileStore) -> None:
    """Every row has its file, and every file is what its name says."""
    names = {kept.sha256 for kept in store.iter_originals()}
    for name in names:
        assert hashlib.sha256(store.original(name)).hexdigest() == name
    with database.reading() as session:
        assert set(session.scalars(select(Photo.sha256))) <= names


def nothing_is_left_over_after_the_sweep(database: Database, settings: Settings) -> None:
    """Three days later only what is named is kept: no row, no original, no half-written part."""
    for path in settings.photos.rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - LONG_AGO,) * 2)
    shop = Workshop(
        database=database,
        photos=open_photo_room(settings),
        exports=settings.exports,
        city=settings.city,
        now=lambda: clock.now() + timedelta(seconds=LONG_AGO),
        arrivals=Arrivals(settings.uploads),
    )
    sweep_photos(shop, Claim(1, "sweep_photos", "2026-11-22T03:00", {}, attempt=1))
    store = FileStore(settings.photos)
    with database.reading() as session:
        rows = set(session.scalars(select(Photo.sha256)))
        unused = session.scalar(select(func.count()).where(Photo.problem_id.is_(None)))
    assert unused == 0
    assert {kept.sha256 for kept in store.iter_originals()} == rows
    assert list((settings.photos / "parts").iterdir()) == []
    derived = {path.parent.name for path in (settings.photos / "derived").glob("??/??/*/*")}
    assert derived <= rows
