"""Whoever judges photos reads what speaks against them, with the photo that caused it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.states import State
from app.models import PhotoSignal
from app.services.evidence import photos
from app.services.world import change_rules
from tests import builders
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.web.making import made, moved, reported


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    set_clock(monkeypatch, MONDAY + timedelta(days=1))


def doubt(session, photo, twin):
    """The photo was examined and found to be a copy."""
    photo.examined_at = MONDAY
    session.add(
        PhotoSignal(
            photo_id=photo.id, kind="near_copy", text="与另一张照片有 97% 的画面一致。",
            numbers={"equal": 0.97}, twin_id=twin.id, found_at=MONDAY,
        )
    )  # fmt: skip


@pytest.fixture
def doubted(city, city_database):
    """A problem to be checked whose after is a copy of another problem's photo: both ids."""
    other, problem_id = (made(city_database, city, State.SUBMITTED) for _ in range(2))
    with city_database.writing() as session:
        twin = photos.photos_of(session, [other])[other][-1]
        after = photos.photos_of(session, [problem_id])[problem_id][-1]
        doubt(session, after, twin)
    return other, problem_id


def test_the_checker_reads_the_signal_and_finds_the_twin(city_client, doubted):
    other, problem_id = doubted
    city_client.login("checker")
    page = city_client.get(f"/check/{problem_id}")
    assert "与其他照片近似" in page.text
    assert "整改后第 1 张：与另一张照片有 97% 的画面一致。" in page.text
    assert "还有 1 张照片正在检查" in page.text
    assert page.select(f".photo-signals a[href='/problems/{other}']")
    assert len(page.select(".photo-twins img")) == 2
    assert page.select("#form-pass_check")


def test_a_blocking_signal_takes_the_button_away_and_says_why(city_client, city_database, doubted):
    with city_database.writing() as session:
        change_rules(session, {"signal_near_copy": "block"}, MONDAY, None)
    city_client.login("checker")
    page = city_client.get(f"/check/{doubted[1]}")
    assert "按设置不得通过核查" in page.text
    assert not page.select("#form-pass_check")
    assert page.select("#form-send_back")


def test_where_a_signal_forbids_nothing_passes_before_it_was_looked_over(
    city, city_client, city_database
):
    problem_id = made(city_database, city, State.SUBMITTED)
    city_client.login("checker")
    assert city_client.get(f"/check/{problem_id}").select("#form-pass_check")
    with city_database.writing() as session:
        change_rules(session, {"signal_edited": "block"}, MONDAY, None)
    page = city_client.get(f"/check/{problem_id}")
    assert "按设置，检查完才能核查通过" in page.text
    assert not page.select("#form-pass_check")
    with city_database.writing() as session:
        for photo in photos.photos_of(session, [problem_id])[problem_id]:
            photo.examined_at = MONDAY
    assert city_client.get(f"/check/{problem_id}").select("#form-pass_check")


def test_a_twin_out_of_sight_is_told_without_picture_or_link(city, city_client, city_database):
    problem_id = made(city_database, city, State.PRE_SIGNED_OFF)
    elsewhere = reported(city_database, city)
    sz = {**builders.route(city), "lead_section_id": city.orgs["SZ"]}
    moved(city_database, city, elsewhere, "dispatch", "reviewer", **sz)
    with city_database.writing() as session:
        (twin,) = photos.photos_of(session, [elsewhere])[elsewhere]
        after = photos.photos_of(session, [problem_id])[problem_id][-1]
        doubt(session, after, twin)
    city_client.login("hw_admin")
    page = city_client.get(f"/sign-off/{problem_id}")
    assert "另一个问题（不在您的查看范围内）" in page.text
    assert not page.select(f"a[href='/problems/{elsewhere}']")
    assert len(page.select(".photo-twins img")) == 1


def test_nothing_is_said_where_there_is_nothing(city, city_client, city_database):
    problem_id = reported(city_database, city)
    with city_database.writing() as session:
        for photo in photos.photos_of(session, [problem_id])[problem_id]:
            photo.examined_at = MONDAY
    city_client.login("reviewer")
    assert "照片提示" not in city_client.get(f"/review/{problem_id}").text
