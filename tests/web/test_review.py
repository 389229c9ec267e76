"""The reviewer's morning: the pool, one report after another, and every way out of the pool."""

from __future__ import annotations

import pytest

from app.domain.states import Priority, State
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.web.making import made, moved, moves, problem, reported, state


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def reviewer(city_client):
    city_client.login("reviewer")
    return city_client


def test_the_pool_shows_reports_with_their_intake_clock_and_marks_urgent_requests(
    reviewer, city_database, city
):
    reported(city_database, city)
    reported(
        city_database, city, priority=Priority.URGENT, urgent_reason="井盖缺失，有人踩空",
        category_id=city.categories["cover"],
    )  # fmt: skip
    page = reviewer.get("/review")

    assert page.texts(".cell-title") == ["暴露垃圾", "紧急申请 污水井盖"]
    assert all("剩 1 个工作日" in clock for clock in page.texts(".cell-clock"))


def test_an_empty_pool_says_what_will_come(reviewer):
    assert "问题池是空的" in reviewer.get("/review").text


def test_dispatch_gives_a_number_says_until_when_and_goes_on_to_the_next(
    reviewer, city_database, city
):
    first, second = (reported(city_database, city) for _ in range(2))
    reviewer.get("/review")
    reviewer.follow("暴露垃圾")
    assert reviewer.page.path == f"/review/{first}"
    assert "第 1 件，共 2 件" in reviewer.page.text

    page = reviewer.post_form("#form-route", button="move=dispatch")

    assert page.path == f"/review/{second}"
    assert "已下发，编号 FS-210402-2026-00001，整改时限到 11月25日" in page.text
    assert problem(city_database, first).responsible_org_id == city.orgs["210402001"]


def test_the_last_of_the_pool_leads_back_to_the_pool(reviewer, city_database, city):
    only = reported(city_database, city)
    reviewer.get(f"/review/{only}")
    page = reviewer.post_form("#form-route", button="move=dispatch")

    assert page.path == "/review"
    assert page.select("[data-accepted]")


def test_another_kind_brings_its_own_section_and_helpers_are_kept(reviewer, city_database, city):
    problem_id = reported(city_database, city)
    reviewer.get(f"/review/{problem_id}")
    reviewer.post_form(
        "#form-route",
        {
            "category_id": city.categories["cover"],
            "responsible_org_id": city.orgs["210402"],
            "co_org_ids": [str(city.orgs["SZ"]), str(city.orgs["210402"])],
        },
        button="move=dispatch",
    )
    row = problem(city_database, problem_id)

    assert row.category_name == "污水井盖"
    assert row.lead_section_id == city.orgs["SZ"]
    assert row.responsible_org_id == city.orgs["210402"]
    assert "协办单位市政科" in reviewer.get(f"/problems/{problem_id}").text


def test_an_urgent_request_goes_to_the_leader_or_down_with_a_reason(reviewer, city_database, city):
    ask = {"priority": Priority.URGENT, "urgent_reason": "有坠落危险"}
    first, second = (reported(city_database, city, **ask) for _ in range(2))
    reviewer.get(f"/review/{first}")
    page = reviewer.post_form("#form-route", button="move=dispatch", status=422)
    assert "按一般问题下发请写明理由" in page.text
    reviewer.post_form("#form-route", {"general_reason": "已有围挡"}, button="move=dispatch")
    assert state(city_database, first) == "listed"

    reviewer.get(f"/review/{second}")
    reviewer.post_form("#form-route", button="move=refer_to_leader")
    assert state(city_database, second) == "urgent_review"
    assert problem(city_database, second).urgent_reason == "有坠落危险"


def test_a_general_report_goes_to_the_leader_only_with_a_reason(reviewer, city_database, city):
    problem_id = reported(city_database, city)
    reviewer.get(f"/review/{problem_id}")
    page = reviewer.post_form("#form-route", button="move=refer_to_leader", status=422)
    assert "请写明紧急理由" in page.text
    assert page.select("#refer_to_leader[open]")

    reviewer.post_form("#form-route", {"urgent_reason": "井盖缺失"}, button="move=refer_to_leader")
    assert state(city_database, problem_id) == "urgent_review"


def test_return_for_correction_needs_words_and_keeps_the_rest_of_the_page(
    reviewer, city_database, city
):
    problem_id = reported(city_database, city)
    reviewer.get(f"/review/{problem_id}")
    page = reviewer.post_form("#form-return_for_correction", button="退回补正", status=422)
    assert "请写明需要补正什么" in page.text
    assert page.select("#return_for_correction[open]")
    assert page.form("#form-route").controls != []

    reviewer.post_form("#form-return_for_correction", {"return_for_correction-text": "补拍远景"})
    assert state(city_database, problem_id) == "needs_correction"


