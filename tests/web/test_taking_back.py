"""The bar under which a verdict can be taken back, without any script."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.states import State
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.web.making import made, moved, moves, problem, state

BAR = "form.taken"


@pytest.fixture(autouse=True)
def at_nine(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def checker(city_client):
    city_client.login("checker")
    return city_client


def test_the_next_page_says_what_was_done_and_takes_it_back(checker, city_database, city):
    first, second = (made(city_database, city, State.SUBMITTED) for _ in range(2))
    checker.get(f"/check/{first}")
    page = checker.post_form("#form-pass_check", button="核查通过")
    assert page.path == f"/check/{second}"
    (said,) = page.texts(f"{BAR} p")
    assert said.startswith("已核查通过 FS-210402-2026-00001")

    page = checker.post_form(BAR)
    assert page.path == f"/check/{first}"
    assert "已撤回" in page.text
    assert state(city_database, first) == "submitted"
    assert moves(city_database, first)[-2:] == ["pass_check", "take_back"]
    assert not page.select(BAR)


def test_a_send_back_that_was_taken_back_counts_nowhere(checker, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    checker.get(f"/check/{problem_id}")
    values = {"send_back-reason_code": "not_fixed", "send_back-text": "墙角还有"}
    page = checker.post_form("#form-send_back", values)
    assert page.path == "/check"  # it was the last one: the bar stands above the list
    page = checker.post_form(BAR)

    assert page.path == f"/check/{problem_id}"
    assert "已退件 1 次" not in page.text
    row = problem(city_database, problem_id)
    assert (row.returned_count, row.send_back_text, row.state) == (0, "", "submitted")


def test_a_sign_off_is_taken_back_by_who_gave_it(city_client, city_database, city):
    problem_id = made(city_database, city, State.PRE_SIGNED_OFF)
    city_client.login("hw_admin")
    city_client.get(f"/sign-off/{problem_id}")
    page = city_client.post_form("#form-sign_off", button="销号")
    assert page.texts(f"{BAR} p")[0].startswith("已销号 FS-")
    city_client.post_form(BAR)

    row = problem(city_database, problem_id)
    assert (row.state, row.signed_off_at, row.signed_off_by_id) == ("pre_signed_off", None, None)


def test_nobody_else_sees_the_bar(checker, city_client, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    moved(city_database, city, problem_id, "pass_check", "checker")
    assert checker.get("/check").select(BAR)
    city_client.login("hw_admin")
    assert not city_client.get("/sign-off").select(BAR)


def test_after_the_window_the_bar_is_gone_and_a_late_press_is_told(
    checker, city_database, city, monkeypatch
):
    problem_id = made(city_database, city, State.SUBMITTED)
    checker.get(f"/check/{problem_id}")
    checker.post_form("#form-pass_check", button="核查通过")
    set_clock(monkeypatch, MONDAY + timedelta(seconds=40))
    page = checker.post_form(BAR, status=409)

    assert page.texts(".error-summary h2") == ["没有办理"]  # there is nothing to put right
    assert "已超过 10 秒，不能撤回。" in page.text
    assert state(city_database, problem_id) == "pre_signed_off"
    assert not page.select("button[value=take_back]")  # none is left that can only be refused
    assert page.texts("#form-pass_check") == []
    assert not checker.get("/check").select(BAR)


def test_the_desk_of_a_problem_takes_back_its_own_verdict_before_a_later_one(
    checker, city_database, city
):
    first, second = (made(city_database, city, State.SUBMITTED) for _ in range(2))
    for each in (first, second):
        moved(city_database, city, each, "pass_check", "checker")
    page = checker.get(f"/check/{first}")
    assert len(page.select("button[value=take_back]")) == 1
    checker.post_form(BAR)
    assert state(city_database, first) == "submitted"
    assert state(city_database, second) == "pre_signed_off"


def test_who_comes_too_late_hears_who_signed_off(checker, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    checker.get(f"/check/{problem_id}")
    checker.post_form("#form-pass_check", button="核查通过")
    moved(city_database, city, problem_id, "sign_off", "hw_admin")
    page = checker.post_form(BAR, status=409)

    assert "环卫管理员 已同意销号，现在是“销号”" in page.text
    assert "您刚才填写的内容" not in page.text  # a press of a button keeps nothing
    assert not page.select("button[value=take_back]")
    assert state(city_database, problem_id) == "signed_off"


def test_words_of_a_send_back_that_was_overtaken_are_kept_and_said_to_be(
    checker, city_database, city
):
    problem_id = made(city_database, city, State.SUBMITTED)
    checker.get(f"/check/{problem_id}")
    moved(city_database, city, problem_id, "pass_check", "checker")
    values = {"send_back-reason_code": "not_fixed", "send_back-text": "墙角还有"}
    page = checker.post_form("#form-send_back", values, status=409)
    assert "您刚才填写的内容还在下面" in page.text
    assert "墙角还有" in page.select("#form-send_back textarea")[0].text


def test_the_desks_script_gets_the_next_address_and_the_bar(checker, city_database, city):
    first, second = (made(city_database, city, State.SUBMITTED) for _ in range(2))
    page = checker.get(f"/check/{first}")
    sent = dict(page.form("#form-pass_check").controls) | {"move": "pass_check"}
    answer = checker.raw.post(f"/check/{first}", data=sent, headers={"X-Desk": "1"})

    assert answer.json["next"] == f"/check/{second}"
    assert "data-take-back-left" in answer.json["bar"]
