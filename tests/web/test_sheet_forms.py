"""The phone form of a section's sheet: filled in one problem after another."""

from __future__ import annotations

import pytest

from app.domain.states import State
from app.models import Problem, SectionSheet
from app.services import history
from app.services.forms import section_values
from app.services.super_table import section_fields, section_sheets
from app.services.super_table.sheet_columns import Column, kept
from sheets.storage import FieldSpec
from tests.builders import MONDAY, add_section_field
from tests.demo_city import set_clock
from tests.web import making
from tests.web.client import CheckingClient

FORM = ".phone-form form"
KINDS = [["stall", "摆摊"], ["heap", "堆物", "orange"]]


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def sheet(city_database, city) -> int:
    """环境卫生科's sheet; its form asks for tons (required), a kind, several kinds and a note."""
    with city_database.writing() as session:
        row = next(
            each
            for each in section_sheets.ensure_sheets(session, MONDAY)
            if each.section_id == city.orgs["HW"]
        )
        specs = (
            FieldSpec(caption="清运量", type="number", options={"unit": "吨"}),
            FieldSpec(caption="占道类型", type="single_choice", options={"choices": KINDS}),
            FieldSpec(caption="现场情况", type="multi_choice", options={"choices": KINDS}),
            FieldSpec(caption="清运公司", type="text", default="一队"),
            FieldSpec(caption="现场照片", type="photos"),
            FieldSpec(caption="倾倒位置", type="position"),
        )
        made = [add_section_field(session, MONDAY, "HW", each) for each in specs]
        columns = [Column(each.id, on_form=True) for each in made]
        columns[0] = Column(made[0].id, caption="吨数", required=True, on_form=True)
        row.columns = kept([*columns, Column("number")])
        return row.id


@pytest.fixture
def fields(city_database, sheet) -> dict[str, str]:
    """Field ids by caption."""
    with city_database.reading() as session:
        return {field.caption: field.id for field in section_fields.all_fields(session)}


@pytest.fixture
def staff(city_client, sheet) -> CheckingClient:
    city_client.login("hw_admin")
    return city_client


def shown(database, problem_id: int) -> dict[str, str]:
    with database.reading() as session:
        found = section_values.values_of(session, problem_id, section_fields.all_fields(session))
        return {value.field.caption: value.shown for value in found.values()}


def test_one_problem_after_another_is_filled_in(staff, city, city_database, sheet, fields):
    first = making.made(city_database, city, State.LISTED)
    second = making.made(city_database, city, State.LISTED)
    page = staff.get(f"/sheets/{sheet}/form")
    assert "还有 2 条未填" in page.text
    assert "每条填：吨数、占道类型、现场情况、清运公司" in page.text  # no photos on a form

    page = staff.get(f"/sheets/{sheet}/form/{second}")
    controls = dict(page.form(FORM).controls)
    assert controls[f"field-{fields['清运公司']}"] == "一队"
    page = staff.post_form(
        FORM,
        {f"field-{fields['清运量']}": "3.5", f"field-{fields['占道类型']}": "heap",
         f"field-{fields['现场情况']}": ["stall", "heap"]},
    )  # fmt: skip

    assert page.path == f"/sheets/{sheet}/form/{first}"
    assert "还有 1 条未填" in page.text
    told = shown(city_database, second)
    assert (told["清运量"], told["占道类型"]) == ("3.5 吨", "堆物")
    assert (told["现场情况"], told["清运公司"]) == ("摆摊、堆物", "一队")
    with city_database.reading() as session:
        assert history.events_of(session, second)[-1].move == "edit_fields"
    page = staff.post_form(FORM, {f"field-{fields['清运量']}": "1"})
    assert page.path == f"/sheets/{sheet}/form"
    assert "都填好了" in page.text


