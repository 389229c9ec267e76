"""Cells edited in bulk: rights, conflicts, one answer for one batch, one event a row."""

from __future__ import annotations

import time
import uuid

import pytest
from sqlalchemy import event, insert, select, update

from app.domain.refusals import Conflict, Invalid
from app.domain.states import State
from app.models import EditBatch, Event, Problem
from app.services import history
from app.services.cells import edits as cell_edits
from app.services.cells.checks import Edit
from app.services.cells.edits import edit_cells, preview_cells
from app.services.problems import timeline
from app.services.super_table.problem_sheet import problem_sheet
from sheets.storage import FieldSpec
from tests.builders import MONDAY, add_section_field, make_city, make_problem
from tests.services.cells import make_fields, shown

REFUSED = [
    ("hw_admin", "state", "销号", "by_workflow"),
    ("hw_admin", "number", "1", "by_workflow"),
    ("hw_admin", "cover", "圆", "no_field"),
    ("reviewer", "crew", "一班", "not_allowed"),
    ("reviewer", "city", "某", "not_allowed"),
    ("zhanqian", "city", "某", "not_allowed"),
    ("sz_admin", "city", "某", "no_row"),
    ("hw_admin", "tons", "很多", "unfit"),
    ("hw_admin", "shape", "三角", "unfit"),
    ("hw_admin", "unit", "没有的街道", "unfit"),
    ("hw_admin", "unit", {"id": 99999}, "unfit"),
    ("hw_admin", "who", "站前采集员", "unfit"),  # not of this section
    ("hw_admin", "crew", {"a": 1}, "unfit"),
    ("hw_admin", "crew", {"id": 1}, "unfit"),
]


@pytest.fixture
def city(session):
    return make_city(session)


@pytest.fixture
def fields(session, city):
    return make_fields(session)


@pytest.fixture
def problems(session, city):
    return [make_problem(session, city, State.LISTED).id for _ in range(3)]


def new_batch():
    return uuid.uuid4().hex


def put(session, city, edits, by="hw_admin", batch=None, origin="edit", **more):
    wanted = [Edit(*each) for each in edits]
    return edit_cells(
        session, city.actors[by], MONDAY, batch or new_batch(), wanted, origin, **more
    )


def test_values_of_each_type_are_written_shown_and_told(session, city, fields, problems):
    one = problems[0]
    texts = {
        "tons": "3.5", "crew": "一班", "shape": "方形", "done": "是", "on": "2026/11/30",
        "unit": "站前街道", "who": "环卫管理员",
    }  # fmt: skip
    before = session.get_one(Problem, one).version
    done = put(session, city, [(one, fields[name], text, "") for name, text in texts.items()])

    wanted = texts | {"tons": "3.5 吨", "on": "2026-11-30"}
    assert {each.field_id: each.shown for each in done.changed} == {
        fields[name]: text for name, text in wanted.items()
    }
    assert done.versions == {one: before + 1}
    events = history.events_of(session, one)
    assert history.first_break(events) is None
    told = events[-1].payload
    assert told["fields"][fields["on"]] == {
        "caption": "清运日期", "type": "date", "old": "", "new": "2026-11-30",
        "was": None, "now": "2026-11-30",
    }  # fmt: skip
    assert (told["origin"], told["version"]) == ("edit", before + 1)
    assert timeline.entries(events, {})[-1].sentence == "填写了科室字段"


def test_a_row_changed_in_many_cells_gets_one_event_and_one_version(
    session, city, fields, problems
):
    put(session, city, [(row, fields[name], "1") for row in problems for name in ("tons", "crew")])

    for row in problems:
        assert history.events_of(session, row)[-1].text == "清运量；作业班组"
        assert history.first_break(history.events_of(session, row)) is None


def test_what_may_not_be_written_is_refused_with_a_sentence_and_nothing_is_written(
    session, city, fields, problems
):
    before = len(history.events_of(session, problems[0]))
    for by, name, value, code in REFUSED:
        edits = [(problems[0], fields.get(name, name), value)]
        if by == "hw_admin":
            edits.append((problems[1], fields["crew"], "二班"))
        done = put(session, city, edits, by=by)

        assert [each.code for each in done.refused] == [code], (by, name, value)
        assert done.refused[0].sentence.endswith("。")
        assert not done.written
    assert len(history.events_of(session, problems[0])) == before
    assert session.scalars(select(EditBatch)).all() == []


def test_the_columns_of_the_whole_city_are_filled_by_sections_at_work_and_administrators(
    session, city, fields, problems
):
    for by in ("hw_admin", "sysadmin"):
        assert put(session, city, [(problems[0], fields["city"], by)], by=by).written


def test_two_of_one_name_must_be_picked(session, city, fields, problems):
    from app.models import Organisation

    session.execute(
        update(Organisation).where(Organisation.code == "SZ").values(short_name="站前街道")
    )
    unclear = put(session, city, [(problems[0], fields["unit"], "站前街道")])
    picked = put(session, city, [(problems[0], fields["unit"], {"id": city.orgs["210402001"]})])

    assert "2 个单位" in unclear.refused[0].sentence
    assert picked.written


