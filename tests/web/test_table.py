"""The super table: its page without a script, its rows as JSON, what one may see of it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from app.domain.states import State
from tests.builders import MONDAY, route
from tests.demo_city import set_clock
from tests.sheets.hostile import HOSTILE
from tests.web.client import CheckingClient
from tests.web.making import made, moved, reported

NAMES = (
    "f.description.contains",
    "sort",
    "cols",
    "q",
    "after",
    "view",
    "as",
    "freeze",
    "skip",
    "limit",
)
SHORT = [each for each in HOSTILE if len(each) < 300]


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def reader(city_client):
    """The ledger reader, who sees the whole city."""
    city_client.login("reader")
    return city_client


def table_of(client) -> str:
    """The address of the table this person is led to."""
    return client.get("/table").path


def asked(client, path: str, status: int = 200, **query: Any) -> Any:
    """The JSON at an address."""
    answer = client.raw.get(path, query_string=query or None)
    assert answer.status_code == status, answer.text[:300]
    return json.loads(answer.text)


def written(query: dict[str, str]) -> str:
    """An address's query, also of what is no text at all."""
    return urlencode(query, errors="surrogatepass")


def test_the_table_shows_the_rows_of_ones_sight_as_a_list_too(reader, city_database, city):
    ids = [made(city_database, city, state) for state in (State.LISTED, State.SIGNED_OFF)]
    page = reader.get("/table")

    assert page.heading == "超级表"
    assert [row.get("data-id") for row in page.select("tbody tr[data-id]")] == [
        str(each) for each in reversed(ids)
    ]


def test_a_section_is_led_to_its_own_sheet(city_client, city_database, city):
    city_client.login("hw_admin")
    table_of(city_client)

    assert city_client.page.heading == "环境卫生科"


def test_a_block_of_rows_is_texts_in_the_order_of_the_columns(reader, city_database, city):
    problem_id = made(city_database, city, State.LISTED)
    found = asked(reader, f"{table_of(reader)}/rows.json", cols="state,priority,serial", meta=1)

    assert [column["id"] for column in found["columns"]] == ["state", "priority", "serial"]
    assert found["rows"][0][0] == problem_id
    assert found["rows"][0][4:] == ["待整改", "一般", str(problem_id)]
    assert found["next"] is None


def test_blocks_and_anchors_reach_every_row_once(reader, city_database, city):
    ids = [made(city_database, city, State.LISTED) for _ in range(7)][::-1]
    table = table_of(reader)
    first = asked(reader, f"{table}/rows.json", limit=3)
    after = asked(reader, f"{table}/rows.json", limit=3, after=first["next"], skip=1)
    anchors = asked(reader, f"{table}/anchors.json")

    assert [row[0] for row in first["rows"]] == ids[:3]
    assert [row[0] for row in after["rows"]] == ids[4:]
    assert (anchors["total"], anchors["cursors"]) == (7, [None])


def test_a_row_takes_the_colour_of_the_rule_that_holds(reader, city_database, city):
    made(city_database, city, State.LISTED)
    colour = {"hue.red.f.state.is": "listed"}

    assert asked(reader, f"{table_of(reader)}/rows.json", **colour)["rows"][0][2] == "red"


def test_what_others_change_is_told_and_what_no_longer_fits_is_gone(reader, city_database, city):
    still, sent_on = (made(city_database, city, State.POOLED) for _ in range(2))
    table = table_of(reader)
    since = asked(reader, f"{table}/changes.json", since=0)["since"]
    moved(city_database, city, sent_on, "dispatch", "reviewer", **route(city))

    found = asked(reader, f"{table}/changes.json", since=since, cols="state")
    gone = asked(reader, f"{table}/changes.json", **{"since": since, "f.state.is": "pooled"})

    told = {row[0]: row[4] for row in found["rows"]}
    assert told[sent_on] == "待整改"
    assert sent_on in gone["gone"]
    assert still not in gone["gone"]
    assert found["since"] > since


