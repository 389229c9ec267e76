"""All problems: filters, order and pages by the address alone."""

from __future__ import annotations

import pytest

from app.domain.states import State
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.web.making import made, reported


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def reader(city_client):
    city_client.login("reader")
    return city_client


def test_a_filter_is_an_address_and_says_in_words_what_it_asks(reader, city_database, city):
    made(city_database, city, State.LISTED)
    made(city_database, city, State.SIGNED_OFF)
    reader.get("/problems")
    page = reader.post_form("form.filters", {"f.state.is": "signed_off"})

    assert page.texts(".cell-state") == ["销号"]
    assert "状态 是 销号" in page.text
    assert page.url.startswith("/problems?")
    assert len(reader.follow("清除").select("tr.row-link")) == 2


def test_a_column_sorts_both_ways_and_says_which(reader, city_database, city):
    first, second = (made(city_database, city, State.LISTED) for _ in range(2))
    reader.get("/problems")
    reader.follow("问题编号")
    assert rows(reader) == [first, second]
    reader.follow("问题编号")
    assert rows(reader) == [second, first]
    assert reader.page.select("th[aria-sort=descending]")


def rows(client):
    """The problems on the page, in order."""
    links = client.page.select(".row-target")
    return [int((link.get("href") or "").rpartition("/")[2]) for link in links]


def test_pages_follow_each_other_without_gap_or_repetition(reader, city_database, city):
    ids = [made(city_database, city, State.LISTED) for _ in range(5)]
    reader.get("/problems?limit=2")
    seen = rows(reader)
    while "下一页" in reader.page.links:
        reader.follow("下一页")
        seen += rows(reader)
    assert seen == ids[::-1]
    reader.follow("回到第一页")
    assert rows(reader) == ids[:-3:-1]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("f.nothing.is=1", "没有“nothing”这一列"),
        ("sort=nothing", "没有“nothing”这一列"),
        ("after=bad", "下面从第一页开始显示"),
        ("f.state.is=flying", "没有“flying”这个选项"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_rest_applies(reader, city_database, city, query, said):
    made(city_database, city, State.LISTED)
    page = reader.get(f"/problems?{query}")

    assert said in page.text
    assert len(page.select("tr.row-link")) == 1


def test_a_street_sees_its_own(city_client, city_database, city):
    reported(city_database, city, by="dongzhou", street_id=city.orgs["210403002"])
    own = made(city_database, city, State.LISTED)
    city_client.login("zhanqian")
    city_client.get("/problems")

    assert rows(city_client) == [own]