def test_what_is_required_is_asked_for_and_the_rest_stays_typed(
    staff, city, city_database, sheet, fields
):
    problem = making.made(city_database, city, State.LISTED)
    staff.get(f"/sheets/{sheet}/form/{problem}")
    page = staff.post_form(FORM, {f"field-{fields['清运公司']}": "二队"}, status=422)

    assert "吨数：此项必填，请填写" in page.text
    assert dict(page.form(FORM).controls)[f"field-{fields['清运公司']}"] == "二队"
    assert shown(city_database, problem)["清运公司"] == ""
    page = staff.post_form(FORM, {f"field-{fields['清运量']}": "很多"}, status=422)
    assert "请填写数字" in page.text


def test_a_cell_that_somebody_else_changed_is_not_overwritten(
    staff, city, city_database, sheet, fields
):
    problem, tons = making.made(city_database, city, State.LISTED), fields["清运量"]
    staff.get(f"/sheets/{sheet}/form/{problem}")
    with city_database.writing() as session:
        section_values.save(
            session, city.actors["hw_admin"], MONDAY, problem, city.orgs["HW"], {tons: "7"}
        )
    page = staff.post_form(FORM, {f"field-{tons}": "3"}, status=409)

    assert "7 吨" in page.text
    assert dict(page.form(FORM).controls)[f"field-{tons}"] == "3"
    assert shown(city_database, problem)["清运量"] == "7 吨"
    staff.post_form(FORM)
    assert shown(city_database, problem)["清运量"] == "3 吨"


def test_a_cleared_box_clears_the_cell(staff, city, city_database, sheet, fields):
    problem, kinds = making.made(city_database, city, State.LISTED), fields["现场情况"]
    path = f"/sheets/{sheet}/form/{problem}"
    staff.get(path)
    staff.post_form(FORM, {f"field-{fields['清运量']}": "1", f"field-{kinds}": ["heap"]})
    staff.get(path)
    staff.post_form(FORM, {f"field-{kinds}": None})

    assert shown(city_database, problem)["现场情况"] == ""


def test_the_problems_own_page_leads_to_the_form(staff, city, city_database, sheet):
    problem = making.made(city_database, city, State.LISTED)
    staff.get(f"/problems/{problem}")

    assert staff.follow("用手机表单填写").path == f"/sheets/{sheet}/form/{problem}"


def test_nobody_fills_in_anothers_form(city_client, city, city_database, sheet):
    problem = making.made(city_database, city, State.LISTED)
    city_client.login("sz_admin")
    city_client.get(f"/sheets/{sheet}/form", status=404)
    city_client.get(f"/sheets/{sheet}/form/{problem}", status=404)


@pytest.mark.parametrize("login", ["zhanqian", "reviewer", "leader"])
def test_the_form_is_for_the_sections_staff(city_client, sheet, login):
    city_client.login(login)

    city_client.get(f"/sheets/{sheet}/form", status=403)


def test_voided_problems_and_drafts_are_not_asked_about(staff, city, city_database, sheet):
    making.made(city_database, city, State.VOID)
    with city_database.reading() as session:
        assert session.get_one(SectionSheet, sheet).section_id == city.orgs["HW"]
        assert session.query(Problem).count() == 1

    assert "都填好了" in staff.get(f"/sheets/{sheet}/form").text


def test_a_position_is_typed_or_taken_and_a_wrong_one_is_told(
    staff, city, city_database, sheet, fields
):
    problem_id = making.made(city_database, city, State.LISTED)
    name = f"field-{fields['倾倒位置']}"
    staff.get(f"/sheets/{sheet}/form/{problem_id}")
    tons = f"field-{fields['清运量']}"
    wrong = staff.post_form(FORM, {tons: "1", name: "河边"}, status=422)
    assert "请填写纬度和经度" in wrong.text
    staff.post_form(FORM, {name: "41.88，123.95"})
    with city_database.reading() as session:
        asked = section_fields.all_fields(session)
        values = section_values.values_of(session, problem_id, asked)
    assert values[fields["倾倒位置"]].shown == "41.880000,123.950000"
