"""New rows made ready before the transaction that inserts them (on SQLite)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db import Database
from app.models import Category, ImportOrigin, Problem
from app.services import history
from app.services.imports.writing import preparing
from app.services.imports.writing.applying import apply_run
from tests import builders
from tests.builders import MONDAY, City
from tests.services.imports_made import Worker, a_row, a_run, rows_of


@pytest.fixture
def made(database: Database) -> City:
    """The small city."""
    with database.writing() as session:
        return builders.make_city(session)


@pytest.fixture
def worker(database: Database, tmp_path: Path) -> Worker:
    return Worker(database, tmp_path)


def asked(worker: Worker, city: City, count: int) -> int:
    """A run of new rows that is asked to be written."""
    with worker.database.writing() as session:
        run_id = a_run(session, city, [a_row(city, n) for n in range(1, count + 1)], now=MONDAY)
    worker.ask(city, run_id)
    return run_id


def test_a_city_that_changed_meanwhile_is_written_as_it_is_now(worker: Worker, made: City) -> None:
    run_id = asked(worker, made, 3)

    def rename(session: Session) -> bool:
        session.execute(
            update(Category).where(Category.id == made.categories["rubbish"]).values(name="垃圾")
        )
        return True

    apply_run(replace(worker.hands(), hold=rename), run_id)

    with worker.database.reading() as session:
        assert set(session.scalars(select(Problem.category_name))) == {"垃圾"}


def test_several_batches_keep_the_order_of_the_rows_and_every_chain_whole(
    worker: Worker, made: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "ROWS", 2)
    monkeypatch.setattr("app.services.imports.writing.transaction.ROWS", 2)
    run_id = asked(worker, made, 5)

    apply_run(worker.hands(), run_id)

    with worker.database.reading() as session:
        rows = rows_of(session, run_id)
        problems = session.scalars(select(Problem).order_by(Problem.id)).all()
        origins = session.scalars(select(ImportOrigin).order_by(ImportOrigin.problem_id)).all()
        assert [row.problem_id for row in rows] == [problem.id for problem in problems]
        assert [origin.row for origin in origins] == [row.row for row in rows]
        assert [problem.address for problem in problems] == [
            row.record["f"]["point"] for row in rows
        ]
        assert sorted(problem.number or "" for problem in problems) == [
            problem.number for problem in problems
        ]
        for problem in problems:
            (event,) = history.events_of(session, problem.id)
            assert event.payload["number"] == problem.number
            assert history.first_break([event]) is None


def test_what_a_helper_makes_is_what_would_have_been_made_here(
    worker: Worker, made: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not worker.database.is_sqlite:
        pytest.skip("elsewhere nobody waits for an import")
    monkeypatch.setattr(preparing, "ROWS", 2)
    monkeypatch.setattr("app.services.imports.writing.transaction.ROWS", 2)
    monkeypatch.setattr(preparing, "LEAST", 2)
    monkeypatch.setattr(preparing, "SHARE", 0.5)
    monkeypatch.setattr(preparing, "cores", lambda: 2)
    run_id, here = asked(worker, made, 5), []
    batch = preparing.Preparing.batch

    def watched(*told: object) -> object:
        here.append(told)
        return batch(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(preparing.Preparing, "batch", watched)
    apply_run(worker.hands(), run_id)

    assert len(here) == 1
    with worker.database.reading() as session:
        rows = rows_of(session, run_id)
        problems = session.scalars(select(Problem).order_by(Problem.id)).all()
        assert [row.problem_id for row in rows] == [problem.id for problem in problems]
        assert [problem.address for problem in problems] == [
            row.record["f"]["point"] for row in rows
        ]
        for problem in problems:
            (event,) = history.events_of(session, problem.id)
            assert event.payload["number"] == problem.number
            assert history.first_break([event]) is None


def test_a_helper_that_dies_leaves_its_rows_to_the_transaction(
    worker: Worker, made: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not worker.database.is_sqlite:
        pytest.skip("elsewhere nobody waits for an import")
    monkeypatch.setattr(preparing, "LEAST", 1)
    monkeypatch.setattr(preparing, "SHARE", 1.0)
    monkeypatch.setattr(preparing, "cores", lambda: 2)
    monkeypatch.setattr("app.services.imports.writing.helping.BOOT", "raise SystemExit(1)")
    run_id = asked(worker, made, 3)

    apply_run(worker.hands(), run_id)

    with worker.database.reading() as session:
        assert len(session.scalars(select(Problem)).all()) == 3


def test_nothing_of_a_row_is_worked_out_while_the_database_is_locked(
    worker: Worker, made: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not worker.database.is_sqlite:
        pytest.skip("elsewhere nobody waits for an import")
    run_id, locked, late = asked(worker, made, 3), [], []

    def hold(_session: Session) -> bool:
        locked.append(True)
        return True

    entry_of = preparing.entry_of

    def watched(*told: object) -> object:
        late.extend(locked)
        return entry_of(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(preparing, "entry_of", watched)
    apply_run(replace(worker.hands(), hold=hold), run_id)

    assert locked
    assert not late
