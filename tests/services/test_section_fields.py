"""The sections' own columns: who sees them, who fills them, and two people on one cell."""

from __future__ import annotations

import pytest

from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.domain.states import State
from app.models import Problem, User
from app.services import history
from app.services.forms import section_values
from app.services.lists.pages import list_problems
from app.services.problems import timeline
from app.services.super_table import section_fields
from sheets.storage import FieldSpec
from tests.builders import MONDAY, add_section_field, make_city, make_problem, move


@pytest.fixture
def city(session):
    return make_city(session)


@pytest.fixture
def fields(session, city):
    """环境卫生科: tons and crew; 市政科: the kind of cover."""
    choices = {"choices": [["round", "圆形"], ["square", "方形"]]}
    add = add_section_field
    return {
        "tons": add(
            session, MONDAY, "HW",
            FieldSpec(caption="清运量", type="number", options={"unit": "吨"}),
        ).id,
        "crew": add(session, MONDAY, "HW", FieldSpec(caption="作业班组", type="text")).id,
        "cover": add(
            session, MONDAY, "SZ",
            FieldSpec(caption="井盖形状", type="single_choice", options=choices),
        ).id,
    }  # fmt: skip


@pytest.fixture
def problem(session, city):
    return make_problem(session, city, State.LISTED)


def save(session, city, problem, given, by="hw_admin", **more):
    return section_values.save(
        session, city.actors[by], MONDAY, problem.id, city.orgs["HW"], given, **more
    )


def shown(session, city, problem, by="hw_admin"):
    return {
        value.field.caption: value.shown
        for group in section_values.groups_of(session, city.actors[by], problem)
        for value in group.values
    }


@pytest.mark.parametrize(
    ("by", "captions"),
    [
        ("hw_admin", ["清运量", "作业班组"]),
        ("sz_admin", ["井盖形状"]),
        ("reviewer", ["清运量", "作业班组", "井盖形状"]),
        ("zhanqian", []),
        ("xinfu", []),
    ],
)
def test_a_section_sees_its_own_fields_and_the_bureau_sees_all(session, city, fields, by, captions):
    seen = section_fields.visible_fields(session, city.actors[by])

    assert [field.caption for field in seen] == captions


def test_what_was_filled_in_is_shown_and_told_in_the_history(session, city, fields, problem):
    before = problem.version
    version = save(
        session, city, problem, {fields["tons"]: "3.5", fields["crew"]: "一班"}, version=before
    )

    assert version == before + 1
    assert shown(session, city, problem) == {"清运量": "3.5 吨", "作业班组": "一班"}
    events = history.events_of(session, problem.id)
    assert events[-1].move == "edit_fields"
    assert (events[-1].from_state, events[-1].to_state) == ("listed", "listed")
    told = events[-1].payload["fields"][fields["tons"]]
    assert told == {
        "caption": "清运量", "type": "number", "old": "", "new": "3.5 吨", "was": None, "now": 3.5,
    }  # fmt: skip
    assert history.first_break(events) is None
    assert timeline.entries(events, {})[-1].sentence == "填写了科室字段"


def test_saving_what_is_there_already_writes_nothing(session, city, fields, problem):
    version = save(session, city, problem, {fields["crew"]: "一班"})
    events = len(history.events_of(session, problem.id))

    assert save(session, city, problem, {fields["crew"]: " 一班 "}) == version
    assert len(history.events_of(session, problem.id)) == events


def test_a_wrong_value_gets_a_sentence_and_changes_nothing(session, city, fields, problem):
    with pytest.raises(Invalid) as refused:
        save(session, city, problem, {fields["tons"]: "很多", fields["crew"]: "一班"})

    assert "清运量" in refused.value.fields[fields["tons"]]
    assert shown(session, city, problem)["作业班组"] == ""


def test_only_the_sections_own_staff_may_fill_its_fields(session, city, fields, problem):
    with pytest.raises(NotAllowed):
        save(session, city, problem, {fields["crew"]: "一班"}, by="reviewer")
    with pytest.raises(NotFound):  # another section does not even see the problem
        save(session, city, problem, {fields["crew"]: "一班"}, by="sz_admin")


