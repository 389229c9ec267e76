"""What the city's own table computes: by its calendar, for those who see what it is made of."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.calendars import LOCAL, local_date
from app.domain.refusals import Invalid, NotAllowed
from app.domain.states import State
from app.models import Problem
from app.services.forms import section_values
from app.services.lists.pages import list_problems
from app.services.super_table import field_admin
from app.services.super_table.problem_sheet import problem_sheet
from app.services.world import load_calendar
from sheets.storage import FieldChange, FieldSpec
from tests.builders import MONDAY, add_section_field, make_city, make_problem


@pytest.fixture
def city(session):
    return make_city(session)


@pytest.fixture
def problem(session, city):
    return make_problem(session, city, State.LISTED)


def add(session, caption, kind, section="HW", **options):
    spec = FieldSpec(caption=caption, type=kind, options=options)
    return add_section_field(session, MONDAY, section, spec)


def value(session, actor, problem, field_id, now=MONDAY):
    field = problem_sheet(session, actor, now).field(field_id)
    raw = session.execute(select(field.column).where(Problem.id == problem.id)).scalar()
    return field.kind.load(raw)


def test_working_days_are_the_citys_and_today_is_the_days_request(session, city, problem):
    left = add(session, "剩余工作日", "formula", formula="工作日数(今天(), “2026-10-12”)")
    due = add(session, "七个工作日后", "formula", formula="加工作日({上报时间}, 7)")
    hw = city.actors["hw_admin"]
    calendar = load_calendar(session)
    for day in (date(2026, 9, 24), date(2026, 10, 9)):
        now = datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL)
        expected = calendar.workdays_between(day, date(2026, 10, 12))
        assert value(session, hw, problem, left.id, now) == expected
    session.refresh(problem)
    start = problem.pooled_at.astimezone(LOCAL).date()
    assert value(session, hw, problem, due.id) == calendar.add_workdays(start, 7)[0]


def test_days_left_are_those_the_clock_tells_also_under_a_caption_of_ones_own(
    session, city, problem
):
    own = add(session, "还剩几天", "lookup", of="days_left")
    hw, calendar = city.actors["hw_admin"], load_calendar(session)
    due = local_date(problem.due_at)
    for days in (-20, -1, 0, 1, 40):
        now = problem.due_at + timedelta(days=days)
        today = local_date(now)
        left = calendar.workdays_between(today, due) - calendar.workdays_between(due, today)
        assert value(session, hw, problem, "days_left", now) == left
        assert value(session, hw, problem, own.id, now) == left
    closed = make_problem(session, city, State.SIGNED_OFF)
    assert value(session, hw, closed, "days_left") is None


def test_a_computed_column_filters_and_sorts_a_list_and_is_not_written(session, city, problem):
    tons = add(session, "清运量", "number", unit="吨")
    double = add(session, "两倍", "formula", formula="{清运量} * 2", unit="吨")
    state = add(session, "现在的状态", "lookup", of="state")
    number = add(session, "科室编号", "auto_number", prefix="HW-", digits=5)
    hw = city.actors["hw_admin"]
    given = {tons.id: "3"}
    section_values.save(session, hw, MONDAY, problem.id, city.orgs["HW"], given)
    pairs = [
        (f"f.{double.id}.gte", "6"), (f"f.{state.id}.is", "listed"),
        (f"f.{number.id}.is", f"HW-{problem.id:05}"), ("sort", f"-{double.id}"),
    ]  # fmt: skip
    found = list_problems(session, hw, MONDAY, "all", pairs)
    assert [row.id for row in found.rows] == [problem.id]
    told = {
        each.field.caption: each.shown
        for group in section_values.groups_of(session, hw, problem)
        for each in group.values
    }
    assert (told["两倍"], told["科室编号"]) == ("6 吨", f"HW-{problem.id:05}")
    assert told["现在的状态"]
    for field in (double, state, number):
        with pytest.raises((Invalid, NotAllowed)):
            section_values.save(session, hw, MONDAY, problem.id, city.orgs["HW"], {field.id: "1"})


def test_a_formula_may_use_the_number_of_a_row_also_when_it_is_changed(session, city):
    add(session, "科室编号", "auto_number", prefix="HW-")
    label = add(session, "标签", "formula", formula="{科室编号}")
    change = FieldChange(options={"formula": "{科室编号} & “号”"}, version=1)
    field_admin.change(session, city.actors["hw_admin"], MONDAY, label.id, change)
    assert problem_sheet(session, city.actors["hw_admin"], MONDAY).field(label.id).trouble == ""
