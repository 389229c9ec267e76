"""What the lead section asks of a street's report: shown, required, kept with the report."""

from __future__ import annotations

import pytest

from app.domain.states import State
from app.models import Problem
from app.services import history
from app.services.forms import section_values
from app.services.super_table import section_fields, section_sheets
from app.services.super_table.sheet_columns import Column, kept
from sheets.storage import FieldSpec
from tests.builders import MONDAY, add_section_field, make_problem, move
from tests.web.camera import shot
from tests.web.client import CheckingClient
from tests.web.reporting import FORM, count, only_problem, report


@pytest.fixture
def fields(city_database, city) -> dict[str, str]:
    """环境卫生科 asks for tons (required) and a company; ids by caption."""
    with city_database.writing() as session:
        rows = section_sheets.ensure_sheets(session, MONDAY)
        row = next(each for each in rows if each.section_id == city.orgs["HW"])
        specs = (
            FieldSpec(caption="估计吨数", type="number", options={"unit": "吨"}),
            FieldSpec(caption="清运公司", type="text"),
        )
        made = [add_section_field(session, MONDAY, "HW", each) for each in specs]
        row.columns = kept(
            [Column(made[0].id, required=True, on_form=True), Column(made[1].id, on_form=True)]
        )
        return {field.caption: field.id for field in made}


@pytest.fixture
def street(city_client, fields) -> CheckingClient:
    """站前街道's collector, signed in."""
    city_client.login("zhanqian")
    return city_client


def stored(database, problem_id: int) -> dict[str, str]:
    with database.reading() as session:
        found = section_values.values_of(session, problem_id, section_fields.all_fields(session))
        return {value.field.caption: value.shown for value in found.values()}


def test_without_a_script_the_fields_appear_after_the_first_try(
    street, city, city_database, fields
):
    page = street.get("/report")
    assert page.one("fieldset.asked-fields").get("hidden") is not None
    page = street.post_form(FORM, report(city), button="上报", status=422)
    assert "环境卫生科还要求填写：估计吨数、清运公司" in page.text
    assert page.one("fieldset.asked-fields").get("hidden") is None
    assert "环境卫生科要求填写" in page.texts("fieldset.asked-fields legend")

    values = {f"field-{fields['清运公司']}": "一队"}
    page = street.post_form(FORM, values, button="上报", status=422)
    assert "估计吨数：环境卫生科要求填写，请填写" in page.text
    assert dict(page.form(FORM).controls)[f"field-{fields['清运公司']}"] == "一队"
    page = street.post_form(FORM, {f"field-{fields['估计吨数']}": "2"}, button="上报")

    assert page.heading == "已上报"
    problem = only_problem(city_database)
    assert stored(city_database, problem.id) == {"估计吨数": "2 吨", "清运公司": "一队"}
    with city_database.reading() as session:
        events = history.events_of(session, problem.id)
    assert [event.move for event in events] == ["save_draft", "edit_fields", "report"]
    assert history.first_break(events) is None


def test_a_wrong_value_is_told_at_its_field_and_nothing_is_reported(
    street, city, city_database, fields
):
    street.get("/report")
    street.post_form(FORM, report(city), button="上报", status=422)
    page = street.post_form(
        FORM, {f"field-{fields['估计吨数']}": "很多"}, button="上报", status=422
    )

    assert "估计吨数：请填写数字" in page.text
    assert count(city_database, Problem) == 0


def test_a_kind_that_another_section_leads_asks_nothing(street, city, city_database):
    street.get("/report")
    page = street.post_form(FORM, report(city, category_id=city.categories["cover"]), button="上报")

    assert page.heading == "已上报"


def test_a_draft_keeps_what_was_filled_in_and_need_not_be_complete(
    street, city, city_database, fields
):
    street.get("/report")
    street.post_form(FORM, report(city), button="上报", status=422)
    street.post_form(FORM, {f"field-{fields['清运公司']}": "二队"}, button="存草稿")
    assert stored(city_database, only_problem(city_database).id)["清运公司"] == "二队"

    page = street.get(f"/drafts/{only_problem(city_database).id}")
    controls = dict(page.form(FORM).controls)
    assert controls[f"field-{fields['清运公司']}"] == "二队"
    page = street.post_form(FORM, {f"field-{fields['估计吨数']}": "1.5"}, button="上报")
    assert page.heading == "已上报"


def test_the_reviewers_words_stay_after_fields_were_filled_in(street, city, city_database, fields):
    with city_database.writing() as session:
        problem_id = make_problem(session, city, State.NEEDS_CORRECTION).id
    page = street.get(f"/drafts/{problem_id}")
    street.post_form(
        FORM, {"photos": [shot(9)], f"field-{fields['清运公司']}": "三队"}, button="存草稿"
    )
    page = street.get(f"/drafts/{problem_id}")

    assert "请补拍远景照片" in page.text
    assert "请补拍远景照片" in street.get("/mine?tab=corrections").text


def test_what_was_reported_is_the_sections_to_change(street, city, city_database, fields):
    street.get("/report")
    street.post_form(FORM, report(city), button="上报", status=422)
    street.post_form(FORM, {f"field-{fields['估计吨数']}": "2"}, button="上报")
    problem = only_problem(city_database)
    with city_database.writing() as session:
        route = {"category_id": problem.category_id, "lead_section_id": city.orgs["HW"],
                 "responsible_org_id": city.orgs["210402001"]}  # fmt: skip
        move(session, city, problem.id, "dispatch", "reviewer", **route)
        section_values.save(
            session, city.actors["hw_admin"], MONDAY, problem.id, city.orgs["HW"],
            {fields["估计吨数"]: "3"},
        )  # fmt: skip

    assert stored(city_database, problem.id)["估计吨数"] == "3 吨"