def test_a_field_of_another_section_or_a_fixed_column_cannot_be_written(
    session, city, fields, problem
):
    for name in (fields["cover"], "state", "number", "f_999"):
        with pytest.raises(Invalid):
            save(session, city, problem, {name: "round"})


def test_two_people_on_one_cell_the_second_sees_both_values(session, city, fields, problem):
    seen = problem.version
    save(session, city, problem, {fields["crew"]: "一班"}, version=seen)

    with pytest.raises(Conflict) as refused:
        save(
            session, city, problem, {fields["crew"]: "二班"},
            version=seen, was={fields["crew"]: ""},
        )  # fmt: skip

    assert "一班" in refused.value.sentence
    assert "二班" in refused.value.sentence
    assert refused.value.details[fields["crew"]] == {"current": "一班", "yours": "二班"}
    assert shown(session, city, problem)["作业班组"] == "一班"


def test_two_people_on_different_cells_both_keep_theirs(session, city, fields, problem):
    seen, was = problem.version, {fields["crew"]: "", fields["tons"]: ""}
    one = {fields["crew"]: "一班", fields["tons"]: ""}
    two = {fields["crew"]: "", fields["tons"]: "2"}

    save(session, city, problem, one, version=seen, was=was)
    save(session, city, problem, two, version=seen, was=was)

    assert shown(session, city, problem) == {"清运量": "2 吨", "作业班组": "一班"}


def test_a_person_only_somebody_else_changed_is_kept(session, city, fields, problem):
    who = add_section_field(
        session, MONDAY, "HW", FieldSpec(caption="负责人", type="person", required=True)
    ).id
    colleague = User(
        login="colleague", name="环卫同事", org_id=city.orgs["HW"], password_hash="!",
        created_at=MONDAY,
    )  # fmt: skip
    session.add(colleague)
    save(session, city, problem, {who: "环卫管理员"})
    seen, was = problem.version, {who: "环卫管理员", fields["crew"]: ""}
    save(session, city, problem, {who: str(colleague.id)})

    save(session, city, problem, was | {fields["crew"]: "一班"}, version=seen, was=was)

    assert shown(session, city, problem) == {
        "清运量": "", "作业班组": "一班", "负责人": "环卫同事",
    }  # fmt: skip


def test_without_the_values_seen_any_difference_is_a_conflict(session, city, fields, problem):
    seen = problem.version
    save(session, city, problem, {fields["crew"]: "一班"}, version=seen)

    with pytest.raises(Conflict):
        save(session, city, problem, {fields["crew"]: "二班"}, version=seen)


def test_a_move_from_an_old_page_is_told_that_fields_were_filled_in(session, city, fields, problem):
    seen = problem.version
    save(session, city, problem, {fields["crew"]: "一班"})

    with pytest.raises(Conflict) as refused:
        move(
            session, city, problem.id, "submit", "zhanqian", photos=1, version=seen,
            remedy="已清运", handled_by="环卫班",
        )  # fmt: skip

    assert "填写了科室字段" in refused.value.sentence


def test_lists_filter_and_sort_by_a_sections_field(session, city, fields):
    light = make_problem(session, city, State.LISTED)
    heavy = make_problem(session, city, State.LISTED)
    save(session, city, light, {fields["tons"]: "1"})
    save(session, city, heavy, {fields["tons"]: "5"})
    pairs = [(f"f.{fields['tons']}.gte", "1"), ("sort", f"-{fields['tons']}")]

    seen = list_problems(session, city.actors["hw_admin"], MONDAY, "all", pairs)
    hidden = list_problems(session, city.actors["zhanqian"], MONDAY, "all", pairs)

    assert [row.id for row in seen.rows] == [heavy.id, light.id]
    assert [error.parameter for error in hidden.errors] == [pairs[0][0], "sort"]


def test_a_field_is_for_a_section_and_nobody_else(session, city):
    for code in ("210402001", "nobody"):
        with pytest.raises(Invalid):
            add_section_field(session, MONDAY, code, FieldSpec(caption="清运量", type="number"))


def test_a_problem_without_sections_has_no_groups(session, city, fields):
    draft = make_problem(session, city, State.DRAFT)
    draft.lead_section_id = None
    session.flush()

    problem = session.get_one(Problem, draft.id)
    assert section_values.groups_of(session, city.actors["zhanqian"], problem) == []
