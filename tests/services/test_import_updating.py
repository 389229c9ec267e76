"""Rows of an import whose problems are there: changed, merged, in conflict with people's work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.domain.states import State
from app.models import CoOrganisation, ImportOrigin, ImportRow, ImportRun, Photo, Problem
from app.services import history
from app.services.cells.checks import Edit
from app.services.cells.edits import edit_cells
from app.services.forms.section_values import values_of
from app.services.problems import timeline
from app.services.super_table.section_fields import all_fields
from sheets.storage import FieldSpec
from tests import builders
from tests.builders import MONDAY, City, add_section_field
from tests.services.imports_made import LATER, Worker, a_row, a_run, add_file, compare, rows_of, sha


@pytest.fixture
def made(database: Database) -> City:
    """The small city."""
    with database.writing() as session:
        return builders.make_city(session)


@pytest.fixture
def worker(database: Database, tmp_path: Path) -> Worker:
    return Worker(database, tmp_path)


def handed_in(worker: Worker, city: City, *rows: dict[str, Any], **more: Any) -> int:
    """A run with these rows."""
    with worker.database.writing() as session:
        return a_run(session, city, rows, **more)


def the_problem(worker: Worker) -> Problem:
    """The only problem there is."""
    with worker.database.reading() as session:
        return session.scalars(select(Problem)).one()


def test_what_the_file_changed_is_written_and_the_rest_stays(worker: Worker, made: City) -> None:
    worker.apply(made, handed_in(worker, made, a_row(made, 1)))
    changed = a_row(made, 1, description="垃圾堆到了路中间", status="submitted",
                    finished_at="2026-11-10", measures="已清运",
                    pictures=[("after", "done.jpg")])  # fmt: skip
    run_id = handed_in(worker, made, changed)
    written = worker.apply(made, run_id)

    assert written is not None
    assert (written.changed, written.photos) == (1, 1)
    problem = the_problem(worker)
    assert problem.description == "垃圾堆到了路中间"
    assert (problem.state, problem.remedy, problem.address) == (
        "submitted",
        "已清运",
        "中央大街1号",
    )
    with worker.database.reading() as session:
        photo = session.scalars(select(Photo)).one()
        assert (photo.problem_id, photo.phase, photo.round) == (problem.id, "after", problem.round)
        (row,) = rows_of(session, run_id)
        assert row.applied["version"] == problem.version
        assert row.applied["columns"]["description"] == ["第 1 处堆放生活垃圾", "垃圾堆到了路中间"]
        events = history.events_of(session, problem.id)
        assert [event.move for event in events] == ["import_entry", "import_update"]
        assert history.first_break(events) is None
        (_, told) = timeline.entries(events, {})
        assert told.origin is not None
        assert told.origin.texts == ()  # the row is for those who may open the import
        assert {
            ("状态", "待整改", "待核查"),
            ("问题描述", "第 1 处堆放生活垃圾", "垃圾堆到了路中间"),
        } < set(told.origin.changes)
        origin = session.scalars(select(ImportOrigin)).one()
        assert (origin.run_id, origin.values["description"]) == (run_id, "垃圾堆到了路中间")
    again = handed_in(worker, made, changed)
    with worker.database.reading() as session:
        assert [row.status for row in rows_of(session, again)] == ["unchanged"]


def test_own_cells_change_with_their_row(worker: Worker, made: City) -> None:
    with worker.database.writing() as session:
        own = add_section_field(session, MONDAY, "HW", FieldSpec(caption="车次", type="number")).id
    worker.apply(made, handed_in(worker, made, a_row(made, 1, **{own: "3"}), own=[own]))
    run_id = handed_in(worker, made, a_row(made, 1, **{own: "5"}), own=[own])
    worker.apply(made, run_id)

    with worker.database.reading() as session:
        (row,) = rows_of(session, run_id)
        field = {each.id: each for each in all_fields(session)}[own]
        assert values_of(session, int(row.problem_id or 0), [field])[own].shown == "5"
        assert len(row.applied["cells"][own]) == 2


def conflicting(worker: Worker, made: City) -> int:
    """A run whose only row differs from what a person wrote meanwhile."""
    with worker.database.writing() as session:
        own = add_section_field(session, MONDAY, "HW", FieldSpec(caption="备注", type="text")).id
    worker.apply(made, handed_in(worker, made, a_row(made, 1, **{own: "甲"}), own=[own]))
    key = the_problem(worker).id
    with worker.database.writing() as session:
        edits = [Edit(key, own, "人写的")]
        edit_cells(session, made.actors["hw_admin"], LATER, "a-person-1", edits, "edit")
    return handed_in(worker, made, a_row(made, 1, **{own: "乙"}, description="新的描述"), own=[own])


@pytest.mark.parametrize(
    ("decision", "cell", "again"),
    [("", "人写的", "conflicting"), ("pool", "人写的", "unchanged"), ("file", "乙", "unchanged")],
)
def test_a_conflict_stays_as_in_the_pool_unless_decided(
    worker: Worker, made: City, decision: str, cell: str, again: str
) -> None:
    run_id = conflicting(worker, made)
    with worker.database.writing() as session:
        (row,) = rows_of(session, run_id)
        assert row.status == "conflicting"
        row.decision = decision
        record = row.record
        (own,) = row.outcome["conflicts"]
    written = worker.apply(made, run_id)

    assert written is not None
    assert written.changed == 1
    with worker.database.reading() as session:
        problem = session.scalars(select(Problem)).one()
        field = {each.id: each for each in all_fields(session)}[own]
        assert problem.description == "新的描述"
        assert values_of(session, problem.id, [field])[own].shown == cell
    later = handed_in(worker, made, record, own=[own])
    with worker.database.reading() as session:
        assert [row.status for row in rows_of(session, later)] == [again]


def test_who_was_quicker_is_not_overwritten_but_told(worker: Worker, made: City) -> None:
    first = handed_in(worker, made, a_row(made, 1), a_row(made, 2))
    worker.apply(made, first)
    run_id = handed_in(
        worker,
        made,
        a_row(made, 1, description="文件改的1"),
        a_row(made, 2, description="文件改的2"),
    )
    with worker.database.writing() as session:
        problem = session.scalars(select(Problem).order_by(Problem.id)).first()
        assert problem is not None
        problem.description, problem.version = "人改的", problem.version + 1
    written = worker.apply(made, run_id)

    assert written is not None
    assert (written.changed, written.conflicting, written.left) == (1, 1, 1)
    with worker.database.reading() as session:
        told = session.scalars(select(Problem.description).order_by(Problem.id)).all()
        assert told == ["人改的", "文件改的2"]
        one, _ = rows_of(session, run_id)
        assert (one.status, one.applied) == ("conflicting", {})
        assert "有人改过" in one.outcome["why"]
        assert session.get_one(ImportRun, run_id).status == "part"


def test_a_change_elsewhere_in_the_row_does_not_stop_it(worker: Worker, made: City) -> None:
    worker.apply(made, handed_in(worker, made, a_row(made, 1)))
    run_id = handed_in(worker, made, a_row(made, 1, description="文件改的"))
    with worker.database.writing() as session:
        problem = session.scalars(select(Problem)).one()
        problem.community, problem.version = "人补的社区", problem.version + 1
    written = worker.apply(made, run_id)

    assert written is not None
    assert (written.changed, written.conflicting) == (1, 0)
    problem = the_problem(worker)
    assert (problem.description, problem.community) == ("文件改的", "人补的社区")


PLACE = {"lat": 41.88, "lng": 123.957}


def twin_run(session: Session, city: City) -> int:
    """A row of another section for the first row's problem, with what that did not say."""
    row = a_row(
        city, 1, no="S-9", measures="两科共同清理", community="站前社区",
        description="第 1 处堆放生活垃圾很多", pictures=[("before", "theirs.jpg")], **PLACE,
    )  # fmt: skip
    return a_run(session, city, [row], section="SZ", by="sz_admin")


