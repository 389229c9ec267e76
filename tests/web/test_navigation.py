"""The menu: each role its own pages, the first of them home."""

from __future__ import annotations

import pytest

from app.door import access
from app.web import navigation
from tests.cities import PASSWORD
from tests.web.client import CheckingClient

EXPECTED = {
    "zhanqian": ["今日清单", "上报", "我的上报", "待发送", "全部问题", "成果库", "整治台账"],
    "xinfu": ["本单位清单", "待发送", "全部问题", "成果库", "整治台账"],
    "reviewer": ["问题池", "全部问题", "超级表", "成果库", "导入", "整治台账"],
    "checker": ["待核查", "全部问题", "超级表", "成果库", "整治台账"],
    "hw_admin": [
        "待销号",
        "挂号审批",
        "本单位清单",
        "待发送",
        "全部问题",
        "超级表",
        "成果库",
        "导入",
        "整治台账",
        "表格设置",
    ],
    "leader": ["紧急审定", "挂号审批", "全部问题", "超级表", "成果库", "整治台账"],
    "brigade": ["督导池", "待发送", "全部问题", "超级表", "成果库", "整治台账"],
    "reader": ["整治台账", "全部问题", "超级表", "成果库"],
    "sysadmin": ["设置", "全部问题", "超级表", "成果库", "导入", "整治台账", "表格设置"],
}


@pytest.fixture
def whole_app(city_app):
    """The application with a page behind every entry, built or not."""
    for item in navigation.ITEMS:
        view = access.policy(access.signed_in)(lambda: "")
        if item.endpoint not in city_app.view_functions:
            rule = f"/pages/{item.endpoint}"
            city_app.url_map.add(
                city_app.url_rule_class(rule, endpoint=item.endpoint, methods={"GET"})
            )
        city_app.view_functions[item.endpoint] = view
    return city_app


@pytest.mark.parametrize(("login", "labels"), EXPECTED.items())
def test_each_role_has_its_pages_in_order(whole_app, city, login, labels):
    with whole_app.test_request_context("/"):
        found = [item.label for item in navigation.items_for(city.actors[login])]

    assert found == labels


def test_home_is_the_first_page_of_the_day(whole_app, city_client):
    from flask import url_for

    city_client.get("/login")
    form = city_client.page.select("form[method=post]")[0]
    values = dict(city_client.page.form(form).controls) | {
        "login": "zhanqian",
        "password": PASSWORD,
    }
    city_client.raw.post("/login", data=values)

    answer = city_client.raw.get("/")
    with whole_app.test_request_context("/"):
        assert answer.location == url_for("street.today")


def test_a_page_that_its_own_policy_closes_is_not_in_the_menu(whole_app, city):
    from app.domain.roles import Role

    shut = access.policy(access.holds(Role.SYSADMIN))(lambda: "")
    whole_app.view_functions["results.index"] = shut

    with whole_app.test_request_context("/"):
        labels = [item.label for item in navigation.items_for(city.actors["reviewer"])]
    assert "成果库" not in labels


def test_a_page_that_is_not_built_is_left_out(city_app, city):
    del city_app.view_functions["static"]
    for name in list(city_app.view_functions):
        if "." in name and not name.startswith("account."):
            del city_app.view_functions[name]

    with city_app.test_request_context("/"):
        assert navigation.items_for(city.actors["reviewer"]) == []
        assert navigation.home_of(city.actors["reviewer"]) is None


def test_a_figure_stands_beside_its_entry(whole_app, monkeypatch):
    monkeypatch.setattr(navigation, "_counts", {})
    navigation.count_for("review.pool")(lambda session, actor, now: 12)
    client = CheckingClient(whole_app)

    client.get("/login")
    form = client.page.select("form[method=post]")[0]
    values = dict(client.page.form(form).controls) | {"login": "reviewer", "password": PASSWORD}
    client.raw.post("/login", data=values)

    assert "问题池12 件" in client.get("/account/tokens").text


def test_someone_without_a_role_is_told_whom_to_ask(city_app, city_client, city_database, city):
    from app.models import User

    with city_database.writing() as session:
        session.get_one(User, city.users["reviewer"]).roles = []

    page = city_client.sign_in("reviewer")

    assert "还没有分配角色" in page.text or page.path != "/"
