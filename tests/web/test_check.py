"""The checker's desk: before and after, passed or sent back, and on to the next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.states import SendBackReason, State
from tests.builders import MONDAY, remedy
from tests.demo_city import set_clock
from tests.web.client import CheckingClient
from tests.web.making import made, moved, problem, state


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    set_clock(monkeypatch, MONDAY + timedelta(days=1))


@pytest.fixture
def checker(city_client):
    city_client.login("checker")
    return city_client


def test_the_queue_shows_what_was_handed_in_and_until_when_it_is_to_be_checked(
    checker, city_database, city
):
    made(city_database, city, State.SUBMITTED)
    made(city_database, city, State.LISTED)
    page = checker.get("/check")

    assert page.texts(".cell-title") == ["暴露垃圾"]
    assert "剩 1 个工作日" in page.texts(".cell-clock")[0]
    assert "是" in page.text


def test_the_desk_shows_pair_remedy_who_round_distance_and_days(checker, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    page = checker.get(f"/check/{problem_id}")

    assert len(page.select(".compare-side img")) == 2
    for words in ("已清运垃圾并冲洗地面", "站前环卫班", "第 1 次", "相距 0 米 · 同一天拍摄"):
        assert words in page.text


def test_passing_goes_on_to_the_next_and_says_so(checker, city_database, city):
    first, second = (made(city_database, city, State.SUBMITTED) for _ in range(2))
    checker.get(f"/check/{first}")
    page = checker.post_form("#form-pass_check", button="核查通过")

    assert page.path == f"/check/{second}"
    assert "已核查通过" in page.text
    assert state(city_database, first) == "pre_signed_off"


def test_reasons_to_send_back_are_numbered_and_one_is_needed(checker, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    page = checker.get(f"/check/{problem_id}")
    words = page.texts("#form-send_back .form-check-label")
    assert words == [f"{place} {reason.label}" for place, reason in enumerate(SendBackReason, 1)]

    page = checker.post_form("#form-send_back", {"send_back-text": "还有一堆"}, status=422)
    assert "请选择退件原因" in page.text
    assert page.select("#send_back[open]")
    checker.post_form("#form-send_back", {"send_back-reason_code": "partly_fixed"})

    row = problem(city_database, problem_id)
    assert (row.state, row.send_back_text, row.returned_count) == ("listed", "还有一堆", 1)


def test_the_third_send_back_is_pointed_out_before_it_is_made(checker, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    page = checker.get(f"/check/{problem_id}")
    assert "第 3 次退件" not in page.text
    for _ in range(2):
        back = {"reason_code": "not_fixed", "text": "没有整改"}
        moved(city_database, city, problem_id, "send_back", "checker", **back)
        moved(city_database, city, problem_id, "submit", "zhanqian", photos=1, **remedy())
    page = checker.get(f"/check/{problem_id}")

    assert "已退件 2 次" in checker.get("/check").texts(".cell-title")[0]
    page = checker.get(f"/check/{problem_id}")
    assert "再退就是第 3 次退件" in page.text
    assert "已退件 2 次" in page.text
    assert len(page.select("section.panel .photos-small img")) == 2  # of the two earlier rounds


def test_nobody_checks_what_he_handed_in_himself(city_client, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    city_client.login("zhanqian")

    assert "核查员" in city_client.get(f"/check/{problem_id}", status=403).text


def test_who_comes_second_hears_what_happened_and_keeps_his_words(checker, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    checker.get(f"/check/{problem_id}")
    moved(city_database, city, problem_id, "pass_check", "checker")
    values = {"send_back-reason_code": "not_fixed", "send_back-text": "墙角还有"}
    page = checker.post_form("#form-send_back", values, status=409)

    assert "核查通过，预销号" in page.text
    assert "墙角还有" in page.text
    assert state(city_database, problem_id) == "pre_signed_off"


def test_those_who_judge_may_open_the_files_as_they_came(city_client, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    for login, count in (("checker", 2), ("reader", 0)):
        client = CheckingClient(city_client.app)
        client.login(login)
        page = client.get(f"/problems/{problem_id}")
        assert len(page.select(".originals a[href$='/original']")) == count
