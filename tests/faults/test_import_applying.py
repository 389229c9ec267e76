"""Imports among other people and kills: all of an import is there or nothing, and once only."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db import Database
from app.domain.refusals import Refusal
from app.models import AdminEvent, ImportOrigin, ImportRun, NumberCounter, Photo, Problem
from app.services import history
from app.services.imports.writing import desk as import_desk
from app.services.imports.writing.applying import apply_run
from app.services.imports.writing.desk import Desk
from app.services.imports.writing.transaction import Written
from tests import builders
from tests.builders import City
from tests.faults.served import ROOT
from tests.services.imports_made import Worker, a_row, a_run, rows_of

ROWS = 40


@pytest.fixture
def made(database: Database) -> City:
    with database.writing() as session:
        return builders.make_city(session)


def handed_in(database: Database, city: City, count: int = ROWS) -> int:
    """A run of new rows, some with pictures."""
    with database.writing() as session:
        rows = [
            a_row(city, n, pictures=[("before", f"{n}.jpg")] if n % 4 == 0 else [])
            for n in range(1, count + 1)
        ]
        return a_run(session, city, rows)


def there(database: Database) -> dict[str, int]:
    """How much of imports others see now."""
    with database.reading() as session:
        count = {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in (Problem, ImportOrigin)
        }
        attached = select(func.count()).where(Photo.problem_id.is_not(None))
        return count | {"photos": session.scalar(attached) or 0}


def whole(database: Database, run_id: int) -> None:
    """Everything of the run is there, once."""
    assert there(database) == {"problem": ROWS, "import_origin": ROWS, "photos": ROWS // 4}
    with database.reading() as session:
        numbers = session.scalars(select(Problem.number)).all()
        serials = sorted(int(str(number).rpartition("-")[2]) for number in numbers)
        assert serials == list(range(1, ROWS + 1))
        assert session.scalar(select(func.sum(NumberCounter.last))) == ROWS
        assert session.get_one(ImportRun, run_id).status == "applied"
        assert all(row.applied["how"] == "new" for row in rows_of(session, run_id))
        for problem_id in session.scalars(select(Problem.id)):
            assert history.first_break(history.events_of(session, problem_id)) is None
        told = session.scalars(select(AdminEvent).where(AdminEvent.topic == "imports")).all()
        assert [event.kind for event in told] == ["apply"]


def test_readers_see_nothing_of_an_import_until_all_of_it_is_there(
    database: Database, made: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, run_id = Worker(database, tmp_path), handed_in(database, made)
    seen = []
    keep = Desk.keep

    def looked_at(desk: Desk, applied: dict[int, dict[str, object]]) -> None:
        keep(desk, applied)
        seen.append(there(database))

    monkeypatch.setattr(import_desk.Desk, "keep", looked_at)
    for module in ("transaction", "preparing"):
        monkeypatch.setattr(f"app.services.imports.writing.{module}.ROWS", 15)
    worker.apply(made, run_id)

    assert seen == [{"problem": 0, "import_origin": 0, "photos": 0}] * 3
    whole(database, run_id)


def test_two_workers_at_one_import_write_it_once(
    database: Database, made: City, tmp_path: Path
) -> None:
    worker, run_id = Worker(database, tmp_path), handed_in(database, made)
    worker.ask(made, run_id)
    start = threading.Barrier(2)

    def work(_: int) -> Written | None:
        start.wait()
        return apply_run(worker.hands(), run_id)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(work, range(2)))

    assert sorted(each is None for each in outcomes) == [False, True]
    whole(database, run_id)


def test_of_two_who_press_the_button_at_once_one_is_told(
    database: Database, made: City, tmp_path: Path
) -> None:
    worker, run_id = Worker(database, tmp_path), handed_in(database, made)
    start = threading.Barrier(2)

    def press(_: int) -> str:
        start.wait()
        try:
            worker.ask(made, run_id)
        except Refusal as refusal:
            return refusal.code
        return "asked"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == ["asked", "import.moved_on"]


def test_the_same_file_handed_in_twice_is_written_once(
    database: Database, made: City, tmp_path: Path
) -> None:
    worker = Worker(database, tmp_path)
    runs = [handed_in(database, made) for _ in range(2)]
    for run_id in runs:
        worker.ask(made, run_id)
    start = threading.Barrier(2)

    def work(run_id: int) -> Written | None:
        start.wait()
        return apply_run(worker.hands(), run_id)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(work, runs))

    written = [each for each in outcomes if each is not None]
    assert sorted(each.new for each in written) == [0, ROWS]
    assert [each.left for each in written] == [0, 0], "nothing is left of rows that are there"
    assert there(database) == {"problem": ROWS, "import_origin": ROWS, "photos": ROWS // 4}


KILLED = """
import os, signal, sys
from pathlib import Path
from app.db import Database
from app.services.imports.writing import preparing as import_preparing
from app.services.imports.writing import transaction as import_transaction
from app.services.imports.writing.desk import Desk
from tests.services.imports_made import Worker, apply_run
url, folder, run_id, when = sys.argv[1:]
keep, left = Desk.keep, [int(when)]
def until_killed(desk, applied):
    keep(desk, applied)
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
Desk.keep = until_killed
import_preparing.ROWS = import_transaction.ROWS = 15
apply_run(Worker(Database(url), Path(folder)).hands(), int(run_id))
"""


@pytest.mark.parametrize("when", [1, 3])
def test_a_killed_worker_leaves_nothing_half_and_the_next_one_ends_it(
    database: Database, made: City, tmp_path: Path, when: int
) -> None:
    worker, run_id = Worker(database, tmp_path), handed_in(database, made)
    worker.ask(made, run_id)
    command = [sys.executable, "-c", KILLED, database.url, str(tmp_path), str(run_id), str(when)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert there(database) == {"problem": 0, "import_origin": 0, "photos": 0}

    assert apply_run(worker.hands(), run_id) is not None
    whole(database, run_id)
