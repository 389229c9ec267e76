"""Urgent decisions: cards for a minute between two meetings, and a stand-in for absences."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.domain.states import Priority, State
from app.models import Delegation, Event, Problem
from tests.builders import MONDAY, make_problem, move, report, route

CARD = "form.decision-form"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    """It is Monday morning."""
    now = MONDAY + timedelta(hours=1)
    monkeypatch.setattr("app.clock.now", lambda: now)
    return now


@pytest.fixture
def asked(city_database, city):
    """A problem that waits for the leader's decision."""
    with city_database.writing() as session:
        outcome = report(
            session, city, priority=Priority.URGENT, urgent_reason="井盖缺失，行人可能坠落"
        )
        move(
            session, city, outcome.problem_id, "refer_to_leader", "reviewer",
            **route(city), text="情况属实",
        )  # fmt: skip
        return outcome.problem_id


@pytest.fixture
def leader(city_client):
    city_client.login("leader")
    return city_client


def problem(database, problem_id):
    with database.reading() as session:
        return session.get_one(Problem, problem_id)


def test_a_card_has_all_that_a_decision_needs(leader, asked):
    page = leader.get("/urgent")

    card = " ".join(page.texts(".decision"))
    for words in (
        "暴露垃圾",
        "站前街道 中央大街路口",
        "井盖缺失，行人可能坠落",
        "审核员：情况属实",
        "剩 1 小时",
        "环境卫生科",
    ):
        assert words in card, words
    assert page.select(".decision .photo img")
    assert [button.partition("进入")[0] for button in page.buttons if "进入" in button] == [
        "确认紧急", "转一般",
    ]  # fmt: skip
    assert page.links["紧急审定1 件"] == "/urgent"


def test_confirming_gives_a_number_and_the_card_is_gone(leader, city_database, asked):
    leader.get("/urgent")
    page = leader.post_form(CARD, button="confirm_urgent")

    row = problem(city_database, asked)
    assert (row.state, row.priority) == ("urgent_listed", "urgent")
    assert row.number in page.text
    assert page.select(".decision") == []
    assert "没有待审定的紧急申请" in page.text


def test_lowering_wants_an_opinion_and_keeps_the_card(leader, city_database, asked):
    leader.get("/urgent")
    page = leader.post_form(CARD, button="lower_to_general", status=422)
    assert "转为一般请写明意见。" in page.text
    assert problem(city_database, asked).state == "urgent_review"

    leader.post_form(CARD, {"text": "无坠落危险，按一般办理"}, button="lower_to_general")
    assert problem(city_database, asked).state == "listed"


def test_who_comes_second_hears_who_decided(leader, city, city_database, asked):
    leader.get("/urgent")
    with city_database.writing() as session:
        move(session, city, asked, "lower_to_general", "leader", text="一般")
    page = leader.post_form(CARD, button="confirm_urgent", status=409)

    assert "分管领导 已转为一般问题" in page.text
    assert page.select(".decision") == []


def test_the_same_decision_sent_twice_decides_once(leader, city_database, asked):
    form = leader.get("/urgent")
    for _ in range(2):
        leader.page = form
        leader.post_form(CARD, button="confirm_urgent")

    with city_database.reading() as session:
        events = session.scalars(select(Event).where(Event.move == "confirm_urgent")).all()
    assert len(events) == 1


def test_no_other_move_hides_behind_the_cards_form(leader, city_database, asked):
    page = leader.get("/urgent")
    data = dict(page.form(CARD).controls) | {"move": "void", "text": "x"}

    assert leader.raw.post(f"/urgent/{asked}", data=data).status_code == 422
    assert problem(city_database, asked).state == "urgent_review"


def test_a_leader_of_other_sections_sees_no_card(city_client, asked):
    city_client.login("other_leader")

    assert city_client.get("/urgent").select(".decision") == []


def test_similar_reports_close_by_are_a_hint(leader, city, city_database, asked):
    with city_database.writing() as session:
        report(session, city)

    assert "同类问题" in " ".join(leader.get("/urgent").texts(".decision .signal"))


