"""Taking an import back: what nobody touched goes, what people changed is kept and listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db import Database
from app.domain.refusals import Conflict, NotAllowed
from app.domain.states import State
from app.models import AdminEvent, CoOrganisation, ImportOrigin, ImportRun, Photo, Problem
from app.services import history
from app.services.cells.checks import Edit
from app.services.cells.edits import edit_cells
from app.services.forms.section_values import values_of
from app.services.imports.writing.undo_plan import plan_undo, rows_written
from app.services.super_table.section_fields import all_fields
from sheets.storage import FieldSpec
from tests import builders
from tests.builders import MONDAY, City, add_section_field
from tests.services.imports_made import LATER, Worker, a_row, a_run, rows_of, sha


@pytest.fixture
def made(database: Database) -> City:
    """The small city."""
    with database.writing() as session:
        return builders.make_city(session)


@pytest.fixture
def worker(database: Database, tmp_path: Path) -> Worker:
    return Worker(database, tmp_path)


def written(worker: Worker, city: City, *rows: dict[str, Any], **more: Any) -> int:
    """A run with these rows that was written."""
    with worker.database.writing() as session:
        run_id = a_run(session, city, rows, **more)
    worker.apply(city, run_id)
    return run_id


def problems(worker: Worker) -> list[Problem]:
    """All problems in the order they came."""
    with worker.database.reading() as session:
        return list(session.scalars(select(Problem).order_by(Problem.id)))


def test_new_problems_go_and_come_again_as_new_with_their_pictures(
    worker: Worker, made: City
) -> None:
    rows = [a_row(made, n, pictures=[("before", f"{n}.jpg")]) for n in (1, 2)]
    run_id = written(worker, made, *rows)
    undone = worker.undo(made, run_id)

    assert undone is not None
    assert (undone.voided, undone.photos, undone.kept) == (2, 2, [])
    with worker.database.reading() as session:
        for problem in problems(worker):
            assert (problem.state, problem.void_reason) == ("void", "import_undone")
            events = history.events_of(session, problem.id)
            assert [event.move for event in events] == ["import_entry", "undo_import"]
            assert history.first_break(events) is None
        run = session.get_one(ImportRun, run_id)
        assert (run.status, run.counts["kept"]) == ("undone", [])
        origins = session.scalars(select(ImportOrigin)).all()
        assert all(origin.withdrawn_at is not None for origin in origins)
        told = session.scalars(select(AdminEvent.kind).order_by(AdminEvent.id)).all()
        assert told == ["apply", "undo"]

    again = written(worker, made, *rows)
    with worker.database.reading() as session:
        fresh = rows_of(session, again)
        assert [row.applied["how"] for row in fresh] == ["new", "new"]
        attached = session.scalars(select(Photo).where(Photo.problem_id.is_not(None))).all()
        assert {photo.problem_id for photo in attached} == {row.problem_id for row in fresh}
        assert {photo.sha256 for photo in attached} == {sha("1.jpg"), sha("2.jpg")}


def test_what_people_worked_on_is_kept_and_listed(worker: Worker, made: City) -> None:
    run_id = written(worker, made, a_row(made, 1), a_row(made, 2), a_row(made, 3))
    one, *_ = problems(worker)
    with worker.database.writing() as session:
        given = builders.remedy()
        builders.move(session, made, one.id, "submit", "zhanqian", LATER, photos=1, **given)
    with worker.database.reading() as session:
        foreseen = plan_undo(session, rows_written(session, run_id), touched=False)
    undone = worker.undo(made, run_id)

    assert undone is not None
    assert undone.voided == len(foreseen.void) == 2
    assert [kept.problem_id for kept in undone.kept] == [one.id]
    assert {kept.problem_id: kept.why for kept in undone.kept} == foreseen.kept
    assert undone.kept[0].number == one.number
    assert [problem.state for problem in problems(worker)] == ["submitted", "void", "void"]
    with worker.database.reading() as session:
        run = session.get_one(ImportRun, run_id)
        assert [kept["problem_id"] for kept in run.counts["kept"]] == [one.id]
    with worker.database.writing() as session:  # what is kept is known again, the rest is new
        again = a_run(session, made, [a_row(made, n) for n in (1, 2)])
        statuses = [row.status for row in rows_of(session, again)]
        assert statuses == ["unchanged", "new"]


def test_touched_problems_go_too_where_that_is_asked_for(worker: Worker, made: City) -> None:
    run_id = written(worker, made, a_row(made, 1))
    (one,) = problems(worker)
    with worker.database.writing() as session:
        given = builders.remedy()
        builders.move(session, made, one.id, "submit", "zhanqian", LATER, photos=1, **given)
    undone = worker.undo(made, run_id, touched=True)

    assert undone is not None
    assert (undone.voided, undone.kept) == (1, [])
    assert problems(worker)[0].state == "void"


def test_changed_values_are_put_back_with_state_and_clock(worker: Worker, made: City) -> None:
    written(worker, made, a_row(made, 1))
    (before,) = problems(worker)
    change = a_row(made, 1, description="改过的描述", status="submitted", finished_at="2026-11-10",
                   pictures=[("after", "done.jpg")])  # fmt: skip
    run_id = written(worker, made, change)
    assert problems(worker)[0].state == "submitted"
    undone = worker.undo(made, run_id)

    assert undone is not None
    assert (undone.voided, undone.restored, undone.photos, undone.kept) == (0, 1, 1, [])
    (after,) = problems(worker)
    passing = {"version", "updated_at"}
    for column in Problem.__table__.columns:
        if column.name not in passing:
            assert getattr(after, column.name) == getattr(before, column.name), column.name
    with worker.database.reading() as session:
        events = history.events_of(session, after.id)
        assert [event.move for event in events] == ["import_entry", "import_update", "undo_import"]
        assert history.first_break(events) is None
        origin = session.scalars(select(ImportOrigin)).one()
        assert origin.values["description"] == before.description
        assert origin.withdrawn_at is None
        assert session.scalars(select(Photo.problem_id)).all() == [None]
    with worker.database.writing() as session:
        again = a_run(session, made, [change])
        assert [row.status for row in rows_of(session, again)] == ["changed"]


def test_a_value_changed_since_stays_and_the_others_go_back(worker: Worker, made: City) -> None:
    with worker.database.writing() as session:
        own = [
            add_section_field(session, MONDAY, "HW", FieldSpec(caption=name, type="text")).id
            for name in ("甲", "乙")
        ]
    first = {own[0]: "旧甲", own[1]: "旧乙"}
    second = {own[0]: "新甲", own[1]: "新乙"}
    written(worker, made, a_row(made, 1, **first), own=own)
    run_id = written(worker, made, a_row(made, 1, **second, description="新描述"), own=own)
    (problem,) = problems(worker)
    with worker.database.writing() as session:
        edits = [Edit(problem.id, own[1], "人写的")]
        edit_cells(session, made.actors["hw_admin"], LATER, "a-person-1", edits, "edit")
    undone = worker.undo(made, run_id)

    assert undone is not None
    assert undone.restored == 1
    assert [kept.problem_id for kept in undone.kept] == [problem.id]
    assert "1 处" in undone.kept[0].why
    with worker.database.reading() as session:
        fields = [each for each in all_fields(session) if each.id in own]
        shown = values_of(session, problem.id, fields)
        assert [shown[each].shown for each in own] == ["旧甲", "人写的"]
    assert problems(worker)[0].description == "第 1 处堆放生活垃圾"


def test_a_merge_is_taken_off_the_others_problem(worker: Worker, made: City) -> None:
    place = {"lat": 41.88, "lng": 123.957}
    written(worker, made, a_row(made, 1, **place))
    with worker.database.writing() as session:
        row = a_row(
            made, 1, no="S-9", community="站前社区", pictures=[("before", "t.jpg")], **place
        )
        run_id = a_run(session, made, [row], section="SZ", by="sz_admin")
        rows_of(session, run_id)[0].decision = "merge"
    worker.apply(made, run_id, by="sz_admin")
    assert problems(worker)[0].community == "站前社区"
    undone = worker.undo(made, run_id, by="sz_admin")

    assert undone is not None
    assert (undone.voided, undone.restored, undone.photos) == (0, 1, 1)
    (problem,) = problems(worker)
    assert (problem.community, problem.state) == ("", State.LISTED.value)
    with worker.database.reading() as session:
        assert session.scalars(select(CoOrganisation.org_id)).all() == []
        standing = select(ImportOrigin.section_id).where(ImportOrigin.withdrawn_at.is_(None))
        assert session.scalars(standing).all() == [made.orgs["HW"]]


def test_an_import_is_taken_back_once_and_by_whoever_may(worker: Worker, made: City) -> None:
    run_id = written(worker, made, a_row(made, 1))
    with pytest.raises(NotAllowed):
        worker.undo(made, run_id, by="sz_admin")
    assert worker.undo(made, run_id) is not None
    with pytest.raises(Conflict, match="已撤销"):
        worker.undo(made, run_id)