def test_a_street_is_served_nothing_of_another_street(city_client, city_database, city):
    other = reported(city_database, city, by="dongzhou", street_id=city.orgs["210403002"])
    own = made(city_database, city, State.LISTED)
    city_client.login("zhanqian")
    table = table_of(city_client)

    rows = asked(city_client, f"{table}/rows.json")["rows"]
    changes = asked(city_client, f"{table}/changes.json", since=0)
    assert [row[0] for row in rows] == [own]
    assert asked(city_client, f"{table}/anchors.json")["total"] == 1
    assert other not in changes["gone"]
    assert other not in [row[0] for row in changes["rows"]]
    city_client.get(f"/table/rows/{other}", status=404)


def test_a_strangers_sheet_is_not_there(city_client, city_database, city):
    city_client.login("hw_admin")
    sheet = table_of(city_client)
    street = CheckingClient(city_client.app)
    street.login("zhanqian")

    street.get(sheet, status=404)


def test_a_row_opens_with_all_its_fields_beside_the_table_or_as_a_page(reader, city_database, city):
    problem_id = made(city_database, city, State.LISTED)
    table_of(reader)
    page = reader.get(f"/table/rows/{problem_id}")
    part = reader.raw.get(f"/table/rows/{problem_id}?part=1").text

    assert "整改时限" in page.texts(".row-facts dt")
    assert "<html" not in part
    assert "整改时限" in part


def test_nothing_hostile_in_an_address_breaks_the_table(reader, city_database, city):
    made(city_database, city, State.LISTED)
    table = table_of(reader)
    control = asked(reader, f"{table}/rows.json", cols="state")["rows"]

    for place, text in enumerate(SHORT[::6]):
        name = NAMES[place % len(NAMES)]
        found = asked(reader, f"{table}/rows.json?{written({name: text, text[:40]: text})}")
        assert len(found["rows"]) <= 1
        answer = reader.raw.get(f"{table}?{written({name: text})}") if place % 5 == 0 else None
        assert answer is None or answer.status_code == 200, (name, text)
    assert asked(reader, f"{table}/rows.json", cols="state")["rows"] == control


@pytest.mark.parametrize("given", [None, [], {"widths": 3}, {"widths": {"state": "wide"}}])
def test_widths_that_are_none_are_refused_or_left(reader, city_database, city, given):
    table = table_of(reader)
    token = reader.page.one("[data-grid]").get("data-grid") or ""
    answer = reader.raw.post(
        f"{table}/widths", json=given, headers={"X-CSRFToken": json.loads(token)["csrf"]}
    )

    assert answer.status_code in {200, 422}
    assert "wide" not in answer.text


def test_ones_own_widths_are_kept_for_oneself(reader, city_database, city):
    table = table_of(reader)
    grid = json.loads(reader.page.one("[data-grid]").get("data-grid") or "")
    answer = reader.raw.post(
        f"{table}/widths",
        json={"widths": {"state": 222, "nothing": 100, "number": 9999}},
        headers={"X-CSRFToken": grid["csrf"]},
    )

    assert json.loads(answer.text) == {"widths": {"state": 222, "number": 900}}
    reader.get(table)
    again = json.loads(reader.page.one("[data-grid]").get("data-grid") or "")
    assert {each["id"]: each["width"] for each in again["columns"]}["state"] == 222


def test_names_to_pick_are_those_of_ones_sight(city_client, city_database, city):
    city_client.login("zhanqian")
    table_of(city_client)
    people = asked(city_client, "/table/options.json", kind="person")["options"]
    places = asked(city_client, "/table/options.json", kind="organisation", q="街道")["options"]

    assert people
    assert {note for _, _, note in people} == {"站前街道"}
    assert places
    assert all("街道" in name for _, name, _ in places)
    assert city_client.raw.get("/table/options.json?kind=nothing").status_code == 422
