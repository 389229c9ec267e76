"""Tables that take long to read: the page comes all the same, says so, and the reading can end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.states import State
from app.models import SectionSheet
from app.services.super_table.section_sheets import ensure_sheets
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.sheets.test_stopping import ENDLESS
from tests.web.making import made

RUN = "a-random-token-of-a-page"
READERS = {
    "board": "app.services.tables.kinds.group_summaries",
    "calendar": "app.services.tables.calendar.group_summaries",
    "cards": "app.services.tables.kinds.fetch",
    "map": "app.services.tables.on_map.list_rows",
}


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def slowly(monkeypatch):
    """A context in which some reader of rows has no end, and nobody waits long for it."""

    @contextmanager
    def slow(*readers: str, at_first: float = 0.1) -> Iterator[None]:
        with monkeypatch.context() as patched:
            patched.setattr("app.web.patience.AT_FIRST", at_first)
            patched.setattr("app.web.patience.LONGEST", max(0.2, at_first))
            for each in readers:
                patched.setattr(each, endless)
            yield

    return slow


@pytest.fixture
def sheet(city_database, city):
    with city_database.writing() as session:
        ensure_sheets(session, MONDAY)
        found = session.query(SectionSheet).filter_by(section_id=None).one().id
    made(city_database, city, State.LISTED)
    return found


@pytest.fixture
def reader(city_client, sheet):
    city_client.login("reader")
    return city_client


def endless(reading: Any, *_rest: object, **_more: object) -> None:
    """In the place of what reads rows: a statement without an end."""
    bind = reading.get_bind() if hasattr(reading, "get_bind") else reading
    reading.execute(text(ENDLESS[bind.dialect.name]))


def grid_of(page) -> dict[str, Any]:
    return json.loads(page.select("#grid")[0].get("data-grid"))


def test_rows_that_take_too_long_end_with_a_sentence(reader, sheet, slowly):
    for name, read in (("rows", "fetch"), ("anchors", "anchors")):
        with slowly(f"app.services.tables.rows.{read}"):
            answer = reader.raw.get(f"/table/{sheet}/{name}.json")
        assert answer.status_code == 503
        assert "增加筛选条件" in json.loads(answer.text)["detail"]


def test_the_grid_comes_before_rows_that_take_long_and_asks_for_them_itself(reader, sheet, slowly):
    with slowly("app.services.tables.rows.fetch"):
        page = reader.get(f"/table/{sheet}?f.address.contains=路")
        whole = page.select("a[data-again]")[0].get("href")
        assert "这个筛选要读全部数据，正在读取…" in page.text
        assert page.select(".filter-sentence")
        assert grid_of(page)["first"] is False
        assert grid_of(page)["next"] is None

        late = reader.get(whole)
        assert "增加筛选条件" in late.text
        assert {"再试", "改筛选"} <= set(late.texts(".slow-part a"))
        assert "wait" not in grid_of(late)["query"]

    assert reader.get(whole).select("tbody tr[data-id]")


@pytest.mark.parametrize("kind", sorted(READERS))
def test_other_kinds_keep_their_toolbar_while_their_rows_take_long(reader, sheet, slowly, kind):
    address = f"/table/{sheet}?as={kind}&f.address.contains=路"
    with slowly(READERS[kind]):
        page = reader.get(address)
        part = page.select("#part-kind .slow-part")[0]
        assert "正在读取…" in page.text
        assert page.select(".toolbar")

        late = reader.get(part.get("data-href"))
        assert "增加筛选条件" in late.text
        assert late.select(".toolbar")

    page = reader.get(part.get("data-href"))
    assert not page.select(".slow-part")
    assert ("按全部数据统计" in page.text) is (kind != "cards")


def test_groups_that_take_long_leave_the_rows_alone(reader, sheet, slowly):
    with slowly("app.web.table_views.groups.group_summaries", at_first=1.0):
        page = reader.get(f"/table/{sheet}?group=state")
        part = page.select("#part-groups .slow-part")[0]
        assert page.select("tbody tr[data-id]")
    assert reader.get(part.get("data-href")).select("#part-groups .groups")


def test_a_page_says_beforehand_whether_all_rows_must_be_read(reader, sheet):
    asked = f"/table/{sheet}/about.json"
    assert json.loads(reader.raw.get(f"{asked}?f.address.contains=路").text) == {"all": True}
    assert json.loads(reader.raw.get(asked).text) == {"all": False}


def test_a_reading_is_stopped_by_whoever_started_it(
    reader, sheet, city_app, city, monkeypatch, instance_folder: Path
):
    from tests.web.client import CheckingClient

    monkeypatch.setattr("app.web.patience.LONGEST", 20)
    csrf = grid_of(reader.get(f"/table/{sheet}"))["csrf"]
    other = CheckingClient(city_app)
    other.login("hw_admin")
    theirs = grid_of(other.get(f"/table/{sheet}"))["csrf"]
    monkeypatch.setattr("app.services.tables.rows.fetch", endless)
    told = []

    def stop(client, token, run: object = RUN) -> None:
        sent = {"json": {"run": run}, "headers": {"X-CSRFToken": token}}
        told.append(json.loads(client.raw.post("/table/stop", **sent).text)["ended"])

    def both() -> None:
        stop(other, theirs)
        stop(reader, csrf)

    Timer(0.2, both).start()
    answer = reader.raw.get(f"/table/{sheet}/rows.json?run={RUN}")

    assert answer.status_code == 503
    assert json.loads(answer.text)["detail"] == "已停止。可以改筛选条件，或再试一次。"
    stop(reader, csrf)
    stop(reader, csrf, {"../": 1})
    assert told == [False, True, False, False]
    assert not list((instance_folder / "runs").iterdir())
