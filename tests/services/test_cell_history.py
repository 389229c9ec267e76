"""What became of a cell, from all that changes cells, and back to any of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.refusals import NotFound
from app.domain.roles import Rights
from app.domain.states import State
from app.services import admin_history
from app.services.cells.story import FIRST, cell_history, cell_story, restore
from app.services.forms import section_values
from sheets.converting import convert_field, undo_conversion
from sheets.storage import load_fields, set_values
from tests.builders import MONDAY, make_city, make_problem
from tests.services.cells import Desk, make_fields, shown

A, B, C = "change-a", "change-b", "change-c"


@pytest.fixture
def city(session):
    return make_city(session)


@pytest.fixture
def fields(session, city):
    return make_fields(session)


@pytest.fixture
def desk(session, city, fields):
    return Desk(session, city)


@pytest.fixture
def row(session, city):
    return make_problem(session, city, State.LISTED).id


def lines(session, city, row, field_id, by="hw_admin"):
    found = cell_history(session, city.actors[by], row, field_id)
    return [(each.how, each.old, each.new) for each in found]


def test_every_way_of_changing_a_cell_is_in_its_history(session, city, desk, fields, row):
    crew = fields["crew"]
    desk.put(A, (row, crew, "一班"), origin="paste")
    desk.put(B, (row, crew, "二班"), (row, fields["tons"], "1"), origin="fill")
    desk.undo(B, C)
    section_values.save(
        session, city.actors["hw_admin"], desk.later(), row, city.orgs["HW"], {crew: "三班"}
    )

    assert lines(session, city, row, crew) == [
        ("粘贴", "", "一班"),
        ("向下填充", "一班", "二班"),
        ("撤销", "二班", "一班"),
        ("表单填写", "一班", "三班"),
    ]
    first = cell_history(session, city.actors["reviewer"], row, crew)[0]
    assert (first.who, first.batch) == ("环境卫生科 环卫管理员", A)


def test_any_earlier_value_comes_back_also_the_one_before_all(session, city, desk, fields, row):
    tons = fields["tons"]
    field = next(each for each in load_fields(session, "problem") if each.id == tons)
    set_values(session, "problem", "id", row, {field: 7.5})  # from before there was a history
    desk.put(A, (row, tons, "1"))
    desk.put(B, (row, tons, "2"))
    versions = cell_history(session, city.actors["hw_admin"], row, tons)
    assert [each.new for each in versions] == ["7.5 吨", "1 吨", "2 吨"]

    for version in (versions[1], versions[0]):
        actor = city.actors["hw_admin"]
        restore(session, actor, desk.later(), row, tons, version.event, f"restore-{version.event}")
        assert shown(session, city, row, tons) == version.new
    assert versions[0].event == FIRST
    with pytest.raises(NotFound):
        restore(session, city.actors["hw_admin"], desk.later(), row, tons, 999, "restore-999")


def test_a_value_that_changed_under_ones_eyes_is_not_overwritten(session, city, desk, fields, row):
    desk.put(A, (row, fields["crew"], "一班"))
    desk.put(B, (row, fields["crew"], "二班"))
    event = cell_history(session, city.actors["hw_admin"], row, fields["crew"])[0].event

    late = restore(
        session, city.actors["hw_admin"], desk.later(), row, fields["crew"], event, C, "三班"
    )
    assert [(each.now, each.yours) for each in late.conflicts] == [("二班", "一班")]


def test_changes_of_the_columns_type_stand_between(session, city, desk, fields, row):
    crew, actor = fields["crew"], city.actors["hw_admin"]
    desk.put(A, (row, crew, "12"))
    at = desk.later()
    done = convert_field(session, crew, "number", None, at)
    admin_history.record(session, actor, at, admin_history.FIELDS, "converted", crew, "改了类型")
    desk.put(B, (row, crew, "13"))
    event = cell_history(session, actor, row, crew)[0].event
    restore(session, actor, desk.later(), row, crew, event, C)
    undo_conversion(session, done.id, desk.later())

    assert lines(session, city, row, crew) == [
        ("填写", "", "12"),
        ("字段改为“数字”类型", "单行文字", "数字"),
        ("填写", "12", "13"),
        ("恢复", "13", "12"),
        ("字段改回“单行文字”类型", "数字", "单行文字"),
    ]
    assert cell_history(session, actor, row, crew)[1].who == "环卫管理员"
    assert shown(session, city, row, crew) == "12"


def test_fixed_columns_tell_the_moves_that_changed_them(session, city, row):
    assert lines(session, city, row, "state", by="reviewer") == [
        ("存为草稿", "", "草稿"),
        ("上报了问题", "草稿", "待审核"),
        ("审核通过并下发", "待审核", "待整改"),
    ]
    assert lines(session, city, row, "lead_section", by="reviewer")[-1][2] == "环境卫生科"
    assert lines(session, city, row, "due_at", by="reviewer")[0][2].startswith("2026-11-25")
    assert not cell_story(session, city.actors["reviewer"], row, "state").may_edit
    assert not cell_story(session, city.actors["reviewer"], row, "address").told_whole


def test_who_does_not_see_row_or_column_is_told_nothing(session, city, desk, fields, row):
    hidden = replace(city.actors["hw_admin"], rights=Rights(hidden=frozenset({fields["crew"]})))
    for actor, field_id in (
        (city.actors["sz_admin"], fields["city"]),
        (city.actors["zhanqian"], fields["crew"]),
        (city.actors["hw_admin"], fields["cover"]),
        (city.actors["hw_admin"], "f_999"),
        (hidden, fields["crew"]),
    ):
        with pytest.raises(NotFound):
            cell_history(session, actor, row, field_id)
        with pytest.raises(NotFound):
            restore(session, actor, MONDAY, row, field_id, 1, "restore-it")
