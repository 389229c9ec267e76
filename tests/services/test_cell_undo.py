"""Taking one's own changes back and doing them again, also when others were at work meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.refusals import Conflict, NotFound
from app.domain.roles import Rights
from app.domain.states import State
from app.models import Problem
from app.services import history
from sheets.storage import retire_field
from tests.builders import MONDAY, make_city, make_problem
from tests.services.cells import Desk, make_fields, shown

A, B, C, D, E = (f"change-{letter}" for letter in "abcde")
VALUES = {
    "tons": ("3.5", "4", "3.5 吨"), "crew": ("一班", "二班", "一班"),
    "shape": ("圆形", "方形", "圆形"), "done": ("是", "否", "是"),
    "on": ("2026-11-30", "2026-12-01", "2026-11-30"),
    "at": ("2026-11-30 09:30", "2026-12-01 10:00", "2026-11-30 09:30"),
    "unit": ("站前街道", "福民街道", "站前街道"), "who": ("环卫管理员", None, "环卫管理员"),
}  # fmt: skip


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


def test_values_of_all_types_come_back_and_go_again(session, city, desk, fields, row):
    def cells():
        return [shown(session, city, row, fields[name]) for name in VALUES]

    desk.put(A, *((row, fields[name], first) for name, (first, _, _) in VALUES.items()))
    desk.put(B, *((row, fields[name], second) for name, (_, second, _) in VALUES.items()))
    after, before = cells(), [text for _, _, text in VALUES.values()]

    assert [each.shown for each in desk.undo(B, C).changed] == before
    assert cells() == before
    assert desk.undo(C, D).fits
    assert cells() == after
    desk.undo(D, E)
    desk.undo(A, "change-f")
    assert set(cells()) == {""}
    assert history.first_break(history.events_of(session, row)) is None


def test_a_cell_somebody_changed_since_is_left_and_both_values_are_told(
    session, city, desk, fields, row
):
    other = make_problem(session, city, State.LISTED).id
    crew, tons = fields["crew"], fields["tons"]
    desk.put(A, (row, crew, "一班"), (row, tons, "1"), (other, crew, "一班"))
    session.get_one(Problem, row).responsible_org_id = city.orgs["SZ"]
    session.flush()
    desk.put(B, (row, crew, "二班"))

    undone = desk.undo(A, C)

    assert [(each.problem_id, each.now, each.yours) for each in undone.conflicts] == [
        (row, "二班", "")
    ]
    assert {(each.problem_id, each.field_id) for each in undone.changed} == {
        (row, tons), (other, crew)
    }  # fmt: skip
    assert shown(session, city, row, crew) == "二班"


def test_rights_are_asked_again(session, city, desk, fields, row):
    desk.put(A, (row, fields["crew"], "一班"))
    problem = session.get_one(Problem, row)
    problem.lead_section_id = city.orgs["SZ"]
    session.flush()

    undone = desk.undo(A, B)

    assert [each.code for each in undone.refused] == ["no_row"]
    assert shown(session, city, row, fields["city"]) == ""


def test_what_went_out_of_sight_since_is_not_told(session, city, desk, fields, row):
    desk.put(A, (row, fields["crew"], "一班"), (row, fields["tons"], "1"))
    desk.put(B, (row, fields["crew"], "二班"))
    hidden = Rights(hidden=frozenset({fields["crew"]}))
    city.actors["hw_admin"] = replace(city.actors["hw_admin"], rights=hidden)

    undone = desk.undo(B, C)
    again = desk.undo(B, C)

    assert [(each.code, each.value) for each in undone.refused] == [("no_field", "")]
    assert (undone.changed, again.changed) == ([], [])
    assert shown(session, city, row, fields["crew"]) == "二班"


def test_a_field_retired_since_is_told(session, desk, fields, row):
    desk.put(A, (row, fields["crew"], "一班"), (row, fields["tons"], "1"))
    retire_field(session, fields["crew"], MONDAY)

    undone = desk.undo(A, B)

    assert [each.code for each in undone.refused] == ["no_field"]
    assert [each.field_id for each in undone.changed] == [fields["tons"]]


def test_only_ones_own_and_only_once(desk, fields, row):
    desk.put(A, (row, fields["crew"], "一班"))
    with pytest.raises(NotFound):
        desk.undo(A, B, by="sz_admin")
    first = desk.undo(A, B)
    again = desk.undo(A, B)

    assert again.repeated
    assert again.changed == first.changed
    with pytest.raises(Conflict):
        desk.undo(A, C)
    with pytest.raises(NotFound):
        desk.undo("change-nobody", D)


def test_the_stacks_survive_and_a_new_change_ends_what_can_be_done_again(desk, fields, row):
    desk.put(A, (row, fields["crew"], "一班"))
    desk.put(B, (row, fields["crew"], "二班"))
    assert desk.stacks() == ([B, A], [])
    desk.undo(B, C)
    assert desk.stacks() == ([A], [C])
    desk.undo(A, D)
    assert desk.stacks() == ([], [D, C])
    desk.undo(D, E)
    assert desk.stacks() == ([E], [C])
    desk.put("change-new", (row, fields["crew"], "三班"))
    assert desk.stacks() == (["change-new", E], [])
    assert desk.stacks("sz_admin") == ([], [])
