"""The brigade: hours not days, and the signature under urgent problems."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.states import State
from app.models import Problem
from tests.builders import MONDAY, make_problem, move
from tests.web.camera import PLACE, shot


@pytest.fixture
def urgent(city_database, city):
    with city_database.writing() as session:
        return make_problem(session, city, State.URGENT_LISTED).id


def at(monkeypatch, hours):
    now = MONDAY + timedelta(hours=hours)
    monkeypatch.setattr("app.clock.now", lambda: now)


def submit(session, city, problem_id):
    move(
        session, city, problem_id, "submit", "brigade", photos=1,
        remedy="已加盖临时井盖", handled_by="直属大队",
    )  # fmt: skip


def test_the_pool_counts_hours(city_client, monkeypatch, urgent):
    at(monkeypatch, 3)
    city_client.login("brigade")
    page = city_client.get("/brigade")

    assert "剩 21 小时 0 分" in page.text
    assert "督导中 1 件" in page.text
    assert page.links["拍整改后：暴露垃圾"] == f"/problems/{urgent}/submit#capture"
    assert page.links["督导池1 件"] == "/brigade"


def test_what_is_late_is_counted_first(city_client, monkeypatch, urgent):
    at(monkeypatch, 30)
    city_client.login("brigade")

    assert "督导中 1 件，超期 1 件" in city_client.get("/brigade").text


def test_the_brigade_submits_and_comes_back_to_its_pool(city_client, city_database, urgent):
    city_client.login("brigade")
    city_client.get("/brigade")
    city_client.follow("拍整改后：暴露垃圾")
    page = city_client.post_form(
        "main form",
        {"photos": [shot(51)], "remedy": "已加盖临时井盖并围挡", "handled_by": "一中队", **PLACE},
        button="提交整改",
    )

    assert page.path == "/brigade"
    assert "督导池是空的" in page.text
    with city_database.reading() as session:
        assert session.get_one(Problem, urgent).state == "submitted"


def test_the_admin_sees_what_waits_for_his_signature_and_gives_it(
    city_client, city, city_database, urgent
):
    with city_database.writing() as session:
        submit(session, city, urgent)
        move(session, city, urgent, "pass_check", "checker")
    city_client.login("brigade_admin")
    page = city_client.get("/brigade")
    assert "待销号 1 件" in page.text

    page = city_client.follow("看前后照片，办理销号：暴露垃圾")
    assert any(words.startswith("销号") for words in page.links)


def test_a_member_without_the_right_sees_no_signatures(city_client, city, city_database, urgent):
    with city_database.writing() as session:
        submit(session, city, urgent)
        move(session, city, urgent, "pass_check", "checker")
    city_client.login("brigade")

    assert "待销号" not in city_client.get("/brigade").text


@pytest.mark.parametrize("login", ["zhanqian", "leader", "reviewer"])
def test_the_pool_is_the_brigades(city_client, login):
    city_client.login(login)
    city_client.get("/brigade", status=403)