def test_a_neighbour_of_the_same_kind_can_be_named_as_the_one_reported_before(
    reviewer, city_database, city
):
    earlier = made(city_database, city, State.LISTED)
    problem_id = reported(city_database, city)
    page = reviewer.get(f"/review/{problem_id}")
    assert "0 米" in page.text
    assert "今天上报" in page.text

    reviewer.follow("标为重复")
    assert reviewer.page.select("#void[open]")
    reviewer.post_form("#form-void", button="作废")

    row = problem(city_database, problem_id)
    assert (row.state, row.void_reason, row.duplicate_of_id) == ("void", "duplicate", earlier)


def test_a_twin_without_a_number_is_named_by_its_inner_one(reviewer, city_database, city):
    earlier, problem_id = (reported(city_database, city) for _ in range(2))
    reviewer.get(f"/review/{problem_id}")
    reviewer.follow("标为重复")
    reviewer.post_form("#form-void", button="作废")

    assert problem(city_database, problem_id).duplicate_of_id == earlier


@pytest.mark.parametrize("name", ["FS-210402-2026-99999", "999999999", "垃圾", "1" * 40])
def test_a_duplicate_of_nothing_is_refused_at_its_field(reviewer, city_database, city, name):
    problem_id = reported(city_database, city)
    reviewer.get(f"/review/{problem_id}")
    page = reviewer.post_form(
        "#form-void",
        {"void-reason_code": "duplicate", "void-text": "重复", "void-duplicate_of_id": name},
        status=422,
    )

    assert "没有找到" in page.text
    assert state(city_database, problem_id) == "pooled"


def test_who_comes_second_hears_what_happened_and_keeps_his_words(reviewer, city_database, city):
    problem_id = reported(city_database, city)
    reviewer.get(f"/review/{problem_id}")
    moved(city_database, city, problem_id, "void", "reviewer", reason_code="test", text="测试数据")
    page = reviewer.post_form(
        "#form-return_for_correction",
        {"return_for_correction-text": "请补拍远景照片"},
        status=409,
    )

    assert "审核员 已作废" in page.text
    assert "请补拍远景照片" in page.text
    assert page.links["查看最新情况"] == f"/problems/{problem_id}"
    assert state(city_database, problem_id) == "void"


def test_a_form_sent_twice_is_done_once(reviewer, city_database, city):
    problem_id = reported(city_database, city)
    page = reviewer.get(f"/review/{problem_id}")
    data = dict(page.form("#form-route").controls) | {"move": "dispatch"}
    answers = [reviewer.raw.post(f"/review/{problem_id}", data=data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert moves(city_database, problem_id).count("dispatch") == 1


def test_what_has_left_the_pool_is_shown_without_forms(reviewer, city_database, city):
    problem_id = made(city_database, city, State.LISTED)
    page = reviewer.get(f"/review/{problem_id}")

    assert "等 站前街道 整改" in page.text
    assert not page.select("form[id^=form-]")


def test_a_filter_of_the_pool_stays_while_walking_through_it(reviewer, city_database, city):
    reported(city_database, city, by="fumin", street_id=city.orgs["210402005"])
    first, second = (reported(city_database, city) for _ in range(2))
    query = f"f.street.is={city.orgs['210402001']}"
    reviewer.get(f"/review?{query}")
    reviewer.follow("暴露垃圾")
    assert reviewer.page.path == f"/review/{first}"
    assert "共 2 件" in reviewer.page.text
    page = reviewer.follow("下一件")

    assert page.path == f"/review/{second}"
    assert query in page.url


@pytest.mark.parametrize("login", ["zhanqian", "checker", "hw_admin", "sysadmin"])
def test_only_reviewers_review(city_client, city_database, city, login):
    problem_id = reported(city_database, city)
    city_client.login(login)

    city_client.get("/review", status=403)
    assert "审核员" in city_client.get(f"/review/{problem_id}", status=403).text


def test_a_move_of_another_desk_is_not_made_here(reviewer, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    token = reviewer.get("/review").select("input[name=csrf_token]")[0].get("value")
    answer = reviewer.raw.post(
        f"/review/{problem_id}", data={"csrf_token": token, "move": "pass_check"}
    )

    assert answer.status_code == 403
    assert state(city_database, problem_id) == "submitted"
