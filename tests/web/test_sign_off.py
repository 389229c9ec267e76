"""The lead section's desks: 销号, and the decision on 挂号 with the leader's part in it."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.states import State
from app.services.workflow.facts import pending_request
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.web.client import CheckingClient
from tests.web.making import made, moved, problem, state

WISH = {
    "reason_code": "season",
    "text": "冬季不宜栽种",
    "target_date": date(2026, 12, 20),
    "interim_measure": "设置围挡",
}


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def section(city_client):
    city_client.login("hw_admin")
    return city_client


def wished(database, city, **changes):
    """A problem whose unit asks for 挂号."""
    problem_id = made(database, city, State.LISTED)
    moved(database, city, problem_id, "request_deferral", "zhanqian", **(WISH | changes))
    return problem_id


def test_signing_off_goes_on_to_the_next(section, city_database, city):
    first, second = (made(city_database, city, State.PRE_SIGNED_OFF) for _ in range(2))
    page = section.get("/sign-off")
    assert len(page.select("tr.row-link")) == 2
    section.get(f"/sign-off/{first}")
    page = section.post_form("#form-sign_off", {"sign_off-text": "同意"}, button="销号")

    assert page.path == f"/sign-off/{second}"
    assert "已销号" in page.text
    assert state(city_database, first) == "signed_off"


def test_a_refusal_sends_it_back_to_the_unit_with_its_reason(section, city_database, city):
    problem_id = made(city_database, city, State.PRE_SIGNED_OFF)
    section.get(f"/sign-off/{problem_id}")
    section.post_form(
        "#form-refuse_sign_off",
        {"refuse_sign_off-reason_code": "photo_unclear", "refuse_sign_off-text": "请重拍"},
    )

    assert state(city_database, problem_id) == "listed"


def test_another_section_has_neither_queue_nor_form(city_client, city_database, city):
    problem_id = made(city_database, city, State.PRE_SIGNED_OFF)
    city_client.login("sz_admin")

    assert "没有待销号的问题" in city_client.get("/sign-off").text
    city_client.get(f"/sign-off/{problem_id}", status=404)


def test_a_request_shows_reason_date_and_measure_and_is_approved_with_a_final_date(
    section, city_database, city
):
    problem_id = wished(city_database, city)
    page = section.get("/deferrals")
    for words in ("季节", "冬季不宜栽种", "挂号至 2026-12-20（34 天）", "设置围挡"):
        assert words in page.text
    section.follow("暴露垃圾")
    values = {"approve_deferral-target_date": "2026-12-10", "approve_deferral-text": "尽快"}
    page = section.post_form("#form-approve_deferral", values, button="同意挂号")

    assert page.path == "/deferrals"
    assert "已同意挂号" in page.text
    row = problem(city_database, problem_id)
    assert (row.state, row.deferral_due) == ("deferred", date(2026, 12, 10))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("", "请选择完成期限"),
        ("2026-11-16", "完成期限应在明天到"),
        ("明天", "请按 2026-11-30 的样子填写日期"),
    ],
)
def test_a_date_that_cannot_be_is_told_at_its_field(section, city_database, city, day, said):
    problem_id = wished(city_database, city)
    section.get(f"/deferrals/{problem_id}")
    values = {"approve_deferral-target_date": day, "approve_deferral-text": "我的意见"}
    page = section.post_form("#form-approve_deferral", values, status=422)

    assert said in page.text
    assert "我的意见" in page.text
    assert state(city_database, problem_id) == "listed"


def test_a_no_needs_its_reason_and_the_clock_never_stopped(section, city_database, city):
    problem_id = wished(city_database, city)
    section.get(f"/deferrals/{problem_id}")
    page = section.post_form("#form-refuse_deferral", status=422)
    assert "请写明不同意的理由" in page.text
    page = section.post_form("#form-refuse_deferral", {"refuse_deferral-text": "可以先清理"})

    assert "已答复不同意挂号" in page.text
    with city_database.reading() as session:
        assert pending_request(session, problem_id) is None


def test_a_date_far_ahead_goes_through_the_section_to_the_leader(section, city_database, city):
    problem_id = wished(city_database, city, target_date=date(2027, 4, 1))
    page = section.get(f"/deferrals/{problem_id}")
    assert not page.select("#form-approve_deferral")
    section.post_form("#form-endorse_deferral", {"endorse_deferral-text": "情况属实"})
    assert "没有待审批的挂号申请" in section.get("/deferrals").text

    leader = CheckingClient(section.app)
    leader.login("leader")
    page = leader.get("/deferrals")
    assert "同意，报领导审批。情况属实" in page.text
    leader.follow("暴露垃圾")
    leader.post_form("#form-approve_deferral", button="同意挂号")
    assert problem(city_database, problem_id).deferral_due == date(2027, 4, 1)


def test_an_answered_request_is_shown_without_forms(section, city_database, city):
    problem_id = wished(city_database, city)
    moved(city_database, city, problem_id, "refuse_deferral", "hw_admin", text="不同意")
    page = section.get(f"/deferrals/{problem_id}")

    assert "这里没有待审批的挂号申请" in page.text
    assert not page.select("form[id^=form-]")


@pytest.mark.parametrize("login", ["zhanqian", "reviewer", "checker", "brigade"])
def test_only_sections_and_leaders_decide_on_deferrals(city_client, login):
    city_client.login(login)
    city_client.get("/deferrals", status=403)
