"""Imports that change problems people are working on: nothing lost, nobody waits for ever."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.db import Database
from app.domain.refusals import Refusal
from app.domain.states import State
from app.models import ImportRun, Problem
from app.services import history
from app.services.cells.checks import Edit
from app.services.cells.edits import edit_cells
from app.services.imports.writing.applying import apply_run
from app.services.imports.writing.transaction import Written
from app.services.imports.writing.undoing import Undone, request_undo, undo_run
from sheets.storage import FieldSpec
from tests import builders
from tests.builders import MONDAY, City, add_section_field
from tests.services.imports_made import LATER, Worker, a_row, a_run, rows_of

ROWS, PEOPLE = 24, 3


@pytest.fixture
def made(database: Database) -> City:
    with database.writing() as session:
        return builders.make_city(session)


def handed_in(worker: Worker, city: City, own: str, cell: str, **changes: str) -> int:
    """A run about the same problems each time."""
    with worker.database.writing() as session:
        rows = [a_row(city, n, **{own: f"{cell}{n}"}, **changes) for n in range(1, ROWS + 1)]
        return a_run(session, city, rows, own=[own])


def people_at_work(
    worker: Worker, city: City, ids: list[int], own: str, seed: int, stop: threading.Event
) -> int:
    """Hand in, write into cells, in any order, until told to stop; gives how much was done."""
    rng, done = random.Random(seed), 0
    while not stop.is_set() and done < 3 * ROWS:
        key = rng.choice(ids)
        try:
            with worker.database.writing() as session:
                if rng.random() < 0.3:
                    given = builders.remedy()
                    builders.move(
                        session, city, key, "submit", "zhanqian", LATER, photos=1, **given
                    )
                else:
                    batch = f"person-{seed}-{done:04}"
                    edits = [Edit(key, own, f"人{seed}{done}")]
                    edit_cells(session, city.actors["hw_admin"], LATER, batch, edits, "edit")
        except Refusal:
            pass
        done += 1
    return done


def settled(worker: Worker, city: City) -> tuple[str, list[int]]:
    """A section's own field, and problems that came with an import."""
    with worker.database.writing() as session:
        spec = FieldSpec(caption="班组", type="text")
        own = add_section_field(session, MONDAY, "HW", spec).id
    run_id = handed_in(worker, city, own, "原")
    worker.apply(city, run_id)
    with worker.database.reading() as session:
        return own, [int(row.problem_id or 0) for row in rows_of(session, run_id)]


def chains_hold(worker: Worker, ids: list[int], own: str) -> None:
    """No history is broken and no value was written over one that its writer had not seen."""
    with worker.database.reading() as session:
        for key in ids:
            events = history.events_of(session, key)
            assert history.first_break(events) is None
            problem = session.get_one(Problem, key)
            assert events[-1].to_state == problem.state
            lines = [
                event.payload["fields"][own]
                for event in events
                if own in event.payload.get("fields", {})
            ]
            ends = ["", *(line["new"] for line in lines)]
            assert [line["old"] for line in lines] == ends[:-1], "a value was lost"


def test_people_and_an_import_on_the_same_problems_lose_nothing(
    database: Database, made: City, tmp_path: Path
) -> None:
    worker = Worker(database, tmp_path, now=LATER + timedelta(hours=1))
    own, ids = settled(worker, made)
    run_id = handed_in(worker, made, own, "新", description="文件里的新描述")
    worker.ask(made, run_id)
    stop = threading.Event()
    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        working = [
            pool.submit(people_at_work, worker, made, ids, own, seed, stop)
            for seed in range(PEOPLE)
        ]
        applying = pool.submit(apply_run, worker.hands(), run_id)
        written = applying.result(timeout=60)
        stop.set()
        assert all(one.result(timeout=60) > 0 for one in working)

    assert isinstance(written, Written)
    assert written.changed + written.conflicting == ROWS
    with database.reading() as session:
        rows = rows_of(session, run_id)
        told = [row for row in rows if row.applied]
        assert len(told) == written.changed
        for row in rows:
            assert row.applied or row.outcome["why"] or row.status == "unchanged"
        status = "part" if written.left else "applied"
        assert session.get_one(ImportRun, run_id).status == status
        for row in told:
            problem = session.get_one(Problem, row.problem_id)
            assert problem.description == "文件里的新描述"
    chains_hold(worker, ids, own)


def test_people_wait_for_a_large_import_rather_than_fail(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'any.sqlite'}")
    with database.writing() as session:
        longest = session.scalar(text("PRAGMA busy_timeout"))
    database.dispose()
    assert longest >= 120_000, "20,000 rows were written in 24 s on a busy machine"


def test_people_and_an_undo_on_the_same_problems_lose_nothing(
    database: Database, made: City, tmp_path: Path
) -> None:
    worker = Worker(database, tmp_path, now=LATER + timedelta(hours=1))
    own, ids = settled(worker, made)
    run_id = handed_in(worker, made, own, "新", description="文件里的新描述")
    worker.apply(made, run_id)
    with database.writing() as session:
        run = session.get_one(ImportRun, run_id)
        request_undo(session, made.actors["hw_admin"], worker.now, run, queue=False)
    stop = threading.Event()
    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        working = [
            pool.submit(people_at_work, worker, made, ids, own, seed, stop)
            for seed in range(PEOPLE)
        ]
        undone = pool.submit(undo_run, worker.hands(), run_id).result(timeout=60)
        stop.set()
        assert all(one.result(timeout=60) > 0 for one in working)

    assert isinstance(undone, Undone)
    assert undone.restored + len(undone.kept) >= ROWS
    chains_hold(worker, ids, own)
    with database.reading() as session:
        states = set(session.scalars(select(Problem.state)))
        assert states <= {State.LISTED.value, State.SUBMITTED.value}


def dispatching(
    worker: Worker, city: City, ids: list[int], seed: int, start: threading.Barrier
) -> None:
    """A reviewer who sends on all of them, in an order of his own."""
    start.wait()
    for key in random.Random(seed).sample(ids, len(ids)):
        try:
            with worker.database.writing() as session:
                given = builders.route(city)
                builders.move(session, city, key, "dispatch", "reviewer", LATER, **given)
        except Refusal:
            continue


def test_an_import_and_reviewers_number_the_same_problems_once(
    database: Database, made: City, tmp_path: Path
) -> None:
    worker = Worker(database, tmp_path, now=LATER + timedelta(hours=1))
    first, then = (
        [a_row(made, n, status=status) for n in range(1, ROWS + 1)]
        for status in ("pooled", "listed")
    )
    with database.writing() as session:
        entered = a_run(session, made, first)
    worker.apply(made, entered)
    with database.writing() as session:
        run_id = a_run(session, made, then)
        ids = [int(row.problem_id or 0) for row in rows_of(session, run_id)]
    worker.ask(made, run_id)
    start = threading.Barrier(PEOPLE + 1)
    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        people = [
            pool.submit(dispatching, worker, made, ids, seed, start) for seed in range(PEOPLE)
        ]
        start.wait()
        assert apply_run(worker.hands(), run_id) is not None
        for one in people:
            one.result(timeout=60)

    with database.reading() as session:
        problems = session.scalars(select(Problem)).all()
        assert {problem.state for problem in problems} == {"listed"}
        serials = sorted(int(str(each.number).rpartition("-")[2]) for each in problems)
        assert serials == list(range(1, ROWS + 1))
        for key in ids:
            events = history.events_of(session, key)
            assert history.first_break(events) is None
            assert len(events) == 2
