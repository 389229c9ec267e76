"""The pages of those who administer sheets and fields."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AccessRule, AdminEvent, SectionSheet
from app.services.super_table import section_sheets
from app.services.super_table.sheet_columns import columns_of
from sheets.storage import FieldChange, FieldSpec, change_field, field_records
from tests.builders import MONDAY, add_section_field
from tests.demo_city import set_clock
from tests.web.client import CheckingClient

ADD, COLUMNS, CHANGE = "form.field-add", "form#columns", "form.field-form"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def sheets(city_database, city) -> dict[str, int]:
    """Ids of the sheets by section code; everybody's under ""."""
    codes = {key: code for code, key in city.orgs.items()}
    with city_database.writing() as session:
        made = section_sheets.ensure_sheets(session, MONDAY)
        return {codes.get(row.section_id, ""): row.id for row in made}


@pytest.fixture
def admin(city_client, sheets) -> CheckingClient:
    """环境卫生科's admin."""
    city_client.login("hw_admin")
    return city_client


def made(database, caption: str, kind: str = "text", code: str = "HW", **more) -> str:
    with database.writing() as session:
        spec = FieldSpec(caption=caption, type=kind, **more)
        return add_section_field(session, MONDAY, code, spec).id


def record(database, caption: str):
    with database.reading() as session:
        return next(each for each in field_records(session, "problem") if each.caption == caption)


def told(database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AdminEvent.text).order_by(AdminEvent.id)))


def test_a_field_needs_a_name_and_a_type_and_the_form_waits_for_the_next(
    admin, city_database, sheets
):
    page = admin.get("/sheets")
    assert page.path == f"/sheets/{sheets['HW']}"  # the only one

    page = admin.post_form(ADD, {"caption": " 清运量 ", "type": "number"})
    assert "已添加“清运量”（数字）" in page.text
    assert page.one("#caption").get("autofocus") is not None
    assert "清运量" in page.texts("#columns th[scope=row] a")
    made = record(city_database, "清运量")
    assert (made.type, made.section, made.required) == ("number", "HW", False)
    assert told(city_database) == ["环境卫生科：添加字段“清运量”（数字）"]


def test_more_may_be_said_at_once(admin, city_database, sheets):
    admin.get(f"/sheets/{sheets['HW']}")
    values = {"caption": "清运量", "type": "number", "unit": "吨", "decimals": "1", "min": "0",
              "required": "y", "default": "2", "help": "按车次估算"}  # fmt: skip
    admin.post_form(ADD, values)

    made = record(city_database, "清运量")
    assert made.options == {"unit": "吨", "decimals": 1, "min": 0}
    assert (made.required, made.default, made.help) == (True, 2, "按车次估算")


def test_choices_are_written_one_a_line_or_begin_with_two(admin, city_database, sheets):
    admin.get(f"/sheets/{sheets['HW']}")
    lines = {"caption": "占道类型", "type": "single_choice", "choices": "摆摊\n\n堆物\n"}
    admin.post_form(ADD, lines)
    admin.post_form(ADD, {"caption": "来源", "type": "single_choice", "choices": ""})

    labels = [pair[1] for pair in record(city_database, "占道类型").options["choices"]]
    assert labels == ["摆摊", "堆物"]
    labels = [pair[1] for pair in record(city_database, "来源").options["choices"]]
    assert labels == ["选项一", "选项二"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"caption": ""}, "请填写 1 到 40 个字的字段名称"),
        ({"caption": "已有的"}, "已有名为“已有的”的字段"),
        ({"caption": "量", "type": "number", "decimals": "两位"}, "小数位数请填写整数"),
        ({"caption": "量", "type": "number", "min": "9", "max": "1"}, "最小值不能大于最大值"),
        ({"caption": "量", "type": "number", "default": "很多"}, "请填写数字"),
    ],
)
def test_what_cannot_be_added_is_said_and_what_was_typed_stays(
    admin, city_database, sheets, values, said
):
    made(city_database, "已有的")
    before = told(city_database)
    admin.get(f"/sheets/{sheets['HW']}")
    page = admin.post_form(ADD, values, status=422)

    assert said in page.text
    assert dict(page.form(ADD).controls)["caption"] == values["caption"]
    assert told(city_database) == before


def test_a_sheet_gets_its_name_columns_marks_and_form(admin, city_database, sheets):
    tons, crew = made(city_database, "清运量", "number"), made(city_database, "作业班组")
    admin.get(f"/sheets/{sheets['HW']}")
    page = admin.post_form(
        COLUMNS,
        {"name": "环卫台账", f"caption-{tons}": "吨数", f"required-{tons}": "1",
         f"form-{tons}": "1", f"default-{crew}": "一班", "shown-source": "1",
         "shown-number": None},
        button="保存列的设置",
    )  # fmt: skip

    assert "已保存" in page.text
    assert page.heading == "环卫台账"
    with city_database.reading() as session:
        row = session.get_one(SectionSheet, sheets["HW"])
        columns = {column.id: column for column in columns_of(row.columns)}
    assert columns[tons].caption == "吨数"
    assert (columns[tons].required, columns[tons].on_form) == (True, True)
    assert columns[crew].default == "一班"
    assert columns["source"].shown
    assert "number" not in columns
    sentence = told(city_database)[-1]
    assert "改名为“环卫台账”" in sentence
    assert "放上手机表单“清运量”" in sentence
    assert "没有改动" in admin.post_form(COLUMNS, button="保存列的设置").text