def test_a_required_cell_is_not_blanked_and_falls_back_to_its_default(
    session, city, fields, problems
):
    add = add_section_field
    plain = add(session, MONDAY, "HW", FieldSpec(caption="必填", type="text", required=True)).id
    usual = add(
        session, MONDAY, "HW",
        FieldSpec(caption="有默认", type="text", required=True, default="常规"),
    ).id  # fmt: skip
    put(session, city, [(problems[0], plain, "甲"), (problems[0], usual, "乙")])

    assert "必填" in put(session, city, [(problems[0], plain, "")]).refused[0].sentence
    assert put(session, city, [(problems[0], usual, None)]).changed[0].shown == "常规"


def test_of_two_people_the_second_sees_both_values(session, city, fields, problems):
    one, crew = problems[0], fields["crew"]
    put(session, city, [(one, crew, "一班", "")])
    late = put(session, city, [(one, crew, "二班", ""), (problems[1], crew, "二班", "")])

    assert not late.written
    assert [(each.now, each.yours) for each in late.conflicts] == [("一班", "二班")]
    assert "一班" in late.conflicts[0].sentence
    assert shown(session, city, problems[1], crew) == ""
    assert put(session, city, [(one, crew, "二班", "一班")]).written


def test_both_writing_the_same_is_no_conflict_and_no_change(session, city, fields, problems):
    put(session, city, [(problems[0], fields["crew"], "一班", "")])
    again = put(session, city, [(problems[0], fields["crew"], "一班", "")])

    assert (again.changed, again.conflicts, again.written) == ([], [], True)


def test_what_does_not_fit_can_be_left_out(session, city, fields, problems):
    one, two, three = problems
    put(session, city, [(two, fields["tons"], "9")])
    edits = [
        (one, fields["tons"], "1", ""),
        (two, fields["tons"], "2", ""),
        (three, fields["tons"], "很多"),
    ]
    asked = preview_cells(session, city.actors["hw_admin"], [Edit(*each) for each in edits])
    batch = new_batch()
    done = put(session, city, edits, skip_unfit=True, batch=batch)
    again = put(session, city, edits, skip_unfit=True, batch=batch)

    for found in (asked, done, again):
        assert [each.problem_id for each in found.changed] == [one]
        assert [each.problem_id for each in found.conflicts] == [two]
        assert [each.problem_id for each in found.refused] == [three]
    assert (asked.written, done.written, again.repeated) == (False, True, True)
    assert shown(session, city, two, fields["tons"]) == "9 吨"


def test_one_batch_sent_twice_writes_once(session, city, fields, problems):
    batch, edits = new_batch(), [(row, fields["crew"], "一班", "") for row in problems]
    first = put(session, city, edits, batch=batch)
    put(session, city, [(problems[0], fields["crew"], "二班")])
    again = put(session, city, edits, batch=batch)

    assert again.repeated
    assert (again.changed, again.versions) == (first.changed, first.versions)
    assert shown(session, city, problems[0], fields["crew"]) == "二班"
    with pytest.raises(Conflict):
        put(session, city, edits[:1], batch=batch)
    with pytest.raises(Conflict):
        put(session, city, edits, batch=batch, by="sz_admin")


def test_a_batch_has_an_id_that_can_be_one(session, city, fields, problems):
    edits = [Edit(problems[0], fields["crew"], "一班")]
    for batch in ("", "short", "a" * 41, "bad id here", "x'; DROP TABLE--"):
        with pytest.raises(Invalid):
            edit_cells(session, city.actors["hw_admin"], MONDAY, batch, edits, "edit")


def test_too_many_cells_and_a_cell_named_twice_are_told(session, city, fields, problems):
    many = [(row, fields["crew"], "一") for row in range(1, cell_edits.MOST + 2)]
    with pytest.raises(Invalid, match="20,000"):
        put(session, city, many)
    with pytest.raises(Invalid, match="两次"):
        put(session, city, [(problems[0], fields["crew"], each) for each in "一二"])


def test_columns_a_rule_locks_cannot_be_written(session, city, fields, problems):
    from dataclasses import replace

    from app.domain.roles import Rights

    actor = replace(city.actors["hw_admin"], rights=Rights(locked=frozenset({fields["crew"]})))
    edits = [Edit(problems[0], fields["crew"], "一班")]

    assert problem_sheet(session, actor).field(fields["crew"]).readonly
    done = edit_cells(session, actor, MONDAY, new_batch(), edits, "edit")
    assert [each.code for each in done.refused] == ["readonly"]


def test_five_thousand_cells_are_pasted_in_few_statements(session, city, fields, problems):
    first = session.get_one(Problem, problems[0])
    plain = {
        column.name: getattr(first, column.name)
        for column in Problem.__mapper__.columns
        if column.name not in {"id", "number"}
    }
    rows = [plain | {"number": f"P{n}"} for n in range(1_250)]
    session.execute(insert(Problem.__table__), rows)
    ids = session.scalars(select(Problem.id).where(Problem.number.like("P%"))).all()
    texts = {"tons": "2", "crew": "三班", "unit": "站前街道", "on": "2026-11-30"}
    edits = [(row, fields[name], text, "") for row in ids for name, text in texts.items()]

    asked = []
    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    started = time.process_time()
    done = put(session, city, edits, origin="paste")
    took = time.process_time() - started

    assert len(done.changed) == 5_000
    assert session.query(Event).filter(Event.problem_id.in_(ids)).count() == 1_250
    assert 10 < len(asked) < 40, asked  # for 1,250 rows of four columns
    assert took < 2.0, took
