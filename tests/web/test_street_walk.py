"""Today's list as one walks it: by day and distance, as a route, and the words of last time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.states import State
from tests import builders
from tests.builders import MONDAY
from tests.web import making

NORTH_M = 1 / 111_195  # degrees of latitude
HERE = (41.88, 123.957)
AT = f"at={HERE[0]},{HERE[1]}"


@pytest.fixture
def street(city_client, monkeypatch):
    """站前街道's collector, signed in on the Monday."""
    monkeypatch.setattr("app.clock.now", lambda: MONDAY)
    city_client.login("zhanqian")
    return city_client


def listed(database, city, metres, days_ago=0):
    """A problem on the list so many metres north of the phone, or without a place; its id."""
    with database.writing() as session:
        problem = builders.make_problem(
            session, city, State.LISTED, MONDAY - timedelta(days=days_ago)
        )
        lat = None if metres is None else HERE[0] + metres * NORTH_M
        problem.lat, problem.lng = lat, None if metres is None else HERE[1]
        return problem.id


def order(page, where=".card-title a"):
    return [int(link.get("href").split("/")[2]) for link in page.select(where)]


def test_within_a_day_the_nearest_comes_first_and_each_says_how_far_it_is(
    street, city, city_database
):
    far = listed(city_database, city, 1000)
    nowhere = listed(city_database, city, None)
    near = listed(city_database, city, 270)
    urgent = listed(city_database, city, 2000, days_ago=3)
    page = street.get(f"/today?{AT}")
    assert order(page) == [urgent, near, far, nowhere]
    said = page.texts(".card-tags")
    assert said == ["步行约 2.6 公里", "步行约 350 米", "步行约 1.3 公里", "没有定位"]
    assert "按直线距离的 1.3 倍估算" in page.text
    assert order(street.get("/today")) == [urgent, far, nowhere, near]


@pytest.mark.parametrize("at", ["", "41.88", "x,y", "nan,1", "91,1", "1,181", "41.88,123.9,5"])
def test_a_place_that_is_none_changes_nothing(street, city, city_database, at):
    one = listed(city_database, city, 100)
    page = street.get(f"/today?at={at}")
    assert order(page) == [one]
    assert "步行约" not in page.text


def test_a_long_list_goes_on_by_distance(street, city, city_database, monkeypatch):
    monkeypatch.setattr("app.web.street.walking.PAGE", 2)
    ids = [listed(city_database, city, metres) for metres in (300, 100, 200)]
    page = street.get(f"/today?{AT}")
    assert order(page) == [ids[1], ids[2]]
    page = street.get(next(link for link in page.links.values() if "from=2" in link))
    assert order(page) == [ids[0]]


def test_the_route_numbers_its_stops_and_lists_apart_what_has_no_place(street, city, city_database):
    ids = [listed(city_database, city, metres) for metres in (900, 300, 600)]
    nowhere = listed(city_database, city, None)
    street.get(f"/today?{AT}")
    page = street.follow("今日路线")
    assert order(page, ".walk-stops .card-title a") == [ids[1], ids[2], ids[0]]
    assert page.texts(".walk-number") == ["1", "2", "3"]
    assert page.texts(".walk-stops .card-tags") == ["步行约 390 米"] * 3
    assert "3 处，全程步行约 1.2 公里" in page.text
    assert "没有定位的 1 件" in page.text
    assert order(page)[-1] == nowhere


def test_a_route_without_a_position_begins_at_one_of_its_ends(street, city, city_database):
    ids = [listed(city_database, city, metres) for metres in (900, 300, 600)]
    page = street.get("/today/route")
    assert "不知道您在哪里" in page.text
    found = order(page, ".walk-stops .card-title a")
    assert found in ([ids[1], ids[2], ids[0]], [ids[0], ids[2], ids[1]])


def test_a_day_has_so_many_stops_and_says_what_is_left(street, city, city_database, monkeypatch):
    monkeypatch.setattr("app.services.lists.routes.MOST_STOPS", 2)
    soon = [listed(city_database, city, 500, days_ago=3) for _ in range(2)]
    listed(city_database, city, 10)
    page = street.get(f"/today/route?{AT}")
    assert sorted(order(page, ".walk-stops .card-title a")) == soon
    assert "清单里另有 1 处" in page.text


def test_an_empty_day_has_nowhere_to_walk_and_leads_back(street):
    page = street.get("/today/route")
    assert "今天没有要走的地方" in page.text
    assert page.links["回到今日清单"] == "/today"


def test_ones_own_last_words_for_the_kind_stand_in_the_form(street, city, city_database):
    first, second = listed(city_database, city, 10), listed(city_database, city, 20)
    page = street.get(f"/problems/{first}/submit")
    assert "按上次填写，请核对" not in page.text
    assert "已清理干净" in page.texts(".phrases button")
    making.moved(
        city_database,
        city,
        first,
        "submit",
        "zhanqian",
        photos=1,
        remedy="清运 1 车",
        handled_by="班",
    )
    page = street.get(f"/problems/{second}/submit")
    assert page.one("[name=remedy]").text.strip() == "清运 1 车"
    assert "按上次填写，请核对" in page.text
    assert page.one("[name=handled_by]").get("value") == "站前街道"
    assert page.select(".phrases") == []


def test_words_that_were_sent_back_are_not_offered_for_the_same_problem(
    street, city, city_database
):
    one = listed(city_database, city, 10)
    making.moved(
        city_database, city, one, "submit", "zhanqian", photos=1, remedy="清了", handled_by="班"
    )
    making.moved(
        city_database,
        city,
        one,
        "send_back",
        "checker",
        reason_code="remedy_unclear",
        text="怎么清？",
    )
    page = street.get(f"/problems/{one}/submit")
    assert (page.one("[name=remedy]").text or "").strip() == ""
