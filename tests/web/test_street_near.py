"""What lies near a report, inside its form: the same one, come back, or another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.domain.states import State
from app.models import Problem
from app.services.world import change_rules
from tests import builders
from tests.builders import MONDAY
from tests.web import making
from tests.web.camera import PLACE, shot
from tests.web.reporting import FORM, count, report

HERE = f"lat={PLACE['lat']}&lng={PLACE['lng']}"


@pytest.fixture
def street(city_client):
    """站前街道's collector, signed in."""
    city_client.login("zhanqian")
    return city_client


@pytest.fixture
def near(city_database, city):
    """A problem on the list, at the very place."""
    return here(city_database, city, State.LISTED)


def here(database, city, state, **changes):
    """A problem in this state at the place of the form; its id."""
    place = {"lat": float(PLACE["lat"]), "lng": float(PLACE["lng"])} | changes
    with database.writing() as session:
        problem = builders.make_problem(session, city, state, clock.now() - timedelta(days=5))
        for name, value in place.items():
            setattr(problem, name, value)
        return problem.id


def part(client, city, kind="rubbish", place=HERE):
    """The part of the form for a place and a kind."""
    return client.get(f"/report/near?{place}&category_id={city.categories[kind]}", check=False)


def answers(page):
    return [each.get("value") for each in page.select("input[name=near]")]


def test_the_part_shows_what_is_near_with_distance_age_state_and_a_large_photo(street, city, near):
    page = part(street, city)
    assert answers(page) == [f"same:{near}", "none"]
    for words in ("0 米", "5 天前上报", "待整改", "就是这个", "不是"):
        assert words in page.text, words
    assert page.one(".near-one img").get("src").endswith("/thumb")


def test_only_the_kind_the_radius_and_what_one_may_see_count(
    city_client, city, city_database, near
):
    north = {"lat": float(PLACE["lat"]) + 0.0004}  # 44 metres
    far = here(city_database, city, State.LISTED, **north)
    city_client.login("zhanqian")
    assert answers(part(city_client, city)) == [f"same:{near}", "none"]
    assert answers(part(city_client, city, "cover")) == []
    with city_database.writing() as session:
        change_rules(session, {"nearby_metres": 50}, MONDAY, None)
    assert answers(part(city_client, city)) == [f"same:{near}", f"same:{far}", "none"]
    city_client.login("fumin")
    assert answers(part(city_client, city)) == []


@pytest.mark.parametrize("place", ["", "lat=x&lng=1", "lat=nan&lng=1", "lat=41.8"])
def test_a_place_that_is_none_has_nothing_near(street, city, near, place):
    assert part(street, city, place=place).response.get_data(as_text=True).strip() == ""


def test_a_first_report_without_a_script_shows_what_is_near_and_keeps_everything(
    street, city, city_database, near
):
    street.get("/report")
    page = street.post_form(FORM, report(city), button="上报", status=422)
    assert "附近有同类问题" in page.text
    assert "1 张照片已上传" in page.text
    assert page.one("[name=description]").text.strip() == "路口东侧堆放生活垃圾"
    assert count(city_database, Problem) == 1

    page = street.post_form(FORM, {}, button="上报")  # seen, and nothing said: another one
    assert page.heading == "已上报"
    assert count(city_database, Problem) == 2


def test_a_report_without_a_position_is_asked_by_the_words_of_its_address(
    street, city, city_database
):
    same = here(city_database, city, State.LISTED, lat=None, lng=None, address="中央大街12号")
    here(city_database, city, State.LISTED, address="中央大街 35 号门前")
    other_kind = {"category_id": city.categories["cover"], "address": "中央大街12号"}
    here(city_database, city, State.LISTED, **other_kind)
    nowhere = dict.fromkeys(PLACE, "") | {"no_position_reason": "手机没有定位信号"}
    street.get("/report")
    page = street.post_form(FORM, report(city) | nowhere, button="上报", status=422)
    assert answers(page) == [f"same:{same}", "none"]
    assert "点位相近" in page.text
    assert count(city_database, Problem) == 3

    page = street.post_form(FORM, {"near": f"same:{same}"}, button="上报")
    assert page.path == f"/problems/{same}"
    assert count(city_database, Problem) == 3


def test_this_one_adds_the_photos_and_files_nothing(street, city, city_database, near):
    street.get("/report")
    street.post_form(FORM, report(city, photos=[shot(1), shot(2)]), button="上报", status=422)
    page = street.post_form(FORM, {"near": f"same:{near}"}, button="上报")
    assert page.path == f"/problems/{near}"
    assert "没有另报一件" in page.text
    assert count(city_database, Problem) == 1
    assert making.moves(city_database, near)[-1] == "add_evidence"


def test_another_one_is_remembered_by_the_form(street, city, city_database, near):
    street.get("/report")
    street.post_form(FORM, report(city), button="上报", status=422)
    page = street.post_form(FORM, {"near": "none", "description": "短"}, button="上报", status=422)
    assert page.select("#near-none[checked]")
    page = street.post_form(FORM, {"description": "路口东侧堆放生活垃圾"}, button="上报")
    assert page.heading == "已上报"


def test_what_came_back_is_filed_anew_and_both_pages_say_so(street, city, city_database):
    closed = here(city_database, city, State.SIGNED_OFF)
    street.get("/report")
    page = street.post_form(FORM, report(city), button="上报", status=422)
    assert "复发" in page.text
    street.post_form(FORM, {"near": f"again:{closed}"}, button="上报")

    with city_database.reading() as session:
        new = session.scalars(select(Problem).where(Problem.state == "pooled")).one()
        old = session.get_one(Problem, closed)
        assert new.recurrence_of_id == closed
    page = street.get(f"/problems/{new.id}")
    assert page.links[old.number] == f"/problems/{closed}"
    assert "复发自" in page.text
    page = street.get(f"/problems/{closed}")
    assert "后来复发" in page.text
    assert page.links[f"内部号 {new.id}"] == f"/problems/{new.id}"


def test_what_was_closed_long_ago_is_no_recurrence(street, city, city_database):
    closed = here(
        city_database, city, State.SIGNED_OFF, signed_off_at=clock.now() - timedelta(days=200)
    )
    assert answers(part(street, city)) == []
    street.get("/report")
    page = street.post_form(FORM, report(city, recurrence_of=closed), button="上报", status=422)
    assert "只能关联 180 天内销号的问题" in page.text


def test_an_open_one_or_one_out_of_sight_cannot_be_named_as_what_came_back(
    street, city, city_database, near
):
    street.get("/report")
    page = street.post_form(FORM, report(city, recurrence_of=near), button="上报", status=422)
    assert "只能关联" in page.text
    street.get("/report")
    street.post_form(FORM, report(city, recurrence_of=999999), button="上报", status=404)


def test_a_report_that_is_put_right_is_not_asked_again(street, city, city_database, near):
    street.get("/report")
    street.post_form(FORM, report(city, photos=[shot(8)]), button="上报", status=422)
    street.post_form(FORM, {"near": "none"}, button="上报")
    with city_database.writing() as session:
        problem = session.scalars(select(Problem).where(Problem.state == "pooled")).one().id
        builders.move(session, city, problem, "return_for_correction", "reviewer", text="照片不清")
    street.get(f"/drafts/{problem}")
    page = street.post_form(FORM, {}, button="补正后上报")
    assert page.heading == "已上报"
