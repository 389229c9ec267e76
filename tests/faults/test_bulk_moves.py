"""A bulk move whose worker is killed with kill -9: each problem is moved once, none forgotten."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.config import Settings
from app.db import Database
from app.domain.facts import Given
from app.domain.states import State
from app.jobs.tasks import Workshop
from app.jobs.worker import Stop, work_once
from app.models import BulkMove, Event
from app.photos.arrivals import Arrivals
from app.services.problems import bulk_moves
from tests.builders import City, make_problem
from tests.faults.served import ROOT, environment_of
from tests.faults.test_kills import opened, settled  # noqa: F401  a fixture

PROBLEMS = 50
WITHIN = 60.0  # seconds


@pytest.mark.slow
def test_a_killed_worker_leaves_no_problem_moved_twice_or_forgotten(
    settled: tuple[Settings, City],  # noqa: F811
) -> None:
    settings, city = settled
    with opened(settings) as database:
        bulk_id, ids = asked(database, city)
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "work"],
            cwd=ROOT, env=environment_of(settings), stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            reached = wait_for_some(database, bulk_id)
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        assert 0 < reached < PROBLEMS, "the kill met no half-done work: the test shows nothing"

        later = clock.now() + timedelta(minutes=11)  # the dead worker has been waited for
        shop = Workshop(
            database, None, settings.exports, "抚顺市", lambda: later, Stop(),  # type: ignore[arg-type]
            arrivals=Arrivals(settings.uploads),
        )  # fmt: skip
        while work_once(shop):
            pass

        with database.reading() as session:
            bulk = session.get_one(BulkMove, bulk_id)
            moved = session.execute(
                select(Event.problem_id, func.count())
                .where(Event.move == "dispatch")
                .group_by(Event.problem_id)
            ).all()
    assert bulk.status == "done"
    assert [each["id"] for each in bulk.results] == ids
    assert all(each["done"] for each in bulk.results)
    assert sorted((each, 1) for each in ids) == sorted(tuple(row) for row in moved)


def asked(database: Database, city: City) -> tuple[int, list[int]]:
    """A dispatch of many reports."""
    reviewer, now = city.actors["reviewer"], clock.now()
    with database.writing() as session:
        ids = [make_problem(session, city, State.POOLED).id for _ in range(PROBLEMS)]
    with database.writing() as session:
        seen = bulk_moves.versions_of(session, reviewer, ids)
        return bulk_moves.start(session, reviewer, now, "dispatch", seen, Given()).id, ids


def wait_for_some(database: Database, bulk_id: int) -> int:
    """How many are done as soon as there are some."""
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        with database.reading() as session:
            done = len(session.get_one(BulkMove, bulk_id).results)
        if done >= PROBLEMS // 10:
            return done
        time.sleep(0.005)
    raise AssertionError("the worker does nothing")
