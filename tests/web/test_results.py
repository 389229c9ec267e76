"""The results library: pairs of what was signed off, in one's own sight."""

from __future__ import annotations

from datetime import timedelta

from app.domain.states import State
from tests.builders import MONDAY, make_problem, move, report, route


def closed(city_database, city, **changes):
    with city_database.writing() as session:
        if not changes:
            return make_problem(session, city, State.SIGNED_OFF).id
        outcome = report(session, city, **changes)
        move(session, city, outcome.problem_id, "dispatch", "reviewer", **route(city))
        done = {"remedy": "已清运", "handled_by": "环卫班"}
        move(session, city, outcome.problem_id, "submit", "zhanqian", photos=1, **done)
        move(session, city, outcome.problem_id, "pass_check", "checker")
        move(session, city, outcome.problem_id, "sign_off", "hw_admin")
        return outcome.problem_id


def titles(page):
    return page.texts("ul.cards h2")


def test_an_empty_library_says_what_will_appear(city_client):
    city_client.login("reviewer")
    page = city_client.get("/results")

    assert page.heading == "成果库"
    assert "成果库还是空的" in page.text


def test_a_closed_problem_stands_there_as_a_pair(city_client, city_database, city):
    closed(city_database, city)
    with city_database.writing() as session:
        make_problem(session, city, State.PRE_SIGNED_OFF)
    city_client.login("reviewer")
    page = city_client.get("/results")

    assert titles(page) == ["暴露垃圾"]
    assert len(page.select("figure.compare img")) == 2
    assert "FS-210402-2026-00001" in page.text
    assert "2026-11-16 销号" in page.text
    assert "已清运垃圾并冲洗地面" in page.text


def test_its_photos_are_the_copies_that_may_leave_the_house(city_client, city_database, city):
    closed(city_database, city)
    city_client.login("reader")
    page = city_client.get("/results")
    small = [image.get("src") for image in page.select("figure.compare img")]
    large = [link.get("href") for link in page.select("figure.compare a")]
    assert len(small) == len(large) == 2
    assert all(address.endswith("/shared/thumb") for address in small)
    assert all(address.endswith("/shared") for address in large)


def test_each_sees_the_results_of_his_own_scope(city_client, city_database, city):
    closed(city_database, city)
    for login, seen in (("zhanqian", 1), ("xinfu", 1), ("hw_admin", 1), ("dongzhou", 0),
                        ("sz_admin", 0), ("reader", 1)):  # fmt: skip
        city_client.login(login)
        page = city_client.get("/results")
        assert len(titles(page)) == seen, login
        city_client.get("/results?q=垃圾")
        city_client.post_form("form[action='/logout']")


def test_filters_narrow_and_are_said(city_client, city_database, city):
    closed(city_database, city)
    closed(city_database, city, description="桥下积水很深", address="和平桥")
    city_client.login("reviewer")

    page = city_client.get("/results?q=积水")
    assert len(titles(page)) == 1
    assert "和平桥" in page.text
    assert "含有“积水”" in page.text

    street = city.orgs["210402005"]
    page = city_client.get(f"/results?f.street.is={street}")
    assert "没有符合条件的成果" in page.text
    page = city_client.follow("清除筛选")
    assert len(titles(page)) == 2


def test_a_period_is_of_signing_off(city_client, city_database, city):
    closed(city_database, city)
    city_client.login("reviewer")
    day = MONDAY.date()

    for since, seen in ((day, 1), (day + timedelta(days=1), 0)):
        page = city_client.get(f"/results?f.signed_off_at.since={since}")
        assert len(titles(page)) == seen


def test_a_wrong_filter_gets_a_sentence_and_the_page_stays(city_client, city_database, city):
    closed(city_database, city)
    city_client.login("reviewer")
    page = city_client.get("/results?f.signed_off_at.since=昨天&f.nonsense.is=1")

    assert len(titles(page)) == 1
    assert "请填写日期" in page.text


def test_pages_follow_each_other(city_client, city_database, city):
    for _ in range(3):
        closed(city_database, city)
    city_client.login("reviewer")

    first = city_client.get("/results?limit=2")
    assert len(titles(first)) == 2
    second = city_client.follow("下一页")
    assert len(titles(second)) == 1
    assert len(titles(city_client.follow("回到第一页"))) == 2 + 1


def test_strangers_are_sent_to_sign_in(city_client):
    assert city_client.get("/results").path == "/login"