def test_an_arrow_moves_a_column_without_any_script(admin, city_database, sheets):
    page = admin.get(f"/sheets/{sheets['HW']}")
    order = page.texts("[data-rows] th[scope=row] .field-named")
    page = admin.post_form(COLUMNS, button=f"下移 {order[0]}")

    moved = page.texts("[data-rows] th[scope=row] .field-named")
    assert moved[:2] == [order[1], order[0]]


def test_of_two_who_arrange_a_sheet_the_second_hears_of_the_first(admin, city_database, sheets):
    path = f"/sheets/{sheets['HW']}"
    admin.get(path)
    other = CheckingClient(admin.app)
    other.login("sysadmin")
    other.get(path)
    other.post_form(COLUMNS, {"name": "环卫一览"}, button="保存列的设置")
    page = admin.post_form(COLUMNS, {"name": "环卫台账"}, button="保存列的设置", status=409)

    assert "系统管理员" in page.text
    assert "改名为“环卫一览”" in page.text
    assert dict(page.form(COLUMNS).controls)["name"] == "环卫台账"
    assert admin.post_form(COLUMNS, button="保存列的设置").heading == "环卫台账"


def test_a_field_is_renamed_asked_for_and_explained(admin, city_database, sheets):
    tons = made(city_database, "清运量", "number")
    admin.get(f"/sheets/{sheets['HW']}")
    admin.follow("清运量")
    page = admin.post_form(
        CHANGE, {"caption": "清运吨数", "required": "y", "unit": "吨", "help": "按车次估算"}
    )

    assert page.heading == "清运吨数"
    after = record(city_database, "清运吨数")
    assert (after.id, after.required, after.options) == (tons, True, {"unit": "吨"})
    assert "字段“清运量”改名为“清运吨数”；设为必填；改填写说明；单位由“空白”改为“吨”" in page.text


def test_of_two_who_change_a_field_the_second_sees_both(admin, city_database, sheets):
    tons = made(city_database, "清运量", "number")
    admin.get(f"/sheets/{sheets['HW']}/fields/{tons}")
    with city_database.writing() as session:
        change_field(session, tons, FieldChange(caption="清运方数"), MONDAY)
    page = admin.post_form(CHANGE, {"caption": "清运吨数"}, status=409)

    assert "名称“清运方数”" in page.text
    assert dict(page.form(CHANGE).controls)["caption"] == "清运吨数"
    assert admin.post_form(CHANGE).heading == "清运吨数"


def test_a_field_goes_out_of_use_and_comes_back(admin, city_database, sheets):
    tons = made(city_database, "清运量", "number")
    admin.get(f"/sheets/{sheets['HW']}/fields/{tons}")
    page = admin.post_form('form[action$="/retire"]')
    assert "已停用“清运量”" in page.text
    assert "清运量" not in page.texts("#columns th[scope=row] a")

    admin.follow("清运量")
    page = admin.post_form('form[action$="/restore"]')
    assert "已恢复“清运量”" in page.text
    assert [text for text in told(city_database) if "停用" in text or "恢复" in text] == [
        "环境卫生科：停用字段“清运量”，填过的内容保留",
        "环境卫生科：恢复字段“清运量”",
    ]


def test_a_fields_page_says_who_may_see_and_change_it(admin, city_database, sheets):
    field_id = made(city_database, "清运量", "number")
    path = f"/sheets/{sheets['HW']}/fields/{field_id}"
    assert "牵头或负责该问题的本科室人员可改" in admin.get(path).text
    with city_database.writing() as session:
        rule = AccessRule(
            effect="change", subject="role:leader", field_id=field_id, created_at=MONDAY
        )
        session.add(rule)
    page = admin.get(path)

    assert "清运量 仅 分管领导 可改" in page.text
    assert "限定谁改这一列" not in page.links  # rules are the system admin's


def test_nobody_else_reaches_a_sections_fields(city_client, city_database, sheets):
    tons = made(city_database, "清运量", "number")
    city_client.login("sz_admin")
    for path in (f"/sheets/{sheets['HW']}", f"/sheets/{sheets['SZ']}/fields/{tons}", "/sheets/99"):
        city_client.get(path, status=404)
    token = city_client.get(f"/sheets/{sheets['SZ']}").select("input[name=csrf_token]")[0]
    forged = {"csrf_token": token.get("value"), "version": "1"}
    path = f"/sheets/{sheets['SZ']}/fields/{tons}/retire"
    assert city_client.raw.post(path, data=forged).status_code == 404
    assert record(city_database, "清运量").retired_at is None


@pytest.mark.parametrize("login", ["reviewer", "leader", "zhanqian", "reader"])
def test_the_others_find_no_door(city_client, sheets, login):
    city_client.login(login)

    city_client.get("/sheets", status=403)


def test_the_system_admin_has_every_sheet_and_adds_for_the_city(city_client, city_database, sheets):
    city_client.login("sysadmin")
    page = city_client.get("/sheets")
    assert page.texts("th[scope=row]") == ["超级表", "城管监督科", "环境卫生科", "市政科"]
    city_client.get(f"/sheets/{sheets['']}")
    city_client.post_form(ADD, {"caption": "巡查轮次", "type": "number"})

    assert record(city_database, "巡查轮次").section is None
    assert told(city_database) == ["全市：添加字段“巡查轮次”（数字）"]


def test_migrating_an_older_installation_makes_its_sheets(city_app, city_database):
    answer = city_app.test_cli_runner().invoke(args=["migrate"])

    assert answer.exit_code == 0, answer.output
    with city_database.reading() as session:
        names = list(session.scalars(select(SectionSheet.name).order_by(SectionSheet.id)))
    assert names == ["超级表", "城管监督科", "环境卫生科", "市政科"]
