"""The administration: every rule, the working calendar, accounts."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date

import pytest

from app.domain.rules import DEFAULTS, Rules, labels
from app.models import User, WorkCalendarDay
from app.services.world import load_calendar, load_rules
from app.web.admin.presenters import GROUPS
from tests.builders import MONDAY
from tests.cities import PASSWORD
from tests.demo_city import set_clock
from tests.web.client import CheckingClient

SETTINGS = "main form"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def admin(city_client):
    city_client.login("sysadmin")
    return city_client


def rules_of(database) -> Rules:
    with database.reading() as session:
        return load_rules(session)


# --- rules ---


def test_every_rule_stands_on_the_page_once_with_its_label():
    grouped = [name for _, names in GROUPS for name in names]

    assert sorted(grouped) == sorted(field.name for field in fields(Rules))


def test_the_page_shows_every_rule_as_it_is(admin):
    page = admin.get("/settings")

    for label, _ in labels().values():
        assert label in page.text
    assert "默认 7" in page.text


def test_changed_rules_hold_from_now_on_and_the_others_stay(admin, city_database):
    admin.get("/settings")
    values = {"rectify_work_days": 5, "cutoff": "17:30", "four_eyes": None, "return_clock": "keep"}
    page = admin.post_form(SETTINGS, values)

    assert "已保存，改动 4 项" in page.text
    changed = {**asdict(DEFAULTS), **values, "four_eyes": False}
    assert asdict(rules_of(city_database)) == changed


def test_saving_without_a_change_says_so(admin, city_database):
    admin.get("/settings")

    assert "没有改动" in admin.post_form(SETTINGS).text
    assert rules_of(city_database) == DEFAULTS


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("rectify_work_days", "0", "请填写 1 到 365 之间的整数"),
        ("rectify_work_days", "七", "请填写整数"),
        ("rectify_work_days", "", "请填写整数"),
        ("nearby_metres", "-3", "请填写 1 到 1000 之间的整数"),
        ("photos_per_phase", "9" * 30, "请填写 1 到 30 之间的整数"),
        ("cutoff", "25:00", "请按 23:59 或 17:30 的样子填写时刻"),
        ("cutoff", "17:30\u0000<b>", "请按 23:59 或 17:30 的样子填写时刻"),
    ],
)
def test_a_bad_value_gets_a_sentence_and_everything_typed_stays(
    admin, city_database, field, value, said
):
    admin.get("/settings")
    page = admin.post_form(SETTINGS, {"urgent_hours": 12, field: value}, status=422)

    assert said in page.text
    controls = dict(page.form(SETTINGS).controls)
    assert controls["urgent_hours"] == "12"
    assert rules_of(city_database) == DEFAULTS


def test_a_forged_choice_is_refused(admin, city_database):
    data = dict(admin.get("/settings").form(SETTINGS).controls) | {"return_clock": "never"}
    answer = admin.raw.post("/settings", data=data)

    assert answer.status_code == 422
    assert rules_of(city_database) == DEFAULTS


@pytest.mark.parametrize(
    "path", ["/settings", "/settings/calendar", "/settings/people", "/settings/looks"]
)
@pytest.mark.parametrize("login", ["leader", "hw_admin", "reviewer", "zhanqian"])
def test_nobody_else_administers(city_client, login, path):
    city_client.login(login)

    assert "系统管理员" in city_client.get(path, status=403).text


# --- the working calendar ---


def test_a_year_shows_make_up_days_and_what_is_not_announced(admin):
    page = admin.get("/settings/calendar?year=2026")
    assert "放假安排已公布" in page.text
    assert len(page.select("td.day-assumed")) == 0
    assert "班" in page.texts(".month small")  # a Saturday or Sunday on which people work
    page = admin.get("/settings/calendar?year=2027")
    assert "2027 年没有日历" in page.text


def test_a_day_changed_counts_at_once_and_is_announced(admin, city_database):
    admin.get("/settings/calendar?year=2027")
    values = {"first_day": "2027-02-06", "last_day": "2027-02-08", "kind": "off", "name": "春节"}
    page = admin.post_form("form.panel", values)

    assert "已改 3 天" in page.text
    with city_database.reading() as session:
        day = load_calendar(session).day(date(2027, 2, 8))
        assert (day.is_workday, day.confirmed, day.name) == (False, True, "春节")


def test_a_year_is_confirmed_in_one_press(admin, city_database):
    with city_database.writing() as session:
        session.add(
            WorkCalendarDay(
                day=date(2027, 1, 4), is_workday=True, source="assumed", confirmed=False
            )
        )
    page = admin.get("/settings/calendar?year=2027")
    assert "放假安排尚未公布" in page.text
    page = admin.post_form('form[action$="/2027/confirm"]')

    assert "1 天不再是暂定" in page.text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "请填写日期"),
        ({"first_day": "明天"}, "请按 2026-11-30 的样子填写日期"),
        ({"first_day": "2027-02-06", "last_day": "2027-02-01"}, "结束日期早于开始日期"),
        ({"first_day": "2027-01-01", "last_day": "2027-12-31"}, "一次最多改 31 天"),
        ({"first_day": "0001-01-01"}, "之间的日期"),
        ({"first_day": "2027-02-06", "name": "节" * 51}, "名称最多 50 个字"),
    ],
)
def test_days_that_cannot_be_are_told_at_their_field(admin, values, said):
    admin.get("/settings/calendar")

    assert said in admin.post_form("form.panel", values, status=422).text


@pytest.mark.parametrize("year", ["abc", "0", "99999999999", "-1"])
def test_a_year_that_is_none_shows_this_one(admin, year):
    assert "2026 年工作日" in admin.get(f"/settings/calendar?year={year}").text


# --- accounts ---


def test_people_are_found_by_name_unit_or_login(admin):
    for words in ("核查", "城管监督科", "checker"):
        assert "核查员" in admin.get(f"/settings/people?q={words}").texts("th[scope=row]")
    assert "没有找到账号" in admin.get("/settings/people?q=无此人").text
    assert "没有找到账号" in admin.get("/settings/people?q=%25").text


def test_a_new_password_is_told_once_opens_once_and_must_be_changed(admin, city):
    admin.get("/settings/people?q=checker")
    page = admin.post_form('form[action$="/password"]')
    plain = page.text.partition("的新密码：")[2].split()[0]
    assert plain not in admin.get("/settings/people?q=checker").text

    other = CheckingClient(admin.app)
    assert other.sign_in("checker", plain).path == "/account/password"
    with pytest.raises(AssertionError):
        CheckingClient(admin.app).sign_in("checker", PASSWORD)


def test_a_disabled_account_goes_out_at_once_and_may_come_back(admin, city_database, city):
    other = CheckingClient(admin.app)
    other.sign_in("checker")
    admin.get("/settings/people?q=checker")
    page = admin.post_form('form[action$="/disable"]')
    assert "已停用" in page.text
    assert other.get("/check").path == "/login"

    admin.post_form('form[action$="/enable"]')
    with city_database.reading() as session:
        assert session.get_one(User, city.users["checker"]).is_active


def test_nobody_disables_himself(admin, city):
    page = admin.get("/settings/people?q=sysadmin")
    assert not page.select('form[action$="/disable"]')
    token = page.select("input[name=csrf_token]")[0].get("value")
    address = f"/settings/people/{city.users['sysadmin']}/disable"

    assert admin.raw.post(address, data={"csrf_token": token}).status_code == 409
    assert admin.get("/settings").path == "/settings"
