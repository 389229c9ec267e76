"""What each row of an import would do: known again by its keys, compared cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from app.db import Database
from app.domain.states import State
from app.models import ImportFile, ImportRow, ImportRun, Problem
from app.services.imports.comparing.against_pool import compare_run
from app.services.imports.reading.vocabulary import load_knowledge
from tests import builders
from tests.builders import MONDAY, City
from tests.services.imports_made import Worker, a_row, a_run, compare, rows_of, sha


@pytest.fixture
def made(database: Database) -> City:
    """The small city."""
    with database.writing() as session:
        return builders.make_city(session)


@pytest.fixture
def worker(database: Database, tmp_path: Path) -> Worker:
    return Worker(database, tmp_path)


def imported(worker: Worker, city: City, records: list[dict[str, Any]], **more: Any) -> list[int]:
    """These rows are written; gives their problems."""
    with worker.database.writing() as session:
        run_id = a_run(session, city, records, **more)
    worker.apply(city, run_id, twins="keep", by=more.get("by", "hw_admin"))
    with worker.database.reading() as session:
        return [row.problem_id or 0 for row in rows_of(session, run_id)]


def again(
    worker: Worker, city: City, records: list[dict[str, Any]], **more: Any
) -> tuple[list[ImportRow], ImportRun]:
    """The rows of another file, compared."""
    with worker.database.writing() as session:
        run_id = a_run(session, city, records, **more)
        return rows_of(session, run_id), session.get_one(ImportRun, run_id)


def set_in_pool(worker: Worker, problem_id: int, **values: Any) -> None:
    with worker.database.writing() as session:
        session.execute(update(Problem).where(Problem.id == problem_id).values(**values))


def saved_by_another_program(record: dict[str, Any]) -> dict[str, Any]:
    """The same row without seconds, without zeros in front, with other ends of lines."""
    fields = dict(record["f"])
    fields["no"] = fields["no"].lstrip("0")
    fields["reported_at"] = fields["reported_at"][:16]
    fields["description"] = fields["description"].replace("\n", "\r\n") + " "
    return record | {"f": fields, "m": ["reported_at"], "t": {}}


def test_a_file_saved_anew_reordered_and_edited_here_says_nothing_new(worker, made):
    rows = [
        a_row(made, n, no=f"00{n}", reported_at="2026-11-02T08:15:31", description=f"垃圾\n{n}堆")
        for n in range(1, 5)
    ]
    problems = imported(worker, made, rows)
    set_in_pool(worker, problems[0], description="改写过的描述", remedy="已清运", address="另一处")

    found, run = again(worker, made, [saved_by_another_program(row) for row in rows[::-1]])

    assert [row.problem_id for row in found] == problems[::-1]
    assert {row.status for row in found} == {"unchanged"}
    assert {key: run.counts[key] for key in ("new", "changed", "unchanged", "conflicting")} == {
        "new": 0, "changed": 0, "unchanged": 4, "conflicting": 0,
    }  # fmt: skip


def test_what_the_file_newly_says_is_a_change_shown_as_people_read_it(worker, made):
    imported(worker, made, [a_row(made, 1)])
    ids = {"unit": made.orgs["210402"]}

    (row,), _ = again(
        worker, made,
        [a_row(made, 1, due="2026-12-05", unit="新抚区", ids=ids, point=None, description=None,
               measures="安排清运")],
    )  # fmt: skip

    assert row.status == "broken"
    (row,), _ = again(
        worker, made, [a_row(made, 1, due="2026-12-05", unit="新抚区", ids=ids, description=None)]
    )
    assert row.status == "changed"
    assert row.outcome["changes"] == {
        "due": ["2026-11-30 23:59:59", "2026-12-05"], "unit": ["站前街道", "新抚区"],
    }  # fmt: skip
    assert row.outcome["version"] == 1


def test_where_people_and_the_file_both_moved_it_is_a_conflict(worker, made):
    (problem,) = imported(worker, made, [a_row(made, 1)])
    set_in_pool(worker, problem, description="这里改的")

    (row,), _ = again(worker, made, [a_row(made, 1, description="文件改的", measures="清运")])

    assert row.status == "conflicting"
    assert row.outcome["conflicts"] == {"description": ["这里改的", "文件改的"]}
    assert row.outcome["changes"] == {"measures": ["", "清运"]}


@pytest.mark.parametrize(
    ("here", "says", "status"),
    [
        ("listed", "submitted", "changed"),
        ("submitted", "pre_signed_off", "conflicting"),
        ("pre_signed_off", "submitted", "unchanged"),
        ("submitted", "listed", "unchanged"),
    ],
)
def test_a_file_only_moves_a_problem_forward(worker, made, here, says, status):
    (problem,) = imported(worker, made, [a_row(made, 1)])
    set_in_pool(worker, problem, state=here)

    (row,), _ = again(worker, made, [a_row(made, 1, status=says)])

    assert row.status == status
    told = row.outcome.get("notes", [])
    assert bool(told) == (says == "submitted" and here == "pre_signed_off")


@pytest.mark.parametrize(
    ("goes_on", "reached"),
    [({"status": "submitted", "finished_at": "2026-11-06"}, "submitted"),
     ({"deferral_until": "2027-03-01"}, "deferred"), ({}, "listed")],
)  # fmt: skip
def test_a_deferral_that_was_entered_as_listed_goes_on_without_a_conflict(
    worker, made, goes_on, reached
):
    (problem,) = imported(worker, made, [a_row(made, 1, status="deferred")])

    row = a_row(made, 1, **{"status": "deferred", **goes_on})
    (told,), _ = again(worker, made, [row])
    assert told.status == ("changed" if goes_on else "unchanged")
    if goes_on:
        imported(worker, made, [row])

    with worker.database.reading() as session:
        assert session.get_one(Problem, problem).state == reached
    set_in_pool(worker, problem, state="listed")  # somebody sent it back
    (told,), _ = again(worker, made, [a_row(made, 1, status="pre_signed_off")])
    assert told.status == ("conflicting" if goes_on else "changed")


def test_a_closed_problem_is_left_alone_and_the_row_says_so(worker, made):
    (problem,) = imported(worker, made, [a_row(made, 1)])
    set_in_pool(worker, problem, state=State.SIGNED_OFF.value, signed_off_at=MONDAY)

    (row,), _ = again(worker, made, [a_row(made, 1, description="又改了", measures="清运")])

    assert row.status == "unchanged"
    assert "已经销号" in row.outcome["why"]
    assert "2 处" in row.outcome["why"]


def test_our_own_numbers_lead_back_whatever_else_a_row_says(worker, made):
    (problem,) = imported(worker, made, [a_row(made, 1)])
    number = _number(worker, problem)

    rows, _ = again(
        worker, made,
        [
            a_row(made, 1, no=number), a_row(made, 7, no="FS-210402-2026-99999"),
            a_row(made, 1, no=number, description="第二次"),
        ],
    )  # fmt: skip

    assert [row.status for row in rows] == ["unchanged", "broken", "conflicting"]
    assert rows[0].problem_id == problem
    assert "没有找到这个问题，或者它不归这个科室" in rows[1].outcome["why"]


def test_another_sections_number_tells_nothing_of_its_problem(worker, made):
    (problem,) = imported(worker, made, [a_row(made, 1)])
    number = _number(worker, problem)

    (row,), _ = again(worker, made, [a_row(made, 1, no=number)], section="SZ", by="sz_admin")

    assert (row.status, row.problem_id) == ("broken", None)
    assert set(row.outcome) == {"why"}


def test_what_an_undone_import_made_is_new_again(worker, made):
    with worker.database.writing() as session:
        run_id = a_run(session, made, [a_row(made, 1)])
    worker.apply(made, run_id)
    worker.undo(made, run_id)

    (row,), _ = again(worker, made, [a_row(made, 1)])

    assert row.status == "new"


def test_a_row_that_was_corrected_is_known_when_the_file_says_it_the_old_way(worker, made):
    raw = a_row(made, 1, no=None, point="中央大街壹号")
    fixed = {**raw, "f": {**raw["f"], "point": "中央大街1号"}}
    with worker.database.writing() as session:
        run_id = a_run(session, made, [fixed])
        session.execute(update(ImportRow).values(fixes={"point": "中央大街1号"}))
    worker.apply(made, run_id)

    (row,), _ = again(worker, made, [raw])

    assert row.status == "unchanged"
    assert row.problem_id is not None


def test_a_picture_that_the_problem_has_not_is_a_change(worker, made):
    imported(worker, made, [a_row(made, 1, pictures=[("before", "one")])])

    (same,), _ = again(worker, made, [a_row(made, 1, pictures=[("before", "one")])])
    pictures = [("before", "one"), ("after", "two")]
    (more,), _ = again(worker, made, [a_row(made, 1, pictures=pictures)])

    assert same.status == "unchanged"
    assert more.status == "changed"
    assert more.outcome["pictures"] == [["after", sha("two")]]
    assert more.outcome["changes"] == {"after": ["", "+1 张"]}


def test_keys_are_proposed_and_explained_or_chosen_by_a_person(worker, made):
    rows = [a_row(made, n, no=None, point="中央大街") for n in (1, 2)]
    _, run = again(worker, made, [a_row(made, 1), a_row(made, 2)])
    section = str(made.orgs["HW"])
    assert run.counts["keys"][section]["fields"] == ["no"]
    assert "按编号认出" in run.counts["keys"][section]["why"]

    found, run = again(worker, made, rows)
    assert {row.status for row in found} == {"new"}
    assert run.counts["keys"][section]["fields"] == [
        "street", "point", "reported_at", "category", "description",
    ]  # fmt: skip

    with worker.database.writing() as session:
        run = session.get_one(ImportRun, run.id)
        run.settings = {"keys": {section: ["point"]}}
        compare(session, run)
        told, found = run.counts["keys"][section], rows_of(session, run.id)
        assert (told["fields"], told["chosen"], told["repeated"]) == (["point"], True, 1)
        assert [row.status for row in found] == ["new", "conflicting"]
        assert "第 3 行的“具体点位”相同" in found[1].outcome["why"]


def test_numbers_that_begin_anew_every_month_are_no_keys(worker, made):
    imported(worker, made, [a_row(made, n, no=str(n)) for n in (1, 2, 3)])
    march = [
        a_row(made, n + 50, no=str(n), reported_at=f"2026-11-{n + 10}", description=f"井盖旁 {n}")
        for n in (1, 2, 3)
    ]

    found, run = again(worker, made, march)

    assert run.counts["keys"][str(made.orgs["HW"])]["fields"] == ["point", "reported_at"]
    assert {row.problem_id for row in found} == {None}


def test_the_same_row_twice_counts_once_and_a_row_that_says_nothing_is_broken(worker, made):
    rows = [a_row(made, 1), a_row(made, 1), a_row(made, 2, point=None, description=None)]

    found, _ = again(worker, made, rows)

    assert [row.status for row in found] == ["new", "unchanged", "broken"]
    assert "完全相同，只算一次" in found[1].outcome["why"]
    assert "没有问题描述，也没有点位" in found[2].outcome["why"]


def test_rows_of_an_unknown_or_another_section_cannot_be_written(worker, made):
    (row,), _ = again(worker, made, [a_row(made, 1)], section="SZ", by="hw_admin")
    assert "您不能为这个科室导入" in row.outcome["why"]

    with worker.database.writing() as session:
        session.execute(update(ImportFile).values(section_id=None))
        run = session.scalars(select(ImportRun)).one()
        compare(session, run)
        assert "还不知道这个文件是哪个科室的" in rows_of(session, run.id)[0].outcome["why"]


def test_some_rows_are_compared_anew_with_those_that_were_judged_by_them(worker, made):
    with worker.database.writing() as session:
        run_id = a_run(session, made, [a_row(made, 1), a_row(made, 1), a_row(made, 3)])
        first, second, third = rows_of(session, run_id)
        assert second.status == "unchanged"
        record = a_row(made, 8)
        session.execute(update(ImportRow).where(ImportRow.id == first.id).values(record=record))
        session.execute(update(ImportRow).where(ImportRow.id == third.id).values(status="kept"))
        run = session.get_one(ImportRun, run_id)
        compare_run(session, run, load_knowledge(session, MONDAY), only={first.id})

        assert [row.status for row in rows_of(session, run_id)] == ["new", "new", "kept"]


def test_another_sections_problem_is_only_filled_where_it_is_blank(worker, made):
    (problem,) = imported(worker, made, [a_row(made, 1)])
    set_in_pool(worker, problem, lead_section_id=made.orgs["SZ"], handled_by="")

    (row,), _ = again(worker, made, [a_row(made, 1, description="改了", handler="王师傅")])

    assert row.outcome["changes"] == {"handler": ["", "王师傅"]}
    assert "由别的科室牵头，只补空白" in row.outcome["why"]


def _number(worker: Worker, problem_id: int) -> str:
    with worker.database.reading() as session:
        return session.get_one(Problem, problem_id).number or ""
