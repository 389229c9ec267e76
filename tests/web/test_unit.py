"""A responsible unit's list: three tabs, deadlines, and the two moves on each row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.states import State
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.web.making import made, moved, state


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def unit(city_client):
    """The district's own account."""
    city_client.login("zhanqian")
    return city_client


def test_each_tab_holds_its_states_and_says_how_many(unit, city_database, city):
    for each in (State.LISTED, State.LISTED, State.DEFERRED, State.SUBMITTED, State.SIGNED_OFF):
        made(city_database, city, each)
    page = unit.get("/unit")
    assert page.texts(".tabs a") == ["待整改2", "挂号1", "待核查1"]
    assert len(page.select("tr.row-link")) == 2

    page = unit.follow("挂号1")
    assert "已挂号" in page.texts(".cell-clock")[0]
    page = unit.follow("待核查1")
    assert "整改时限暂停" in page.texts(".cell-clock")[0]


def test_the_nearest_deadline_stands_first(unit, city_database, city):
    late = made(city_database, city, State.LISTED)
    early = made(city_database, city, State.LISTED, MONDAY - timedelta(days=3))
    page = unit.get("/unit")

    hrefs = [link.get("href") for link in page.select(".row-target")]
    assert hrefs == [f"/problems/{early}", f"/problems/{late}"]


def test_a_row_offers_what_the_table_allows_now(unit, city_database, city):
    made(city_database, city, State.LISTED)
    overdue = made(city_database, city, State.LISTED, MONDAY - timedelta(days=20))
    page = unit.get("/unit")
    offered = [row.split("：")[0] for row in page.texts(".cell-actions a")]
    assert offered == ["提交整改", "提交整改", "申请挂号"]  # what is overdue cannot be deferred
    assert page.select(f'a[href="/problems/{overdue}/submit#capture"]')
    assert "超期" in page.texts(".cell-clock")[0]


def test_a_rectification_sent_by_the_phone_leads_back_to_the_list(unit, city_database, city):
    problem_id = made(city_database, city, State.LISTED)
    page = unit.get(f"/problems/{problem_id}/submit")
    assert page.one("form[data-kind=rectification]").get("data-then") == "/today"


def test_the_unit_asks_for_a_deferral_from_its_list(unit, city_database, city):
    problem_id = made(city_database, city, State.LISTED)
    unit.get("/unit")
    unit.follow("申请挂号：暴露垃圾")
    page = unit.post_form("form.panel", {"text": "冬季不宜栽种"}, status=422)
    for words in ("请选择挂号原因", "请选择完成期限", "临时措施", "冬季不宜栽种"):
        assert words in page.text
    page = unit.post_form(
        "form.panel",
        {
            "reason_code": "season",
            "target_date": date(2026, 12, 20).isoformat(),
            "interim_measure": "设置围挡",
        },
    )

    assert "挂号申请待审批" in page.text
    assert state(city_database, problem_id) == "listed"


def test_an_open_request_takes_the_button_away(unit, city_database, city):
    problem_id = made(city_database, city, State.LISTED)
    moved(
        city_database, city, problem_id, "request_deferral", "zhanqian", reason_code="season",
        text="冬季", target_date=date(2026, 12, 20), interim_measure="围挡",
    )  # fmt: skip
    page = unit.get("/unit")

    assert [words.split("：")[0] for words in page.texts(".cell-actions a")] == ["提交整改"]


def test_a_search_that_finds_nothing_offers_the_way_back(unit, city_database, city):
    made(city_database, city, State.LISTED)
    page = unit.get("/unit?q=井盖")

    assert "没有符合条件的问题" in page.text
    assert unit.follow("清除筛选").texts(".cell-title") == ["暴露垃圾"]


@pytest.mark.parametrize("tab", ["", "deferred", "submitted", "nonsense"])
def test_an_empty_tab_says_what_will_come(unit, tab):
    assert "没有" in unit.get(f"/unit?tab={tab}").texts(".empty h2")[0]
