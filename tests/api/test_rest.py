"""Tokens, ledgers, results and the sections' own fields over the interface."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.states import State
from app.services.access_log import note_access
from app.services.ledgers import asking
from sheets.storage import FieldSpec
from tests.builders import MONDAY, add_section_field, make_problem

NOVEMBER = {"period_from": "2026-11-01", "period_to": "2026-11-16"}


def test_a_token_is_made_shown_once_and_stopped(program, city_app):
    client = program("reader")
    made = client.post("/tokens", {"name": "汇总表", "days": 30}, status=201)
    plain = made.pop("token")
    listed = client.get("/tokens")["items"]
    assert made in listed
    assert plain not in str(listed)

    headers = {"Authorization": f"Bearer {plain}"}
    assert client.raw.get("/api/v1/me", headers=headers).status_code == 200
    assert client.post(f"/tokens/{made['id']}/revoke")["valid"] is False
    assert client.raw.get("/api/v1/me", headers=headers).status_code == 401
    program("reviewer").post(f"/tokens/{made['id']}/revoke", status=404)
    assert client.post("/tokens", {"name": "", "days": 30}, status=422)["fields"]["name"]


def test_a_ledger_is_asked_for_watched_and_taken_away(program, city, city_app, city_database):
    with city_database.writing() as session:
        make_problem(session, city, State.SIGNED_OFF)
    client = program("reader")
    asked = client.post("/ledgers", NOVEMBER, status=202, key="ledger")
    assert asked["status"] == {"value": "waiting", "label": "排队中"}
    assert client.post("/ledgers", NOVEMBER, status=202, key="ledger")["id"] == asked["id"]
    client.get(f"/ledgers/{asked['id']}/file", status=409)

    folder = city_app.extensions["settings"].exports / str(asked["id"])
    folder.mkdir(parents=True)
    (folder / "台账.xlsx").write_bytes(b"a workbook")
    with city_database.writing() as session:
        row = session.get_one(asking.Ledger, asked["id"])
        row.status, row.file_name, row.file_path = "done", "台账.xlsx", f"{asked['id']}/台账.xlsx"

    done = client.get(f"/ledgers/{asked['id']}")
    file = client.ask("GET", f"/ledgers/{asked['id']}/file", status=200)
    assert done["file"] == f"/api/v1/ledgers/{asked['id']}/file"
    assert file.data == b"a workbook"
    assert client.get("/ledgers")["items"][0]["downloads"] == 1
    program("zhanqian").get(f"/ledgers/{asked['id']}", status=404)
    program("zhanqian").get(f"/ledgers/{asked['id']}/file", status=404)
    (folder / "台账.xlsx").unlink()
    client.get(f"/ledgers/{asked['id']}/file", status=404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"period_from": "2026-11-01"}, "period_to"),
        ({"period_from": "2026-11-31", "period_to": "2026-11-16"}, "period_from"),
        ({"period_from": "2026-11-16", "period_to": "2026-11-01"}, "period_to"),
        ({**NOVEMBER, "org_id": 999_999}, "org_id"),
        ({**NOVEMBER, "scope": {"everything": True}}, "scope"),
        ({**NOVEMBER, "file_path": "../../secret"}, "file_path"),
    ],
)
def test_a_ledger_nobody_could_make_is_refused(body, field, program):
    assert field in program("reader").post("/ledgers", body, status=422)["fields"]


def test_a_street_gets_its_own_ledger_and_no_other(program, city):
    foreign = {**NOVEMBER, "org_id": city.orgs["210403002"]}
    program("zhanqian").post("/ledgers", foreign, status=403)
    asked = program("zhanqian").post("/ledgers", NOVEMBER, status=202)
    assert asked["organisation"]["id"] == city.orgs["210402001"]


def test_a_section_fills_in_its_fields_and_nobody_elses_are_overwritten(
    program, city, city_database
):
    with city_database.writing() as session:
        spec = FieldSpec(caption="垃圾量（立方米）", type="number")
        field = add_section_field(session, MONDAY, "HW", spec).id
        problem_id = make_problem(session, city, State.LISTED).id
    client, path = program("hw_admin"), f"/problems/{problem_id}/fields"
    version = client.get(path)["version"]
    own = f"{path}/{city.orgs['HW']}"

    saved = client.ask("PUT", own, status=200, json={"values": {field: 2.5}, "version": version})
    (group,) = saved.json["groups"]
    assert (group["may_edit"], group["fields"][0]["shown"]) == (True, "2.5")

    stale = {"values": {field: 4}, "version": version}
    failure = client.ask("PUT", own, status=409, json=stale).json
    assert failure["details"][field] == {"current": "2.5", "yours": "4"}
    client.ask("PUT", own, status=422, json={"values": {field: "很多"}})
    client.ask("PUT", own, status=422, json={"values": {"state": "signed_off"}})
    program("sz_admin").ask("PUT", own, status=404, json={"values": {field: 1}})
    program("zhanqian").ask("PUT", own, status=403, json={"values": {field: 1}})
    assert program("zhanqian").get(path)["groups"] == []


def test_results_are_pairs_of_what_was_signed_off(program, city, city_database):
    with city_database.writing() as session:
        closed = make_problem(session, city, State.SIGNED_OFF).id
        make_problem(session, city, State.PRE_SIGNED_OFF)

    (item,) = program("reader").get("/results")["items"]

    assert item["id"] == closed
    assert item["before"]["phase"]["value"] == "before"
    assert item["after"]["phase"]["value"] == "after"
    assert item["signed_off_at"].startswith(date(2026, 11, 16).isoformat())
    assert program("reader").get("/results", **{"f.state.is": "pooled"})["items"] == []


def test_downloads_are_counted_a_day(program, city, city_database, city_app):
    client = program("reader")
    asked = client.post("/ledgers", NOVEMBER, status=202)
    with city_database.writing() as session:
        session.get_one(asking.Ledger, asked["id"]).status = "done"
        for _ in range(100):
            note_access(session, city.actors["reader"], MONDAY, asking.DOWNLOAD, "1")

    client.get(f"/ledgers/{asked['id']}/file", status=429)
