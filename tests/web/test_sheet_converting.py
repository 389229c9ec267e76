"""Converting a field on its pages: what would be lost is said first, and it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.states import State
from app.jobs import tasks, worker
from app.services.forms import section_values
from app.services.super_table import field_conversions, section_fields, section_sheets
from sheets.storage import FieldSpec, field_record
from tests.builders import MONDAY, add_section_field
from tests.demo_city import set_clock
from tests.web import making
from tests.web.client import CheckingClient

CONVERT = 'form[action$="/convert"]'
TEXTS = ("3", "12.5", "约三吨", "很多")


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def field(city_database, city) -> tuple[str, str]:
    """A text of 环境卫生科, filled in on four problems; its id, and the address of its page."""
    ids = [making.made(city_database, city, State.LISTED) for _ in TEXTS]
    with city_database.writing() as session:
        rows = section_sheets.ensure_sheets(session, MONDAY)
        spec = FieldSpec(caption="清运量", type="text")
        made = add_section_field(session, MONDAY, "HW", spec).id
        for problem, text in zip(ids, TEXTS, strict=True):
            section_values.save(
                session, city.actors["hw_admin"], MONDAY, problem, city.orgs["HW"], {made: text}
            )
        sheet = next(row.id for row in rows if row.section_id == city.orgs["HW"])
        return made, f"/sheets/{sheet}/fields/{made}"


@pytest.fixture
def admin(city_client, field) -> CheckingClient:
    city_client.login("hw_admin")
    city_client.get(field[1])
    return city_client


def type_of(database, field_id: str) -> str:
    with database.reading() as session:
        return field_record(session, field_id).type


def shown(database, field_id: str) -> list[str]:
    with database.reading() as session:
        fields = [each for each in section_fields.all_fields(session) if each.id == field_id]
        found = [section_values.values_of(session, problem, fields) for problem in (1, 2, 3, 4)]
        return [each[field_id].shown for each in found]


def test_what_would_be_lost_is_said_first_then_done_then_taken_back(admin, city_database, field):
    admin.follow("转换成别的类型")
    page = admin.follow("数字")
    assert "4 个值，2 个能保留，2 个会变成空白。" in page.text
    assert set(page.texts("tbody th")) == {"约三吨", "很多"}
    assert type_of(city_database, field[0]) == "text"

    page = admin.post_form(CONVERT, button="转换为数字，2 个值变为空白")
    assert "已转换为数字" in page.text
    assert shown(city_database, field[0]) == ["3", "12.5", "", ""]
    assert "环卫管理员" in page.texts(".converted span")[0]
    assert "把字段“清运量”由单行文字转换为数字，4 个值，2 个值变为空白" in page.text
    page = admin.post_form('form[action$="/undo"]')
    assert "已撤回转换" in page.text
    assert shown(city_database, field[0]) == list(TEXTS)
    assert type_of(city_database, field[0]) == "text"


def test_nothing_lost_is_said_as_well(admin, field):
    page = admin.get(f"{field[1]}/convert?to=single_choice")

    assert "4 个值，全部能保留。" in page.text
    assert "转换为单选" in page.buttons


@pytest.mark.parametrize("wanted", ["formula", "nonsense", "text", "'; drop table problem; --"])
def test_a_type_that_cannot_be_is_not_offered(admin, city_database, field, wanted):
    page = admin.get(f"{field[1]}/convert?to={wanted}")

    assert not page.select(CONVERT)


def test_a_page_from_before_somebody_elses_change_converts_nothing(admin, city_database, field):
    admin.get(f"{field[1]}/convert?to=number")
    other = CheckingClient(admin.app)
    other.login("hw_admin")
    other.get(field[1])
    other.post_form("form.field-form", {"caption": "清运吨数"}, button="保存")
    page = admin.post_form(CONVERT, status=409)

    assert "清运吨数" in page.text
    assert type_of(city_database, field[0]) == "text"


def test_very_many_values_are_a_workers_and_one_may_leave(
    admin, city_app, city_database, field, monkeypatch
):
    monkeypatch.setattr(field_conversions, "MOST_AT_ONCE", 3)
    admin.get(f"{field[1]}/convert?to=number")
    page = admin.post_form(CONVERT)
    assert "正在后台转换" in page.text
    assert page.select('[data-behaviour="poll"]')
    assert admin.get(f"{field[1]}/conversion", check=False).select("progress")
    assert "请等它完成" in admin.get(f"{field[1]}/convert?to=money").text

    shop = replace(worker.workshop(city_app), now=lambda: MONDAY + timedelta(minutes=1))
    assert worker.work_once(shop)
    assert field_conversions.JOB in tasks.TASKS
    assert shown(city_database, field[0]) == ["3", "12.5", "", ""]
    assert not admin.get(f"{field[1]}/conversion", check=False).select("progress")
    assert admin.get(field[1]).select('form[action$="/undo"]')