@pytest.mark.parametrize("login", ["zhanqian", "reviewer", "brigade_admin", "other_leader"])
def test_others_do_not_decide(city_client, city_database, asked, login):
    city_client.login(login)
    token = city_client.page.select("input[name=csrf_token]")[0].get("value")
    data = {"csrf_token": token, "move": "confirm_urgent", "version": "3"}
    answer = city_client.raw.post(f"/urgent/{asked}", data=data)

    assert answer.status_code == 403
    assert problem(city_database, asked).state == "urgent_review"


def delegate(client, city, **changes):
    day = MONDAY.date()
    sent = {
        "delegate_id": city.users["other_leader"],
        "first_day": day.isoformat(),
        "last_day": (day + timedelta(days=3)).isoformat(),
        **changes,
    }
    client.get("/delegation")
    return client.post_form("form.panel", sent, status=changes.pop("status", 200))


def test_a_stand_in_decides_in_the_leaders_name_and_the_timeline_says_so(
    leader, city_app, city, city_database, asked
):
    from tests.web.client import CheckingClient

    page = delegate(leader, city)
    assert "生效中" in page.text
    assert "已委托 示例住建局 另一领导 代为审定，到 11月19日。" in leader.get("/urgent").text

    other = CheckingClient(city_app)
    other.login("other_leader")
    page = other.get("/urgent")
    assert "代 分管领导 审定" in page.text
    other.post_form(CARD, button="confirm_urgent")
    assert "另一领导（代 分管领导）" in other.get(f"/problems/{asked}").text


def test_a_delegation_taken_back_ends_at_once(leader, city_app, city, asked):
    from tests.web.client import CheckingClient

    delegate(leader, city)
    page = leader.post_form("main table form", button="收回委托")
    assert "已结束" in page.text

    other = CheckingClient(city_app)
    other.login("other_leader")
    assert other.get("/urgent").select(".decision") == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"delegate_id": ""}, "请选择受托人。"),
        ({"first_day": ""}, "请选择开始日期。"),
        ({"last_day": ""}, "请选择结束日期。"),
        ({"first_day": "2026-11-15"}, "开始日期不能早于今天。"),
        ({"last_day": "2026-11-15"}, "结束日期不能早于开始日期。"),
        ({"last_day": "2027-11-15"}, "一次委托最长 90 天"),
    ],
)
def test_a_wrong_delegation_is_refused_with_a_sentence(
    leader, city, city_database, changes, sentence
):
    leader.get("/delegation")
    sent = {
        "delegate_id": city.users["other_leader"],
        "first_day": "2026-11-16",
        "last_day": "2026-11-19",
        **changes,
    }
    page = leader.post_form("form.panel", sent, status=422)

    assert sentence in page.text
    with city_database.reading() as session:
        assert session.scalars(select(Delegation)).all() == []


def test_two_stand_ins_for_the_same_days_are_refused(leader, city):
    delegate(leader, city)
    sent = {
        "delegate_id": city.users["hw_admin"],
        "first_day": date(2026, 11, 18).isoformat(),
        "last_day": date(2026, 11, 25).isoformat(),
    }
    leader.get("/delegation")
    page = leader.post_form("form.panel", sent, status=409)

    assert "这几天已委托 另一领导" in page.text


def test_nobody_takes_back_somebody_elses_delegation(leader, city, city_app, city_database):
    from tests.web.client import CheckingClient

    delegate(leader, city)
    with city_database.reading() as session:
        delegation_id = session.scalars(select(Delegation.id)).one()
    other = CheckingClient(city_app)
    other.login("other_leader")
    token = other.page.select("input[name=csrf_token]")[0].get("value")

    answer = other.raw.post(f"/delegation/{delegation_id}/revoke", data={"csrf_token": token})
    assert answer.status_code == 404


def test_a_delegate_who_is_no_leader_may_not_pass_it_on(leader, city, city_app):
    from tests.web.client import CheckingClient

    delegate(leader, city, delegate_id=city.users["hw_admin"])
    other = CheckingClient(city_app)
    other.login("hw_admin")

    other.get("/urgent")
    other.get("/delegation", status=403)


def test_a_problem_in_another_state_is_no_card(leader, city, city_database):
    with city_database.writing() as session:
        make_problem(session, city, State.URGENT_LISTED)

    assert leader.get("/urgent").select(".decision") == []
