"""A formula on its page: fields and functions beside it, checked, tried before it is saved."""

from __future__ import annotations

import pytest

from app.domain.states import State
from app.services.forms import section_values
from app.services.super_table import section_sheets
from sheets.storage import FieldSpec, field_records
from tests.builders import MONDAY, add_section_field
from tests.demo_city import set_clock
from tests.web import making
from tests.web.client import CheckingClient

ADD, CHANGE = "form.field-add", "form.field-form"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def path(city_database, city) -> str:
    """环境卫生科's sheet, with tons in it and 3 of them on the only problem."""
    problem = making.made(city_database, city, State.LISTED)
    with city_database.writing() as session:
        rows = section_sheets.ensure_sheets(session, MONDAY)
        spec = FieldSpec(caption="清运量", type="number")
        tons = add_section_field(session, MONDAY, "HW", spec)
        section_values.save(
            session, city.actors["hw_admin"], MONDAY, problem, city.orgs["HW"], {tons.id: "3"}
        )
        return next(f"/sheets/{row.id}" for row in rows if row.section_id == city.orgs["HW"])


@pytest.fixture
def admin(city_client, path) -> CheckingClient:
    city_client.login("hw_admin")
    city_client.get(path)
    return city_client


def formulas(database) -> dict[str, object]:
    with database.reading() as session:
        return {
            each.caption: each.options.get("formula")
            for each in field_records(session, "problem")
            if each.type == "formula"
        }


def test_a_formula_is_added_tried_and_changed(admin, city_database):
    admin.post_form(ADD, {"caption": "车次", "type": "formula", "formula": "{清运量} / 2"})
    page = admin.follow("车次")
    assert "1.5" in page.texts("#results dd")
    assert dict(page.form(CHANGE).controls)["formula"] == "{清运量} / 2"
    assert "清运量" in page.texts("[data-insert]")

    page = admin.post_form(CHANGE, {"formula": "{清运量} * 100"}, button="预览结果")
    assert "预览：还没有保存" in page.text
    assert "300" in page.texts("#results dd")
    assert str(formulas(city_database)["车次"]).endswith("/ 2")
    page = admin.post_form(CHANGE, button="保存")
    assert "300" in page.texts("#results dd")
    assert "公式由“{清运量} / 2”改为“{清运量} * 100”" in page.text


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("{清运量} *", "第"),
        ("{没有的} + 1", "没有“没有的”这个字段"),
        ("{车次} + 1", "循环引用"),
        ("", "请填写公式"),
    ],
)
def test_a_formula_that_cannot_be_says_what_is_wrong_and_where(admin, city_database, formula, said):
    admin.post_form(ADD, {"caption": "车次", "type": "formula", "formula": "{清运量}"})
    admin.follow("车次")
    page = admin.post_form(CHANGE, {"formula": formula}, button="保存", status=422)

    assert said in page.text
    assert dict(page.form(CHANGE).controls)["formula"] == formula
    page = admin.post_form(CHANGE, button="预览结果")
    assert said in page.text


def test_a_field_that_a_formula_uses_says_so_before_it_goes(admin, city_database):
    admin.post_form(ADD, {"caption": "车次", "type": "formula", "formula": "{清运量} / 2"})
    page = admin.follow("清运量")
    assert "“车次” 用到这个字段，停用后那里会变成空白" in page.text

    admin.post_form('form[action$="/retire"]')
    page = admin.follow("车次")
    assert "“清运量”已停用" in page.text


def test_a_looked_up_column_is_chosen_from_the_fixed_ones(admin, city_database):
    admin.post_form(ADD, {"caption": "何时到期", "type": "lookup", "of": "due_at"})
    page = admin.follow("何时到期")

    assert page.one("select[name=of] option[selected]").get("value") == "due_at"
