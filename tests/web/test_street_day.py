"""A street's lists and the rectification: what is mine to do, by when, and handing it in."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.domain.states import State
from app.models import Photo, Problem
from tests.builders import MONDAY, make_problem, move, report, route
from tests.web.camera import PLACE, broken, shot

FORM = "main form"


@pytest.fixture
def listed(city_database, city):
    """A problem on 站前街道's list."""
    with city_database.writing() as session:
        return make_problem(session, city, State.LISTED).id


@pytest.fixture
def street(city_client):
    city_client.login("zhanqian")
    return city_client


def rectified(**changes):
    return {
        "photos": [shot(11)],
        "remedy": "出动 2 人清运垃圾 1 车，地面已冲洗",
        "handled_by": "站前环卫班",
        **PLACE,
        **changes,
    }


def state_of(database, problem_id):
    with database.reading() as session:
        return session.get_one(Problem, problem_id).state


def test_today_lists_what_is_mine_with_its_clock_and_the_work_as_a_button(street, listed):
    page = street.get("/today")

    assert page.heading == "今日清单"
    assert "待整改 1 件" in page.text
    assert page.links["拍整改后：暴露垃圾"] == f"/problems/{listed}/submit#capture"
    assert "个工作日" in page.one(".card .clock").itertext().__next__() or page.texts(
        ".card .clock"
    )
    assert page.links["今日清单1 件"] == "/today"


def test_today_puts_the_nearest_deadline_first_and_counts_what_is_late(
    city_client, city, city_database, monkeypatch
):
    from datetime import timedelta

    with city_database.writing() as session:
        for days, number in ((4, "nearest"), (0, "late"), (6, "last")):
            now = MONDAY - timedelta(days=14) + timedelta(days=days * 2)
            outcome = report(session, city, now, description=f"垃圾堆放 {number}")
            move(session, city, outcome.problem_id, "dispatch", "reviewer", now, **route(city))
    monkeypatch.setattr("app.clock.now", lambda: MONDAY)
    city_client.login("zhanqian")
    page = city_client.get("/today")

    with city_database.reading() as session:
        rows = session.execute(select(Problem.id).order_by(Problem.due_at)).scalars()
        wanted = [f"/problems/{problem_id}" for problem_id in rows]
    assert [a.get("href") for a in page.select(".card-title a")] == wanted
    assert "待整改 3 件：超期 1 件" in page.text


def test_what_was_sent_back_says_why(street, city, city_database, listed):
    with city_database.writing() as session:
        move(session, city, listed, "submit", "zhanqian", photos=1, remedy="清了", handled_by="班")
        move(
            session, city, listed, "send_back", "checker",
            reason_code="partly_fixed", text="墙角还有一堆",
        )  # fmt: skip
    assert "退件：整改不彻底，墙角还有一堆" in street.get("/today").text
    assert "墙角还有一堆" in street.follow("拍整改后：暴露垃圾").text


def test_an_empty_list_says_what_will_appear_and_leads_on(city_client):
    city_client.login("fumin")
    page = city_client.get("/today")

    assert "今天没有待整改的问题" in page.text
    assert page.links["去上报问题"] == "/report"


def test_the_rectification_is_handed_in_beside_the_picture_of_before(street, city_database, listed):
    page = street.get(f"/problems/{listed}/submit")
    assert page.select(".photo img")
    assert "整改时限暂停" in page.text
    assert page.one("[name=handled_by]").get("value") == "站前街道"
    page = street.post_form(FORM, rectified(), button="提交整改")

    assert page.path == "/today"
    assert "已提交整改" in page.text
    assert state_of(city_database, listed) == "submitted"
    with city_database.reading() as session:
        photo = session.scalars(select(Photo).where(Photo.phase == "after")).one()
    assert (photo.problem_id, photo.round, photo.lat) == (listed, 1, 41.8797)


def test_an_incomplete_rectification_keeps_text_and_photos(street, city_database, listed):
    street.get(f"/problems/{listed}/submit")
    sent = rectified(remedy="", photos=[shot(11), broken()])
    page = street.post_form(FORM, sent, button="提交整改", status=422)

    assert "请填写解决方案" in page.text
    assert "第 2 张：照片无法打开" in page.text
    assert "1 张照片已上传" in page.text
    assert page.one("[name=handled_by]").get("value") == "站前环卫班"
    assert state_of(city_database, listed) == "listed"
    page = street.post_form(FORM, {"remedy": "已清运垃圾并冲洗"}, button="提交整改")
    assert state_of(city_database, listed) == "submitted"


def test_the_same_rectification_sent_twice_counts_once(street, city_database, listed):
    form = street.get(f"/problems/{listed}/submit")
    for _ in range(2):
        street.page = form
        assert street.post_form(FORM, rectified(), button="提交整改").path == "/today"

    with city_database.reading() as session:
        wanted = select(func.count()).select_from(Photo).where(Photo.phase == "after")
        assert session.scalar(wanted) == 1
        assert session.get_one(Problem, listed).version == 4


def test_who_comes_second_hears_who_was_first(street, city, city_database, listed):
    street.get(f"/problems/{listed}/submit")
    with city_database.writing() as session:
        move(session, city, listed, "submit", "zhanqian", photos=1, remedy="清了", handled_by="班")
    page = street.post_form(FORM, rectified(), button="提交整改", status=409)

    assert "站前街道 站前采集员 已提交了整改结果" in page.text
    assert page.links["查看最新情况"] == f"/problems/{listed}"
    assert page.select(FORM) == []


@pytest.mark.parametrize(
    ("login", "status", "sentence"),
    [("fumin", 404, "没有找到"), ("brigade", 409, "不由您提交整改"), ("reviewer", 403, "权限")],
)
def test_there_is_no_form_for_what_is_not_mine(city_client, listed, login, status, sentence):
    city_client.login(login)
    assert sentence in city_client.get(f"/problems/{listed}/submit", status=status).text


def test_a_text_too_long_for_its_column_is_refused_with_a_sentence(street, listed):
    street.get(f"/problems/{listed}/submit")
    page = street.post_form(FORM, rectified(handled_by="班" * 101), button="提交整改", status=422)
    assert "整改人最多 100 个字" in page.text


def test_my_reports_show_every_state_by_tabs(street, city, city_database):
    with city_database.writing() as session:
        made = {state: make_problem(session, city, state).id for state in State}
    page = street.get("/mine")
    assert len(page.select(".card")) == len(made)
    expected = {"待补正": 1, "草稿": 1, "待审核": 2, "办理中": 5, "已销号": 1, "作废": 1}
    for tab, cards in expected.items():
        street.get("/mine")
        page = street.follow(tab)
        assert len(page.select(".card")) == cards, tab
        assert page.texts(".tabs [aria-current]") == [tab]
    assert "作废：情况不属实，现场没有垃圾" in page.text


def test_an_unknown_tab_is_the_whole_list_and_an_empty_one_says_so(street):
    assert "您还没有上报过问题" in street.get("/mine?tab=nonsense").text
    assert "这一类里没有上报" in street.get("/mine?tab=void").text
    street.get("/mine?tab=void&f.state.in=%00&after=zz&sort=x")
