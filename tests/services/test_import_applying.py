"""Writing an import: new rows, changed ones, pictures, cells, all in one transaction."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db import Database
from app.domain.refusals import Conflict, NotAllowed
from app.domain.states import State
from app.models import AdminEvent, ImportOrigin, ImportRun, Photo, Problem, User
from app.services import history
from app.services.forms.section_values import values_of
from app.services.imports.writing.applying import apply_run
from app.services.super_table.section_fields import all_fields
from sheets.storage import FieldSpec
from tests import builders
from tests.builders import MONDAY, City, add_section_field
from tests.services.imports_made import (
    Worker,
    a_row,
    a_run,
    rows_of,
    sha,
)


@pytest.fixture
def made(database: Database) -> City:
    """The small city."""
    with database.writing() as session:
        return builders.make_city(session)


@pytest.fixture
def worker(database: Database, tmp_path: Path) -> Worker:
    return Worker(database, tmp_path)


def entered(worker: Worker, city: City, count: int = 3, **changes: object) -> int:
    """A run of some new rows that was written."""
    with worker.database.writing() as session:
        run_id = a_run(session, city, [a_row(city, n, **changes) for n in range(1, count + 1)])
    worker.apply(city, run_id)
    return run_id


def test_new_rows_become_problems_with_number_event_and_origin(worker: Worker, made: City) -> None:
    run_id = entered(worker, made)

    with worker.database.reading() as session:
        run = session.get_one(ImportRun, run_id)
        rows = rows_of(session, run_id)
        problems = session.scalars(select(Problem).order_by(Problem.id)).all()
        origins = session.scalars(select(ImportOrigin)).all()
        assert run.status == "applied"
        assert run.counts["written"] == {
            "new": 3, "changed": 0, "merged": 0, "photos": 0, "conflicting": 0, "left": 0,
        }  # fmt: skip
        assert [row.problem_id for row in rows] == [problem.id for problem in problems]
        assert [row.applied["how"] for row in rows] == ["new"] * 3
        assert {problem.state for problem in problems} == {"listed"}
        assert len({problem.number for problem in problems}) == 3
        assert {(origin.problem_id, origin.row) for origin in origins} == {
            (row.problem_id, row.row) for row in rows
        }
        for problem in problems:
            (event,) = history.events_of(session, problem.id)
            assert event.move == "import_entry"
            assert event.payload["file"] == "HW.xlsx"
            assert history.first_break([event]) is None
        told = session.scalars(select(AdminEvent).where(AdminEvent.topic == "imports")).one()
        assert "新建 3 条" in told.text


def test_the_same_file_again_changes_nothing(worker: Worker, made: City) -> None:
    entered(worker, made, pictures=[("before", "a.jpg")])

    with worker.database.writing() as session:
        again = a_run(session, made, [a_row(made, n) for n in (1, 2, 3)])
        assert {row.status for row in rows_of(session, again)} == {"unchanged"}
        run = session.get_one(ImportRun, again)
    with pytest.raises(Conflict, match="没有可以写入"):
        worker.ask(made, run.id)


def test_pictures_become_photos_of_their_phase_and_round(worker: Worker, made: City) -> None:
    before, after = [("before", "a.jpg"), ("before", "b.jpg")], [("after", "c.jpg")]
    with worker.database.writing() as session:
        rows = [
            a_row(made, 1, pictures=before + after, status="submitted", finished_at="2026-11-10"),
            a_row(made, 2, pictures=[("after", "d.jpg")]),
            a_row(made, 3, pictures=[("before", "a.jpg")]),
        ]
        run_id = a_run(session, made, rows)
        for row in rows_of(session, run_id):  # the same picture makes twins of the rows
            row.decision = "keep" if row.status == "twin" else ""
    written = worker.apply(made, run_id)

    assert written is not None
    assert written.photos == 4
    with worker.database.reading() as session:
        one, two, three = rows_of(session, run_id)
        photos = session.scalars(select(Photo).order_by(Photo.problem_id, Photo.position)).all()
        attached = {
            (photo.problem_id, photo.phase, photo.round, photo.position): photo.sha256
            for photo in photos
            if photo.problem_id is not None
        }
        assert attached == {
            (one.problem_id, "before", 0, 0): sha("a.jpg"),
            (one.problem_id, "before", 0, 1): sha("b.jpg"),
            (one.problem_id, "after", 1, 0): sha("c.jpg"),
            (two.problem_id, "after", 1, 0): sha("d.jpg"),
        }
        assert all(photo.imported and photo.coord_source == "import" for photo in photos)
        assert three.applied["notes"] == ["图片“a.jpg”在本次导入的另一行已经用过，没有再次导入。"]
        (event,) = history.events_of(session, int(one.problem_id or 0))
        assert len(event.payload["photos"]) == 3


def test_a_picture_used_on_another_problem_is_left_out_with_a_note(
    worker: Worker, made: City
) -> None:
    with worker.database.writing() as session:
        owner = made.actors["zhanqian"]
        photo_id = builders.make_photo(session, owner, content="a.jpg")
        photo = session.get_one(Photo, photo_id)
        problem = builders.make_problem(session, made, State.LISTED)
        photo.problem_id = problem.id
        number = problem.number
        rows = [a_row(made, 1, pictures=[("before", "a.jpg"), ("before", "b.jpg")])]
        run_id = a_run(session, made, rows)
        rows_of(session, run_id)[0].decision = "keep"
    written = worker.apply(made, run_id)

    assert written is not None
    assert (written.new, written.photos) == (1, 1)
    with worker.database.reading() as session:
        (row,) = rows_of(session, run_id)
        assert row.applied["notes"] == [f"图片“a.jpg”已用于 {number}，没有再次导入。"]


def test_own_cells_are_filled_and_have_their_history(worker: Worker, made: City) -> None:
    with worker.database.writing() as session:
        spec = FieldSpec(caption="清运车次", type="number")
        own = add_section_field(session, MONDAY, "HW", spec).id
        rows = [a_row(made, 1, **{own: "3"}), a_row(made, 2)]
        run_id = a_run(session, made, rows, own=[own])
    worker.apply(made, run_id)

    with worker.database.reading() as session:
        one, two = rows_of(session, run_id)
        field = {each.id: each for each in all_fields(session)}[own]
        values = values_of(session, int(one.problem_id or 0), [field])
        assert values[own].shown == "3"
        events = history.events_of(session, int(one.problem_id or 0))
        assert [event.move for event in events] == ["import_entry", "edit_fields"]
        assert events[1].payload["origin"] == "import"
        assert history.first_break(events) is None
        assert session.get_one(Problem, one.problem_id).version == one.applied["version"] == 2
        assert two.applied["version"] == 1


def test_a_part_and_then_the_rest(worker: Worker, made: City) -> None:
    with worker.database.writing() as session:
        run_id = a_run(session, made, [a_row(made, n) for n in range(1, 6)])
        ids = [row.id for row in rows_of(session, run_id)]
    first = worker.apply(made, run_id, ids[1:3])
    with worker.database.reading() as session:
        assert session.get_one(ImportRun, run_id).status == "part"
    rest = worker.apply(made, run_id)

    assert first is not None
    assert rest is not None
    assert [(one.new, one.left) for one in (first, rest)] == [(2, 3), (3, 0)]
    with worker.database.reading() as session:
        run = session.get_one(ImportRun, run_id)
        assert (run.status, run.counts["written"]["new"]) == ("applied", 5)
        assert session.scalar(select(func.count()).select_from(Problem)) == 5


def test_undecided_twins_wait_and_skipped_rows_stay_out(worker: Worker, made: City) -> None:
    with worker.database.writing() as session:
        run_id = a_run(session, made, [a_row(made, n) for n in range(1, 5)])
        one, two, three, four = rows_of(session, run_id)
        one.status, two.status, two.decision = "twin", "twin", "skip"
        three.decision, four.status = "skip", "broken"
    with pytest.raises(Conflict):
        worker.ask(made, run_id)
    written = worker.apply(made, run_id, twins="keep")

    assert written is not None
    assert (written.new, written.left) == (1, 0)


def test_only_whoever_may_import_for_the_section_writes(worker: Worker, made: City) -> None:
    with worker.database.writing() as session:
        run_id = a_run(session, made, [a_row(made, 1)])
    for login in ("zhanqian", "sz_admin", "leader"):
        with pytest.raises(NotAllowed):
            worker.ask(made, run_id, by=login)
    assert worker.apply(made, run_id, by="sysadmin") is not None


def test_rights_are_asked_again_when_the_worker_comes_to_it(worker: Worker, made: City) -> None:
    with worker.database.writing() as session:
        run_id = a_run(session, made, [a_row(made, 1)])
    worker.ask(made, run_id)
    with worker.database.writing() as session:
        session.get_one(User, made.users["hw_admin"]).is_active = False
    assert apply_run(worker.hands(), run_id) is None
    with worker.database.reading() as session:
        run = session.get_one(ImportRun, run_id)
        assert (run.status, "停用" in run.sentence) == ("ready", True)
        assert session.scalar(select(func.count()).select_from(Problem)) == 0