def test_a_merged_twin_fills_blanks_and_brings_pictures(worker: Worker, made: City) -> None:
    worker.apply(made, handed_in(worker, made, a_row(made, 1, **PLACE)))
    with worker.database.writing() as session:
        run_id = twin_run(session, made)
        (row,) = rows_of(session, run_id)
        assert row.status == "twin"
        row.decision = "merge"
    written = worker.apply(made, run_id, by="sz_admin")

    assert written is not None
    assert (written.merged, written.photos) == (1, 1)
    problem = the_problem(worker)
    assert problem.description == "第 1 处堆放生活垃圾"
    assert (problem.community, problem.remedy) == ("站前社区", "两科共同清理")
    assert problem.state == State.LISTED.value
    with worker.database.reading() as session:
        helpers = session.scalars(select(CoOrganisation.org_id)).all()
        assert helpers == [made.orgs["SZ"]]
        origins = session.scalars(select(ImportOrigin.section_id)).all()
        assert set(origins) == {made.orgs["HW"], made.orgs["SZ"]}
        assert session.scalars(select(Photo.sha256)).all() == [sha("theirs.jpg")]
        again = session.get_one(ImportRow, rows_of(session, run_id)[0].id)
        assert again.applied["how"] == "merged"
    with worker.database.writing() as session:
        assert [row.status for row in rows_of(session, twin_run(session, made))] == ["unchanged"]


def test_twins_within_one_run_merge_into_the_row_that_is_written(
    worker: Worker, made: City
) -> None:
    with worker.database.writing() as session:
        run_id = a_run(session, made, [a_row(made, 1)], by="sysadmin")
        run = session.get_one(ImportRun, run_id)
        twin = a_row(made, 1, no="S-9", community="站前社区")
        add_file(session, made, run, [twin], "SZ")
        compare(session, run)
        told = {row.id: row for row in rows_of(session, run_id)}
        assert "twin" in {row.status for row in told.values()}
    written = worker.apply(made, run_id, by="sysadmin", twins="merge")

    assert written is not None
    assert (written.new, written.merged, written.left) == (1, 1, 0)
    assert the_problem(worker).community == "站前社区"


def test_a_twin_that_is_closed_is_only_noted(worker: Worker, made: City) -> None:
    done = a_row(made, 1, status="signed_off", finished_at="2026-11-05", signed_off_at="2026-11-06",
                 pictures=[("after", "done.jpg")], **PLACE)  # fmt: skip
    worker.apply(made, handed_in(worker, made, done))
    with worker.database.writing() as session:
        run_id = twin_run(session, made)
        (row,) = rows_of(session, run_id)
        assert row.status == "twin"
        row.decision = "merge"
    written = worker.apply(made, run_id, by="sz_admin")

    assert written is not None
    assert (written.merged, written.photos) == (1, 0)
    assert the_problem(worker).community == ""
    with worker.database.reading() as session:
        (row,) = rows_of(session, run_id)
        assert "已经办结" in row.applied["notes"][0]
