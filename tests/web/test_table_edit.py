"""Cells over HTTP: what a grid sends and hears, and the page of one cell."""

from __future__ import annotations

import json
import uuid

import pytest

from app.domain.states import State
from app.models import Problem
from sheets.text import clean_text
from tests.builders import make_problem
from tests.services.cells import make_fields, shown
from tests.sheets.hostile import HOSTILE, naughty
from tests.web.client import CheckingClient


@pytest.fixture
def fields(city_database, city):
    with city_database.writing() as session:
        return make_fields(session)


@pytest.fixture
def row(city_database, city):
    with city_database.writing() as session:
        return make_problem(session, city, State.LISTED).id


@pytest.fixture
def grid(city_client, fields, row):
    """Send JSON as the grid does, with the page's token."""
    city_client.login("hw_admin")
    page = city_client.get(f"/table/rows/{row}/cells/{fields['crew']}")
    token = page.select("input[name=csrf_token]")[0].get("value")

    def send(path, body, status=None, raw=None):
        answer = city_client.raw.post(
            path,
            data=json.dumps(body) if raw is None else raw,
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )
        assert status is None or answer.status_code == status, answer.text
        return answer

    return send


def batch(edits, **more):
    keys = ("row", "field", "value", "was")
    sent = [dict(zip(keys, each, strict=False)) for each in edits]
    return {"batch": uuid.uuid4().hex, "origin": "edit", "edits": sent} | more


def test_a_batch_is_written_and_taken_back_and_done_again(
    grid, city_client, city_database, city, fields, row
):
    sent = batch([(row, fields["crew"], "一班", ""), (row, fields["tons"], "2", "")])
    done = grid("/table/cells", sent, 200).json
    assert [each["shown"] for each in done["changed"]] == ["一班", "2 吨"]
    assert grid("/table/cells", sent, 200).json["repeated"]
    stacks = city_client.raw.get("/table/undoable").json
    assert [each["batch"] for each in stacks["undo"]] == [sent["batch"]]
    assert stacks["undo"][0]["label"] == "填写 2 格"

    undone = grid("/table/undo", {"batch": sent["batch"], "id": "undo-0001"}, 200).json
    assert [each["shown"] for each in undone["changed"]] == ["", ""]
    redone = grid("/table/undo", {"batch": "undo-0001", "id": "redo-0001"}, 200).json
    assert [each["shown"] for each in redone["changed"]] == ["一班", "2 吨"]
    with city_database.reading() as session:
        assert shown(session, city, row, fields["crew"]) == "一班"


def test_conflicts_and_what_does_not_fit_come_back_with_sentences(grid, fields, row):
    crew, tons = fields["crew"], fields["tons"]
    grid("/table/cells", batch([(row, crew, "一班", "")]), 200)
    late = grid("/table/cells", batch([(row, crew, "二班", "")]), 409).json
    wrong = grid("/table/cells", batch([(row, tons, "很多"), (row, "state", "销号")]), 422).json
    asked = grid("/table/cells", batch([(row, tons, "很多")], preview=True), 200).json
    partly = grid(
        "/table/cells", batch([(row, tons, "3", ""), (row, crew, "三", "")], skip_unfit=True), 200
    ).json

    assert late["conflicts"][0].pop("who") == "环卫管理员"
    assert late["conflicts"][0] | {"sentence": ""} == {
        "row": row, "field": crew, "now": "一班", "yours": "二班", "sentence": "",
    }  # fmt: skip
    assert [each["code"] for each in wrong["refused"]] == ["unfit", "by_workflow"]
    assert "流程" in wrong["refused"][1]["sentence"]
    assert (asked["written"], len(asked["refused"])) == (False, 1)
    assert (len(partly["changed"]), len(partly["conflicts"])) == (1, 1)


UNREADABLE = [
        "", "{", "[]", "1", "null", '"x"', "{}", '{"edits":[]}', '{"edits":{}}', '{"edits":[1]}',
        '{"edits":[{"row":1}]}', "\xff\xfe", "[" * 100_000, '{"edits":[' + "[" * 5_000,
        '{"edits":[{"row":true,"field":"f_1","value":1}],"batch":"aaaaaaaa"}',
        '{"edits":[{"row":1.5,"field":"f_1","value":1}],"batch":"aaaaaaaa"}',
        '{"edits":[{"row":99999999999999999999,"field":"f_1","value":1}],"batch":"aaaaaaaa"}',
        '{"edits":[{"row":' + "9" * 5_000 + ',"field":"f_1","value":1}],"batch":"aaaaaaaa"}',
        '{"edits":[{"row":1,"field":"f_1","value":NaN}],"batch":"aaaaaaaa"}',
        '{"edits":[{"row":1,"field":"f_1","value":1e999}],"batch":"aaaaaaaa"}',
        '{"edits":[{"row":1,"field":["f_1"],"value":1}],"batch":"aaaaaaaa"}',
        '{"edits":[{"row":1,"field":"f_1","value":[[[[[1]]]]]}],"batch":"aaaaaaaa"}',
        '{"edits":[{"row":1,"field":"f_1","value":1,"was":7}],"batch":"aaaaaaaa"}',
        '{"edits":[{"row":1,"field":"f_1","value":1}],"batch":7}',
        '{"edits":[{"row":1,"field":"f_1","value":1}],"batch":"aaaaaaaa","origin":"import"}',
        '{"edits":[{"row":1,"field":"f_1","value":1}],"batch":"aaaaaaaa","origin":["edit"]}',
        '{"edits":[{"row":1,"field":"f_1","value":1}],"batch":"aaaaaaaa","preview":"yes"}',
    ]  # fmt: skip


def test_what_no_grid_sends_gets_a_sentence(grid):
    for body in UNREADABLE:
        for path in ("/table/cells", "/table/undo"):
            answer = grid(path, None, raw=body.encode("latin-1"))
            assert answer.status_code == 400, (path, body[:50])
            assert answer.json["sentence"].endswith("。")


def test_hostile_texts_in_every_member_do_no_harm(grid, city_database, fields, row):
    strings = [*HOSTILE, *naughty()[:60]]
    rows = [(row, text, text, text) for text in dict.fromkeys(map(plain, strings))]
    everywhere = grid("/table/cells", batch(rows, preview=True))
    assert everywhere.status_code == 200
    for text in strings[::8]:
        cells = [(row, field_id, text, text) for field_id in fields.values()]
        answer = grid("/table/cells", batch(cells, preview=True))
        assert answer.status_code == 200, text[:40]
    for text in strings[::16]:
        for member in ("batch", "origin"):
            answer = grid("/table/cells", batch([(row, fields["crew"], "一")]) | {member: text})
            assert answer.status_code in {200, 400, 422}, (member, text[:40])
        answer = grid("/table/undo", {"batch": text, "id": text})
        assert answer.status_code in {400, 404, 409, 422}
    with city_database.reading() as session:
        assert session.get_one(Problem, row).state == State.LISTED.value


def plain(text):
    return clean_text(text)[:2_000]


def test_without_the_token_or_signed_out_nothing_is_written(city_client, fields, row):
    sent = batch([(row, fields["crew"], "一班")])
    assert city_client.raw.post("/table/cells", json=sent).status_code == 401
    city_client.login("hw_admin")
    assert city_client.raw.post("/table/cells", json=sent).status_code == 400


def test_the_page_of_a_cell_changes_it_and_puts_earlier_values_back(
    city_client, city_database, fields, row
):
    city_client.login("hw_admin")
    address = f"/table/rows/{row}/cells/{fields['crew']}"
    city_client.get(address)
    assert "还没有人改过" in city_client.page.text
    for text in ("一班", "二班"):
        city_client.post_form(f"form[action='{address}']", {f"field-{fields['crew']}": text})
    page = city_client.page
    lines = [text.split() for text in page.texts("tbody tr")]
    assert lines[0][-2:] == ["一班", "二班"]
    assert lines[1][-1] == "恢复"

    city_client.post_form(f"form[action='{address}/restore']")

    assert city_client.page.texts(".cell-now") == ["一班"]
    assert "恢复" in city_client.page.texts("tbody tr")[0]
    assert city_client.page.texts("h1") == ["作业班组"]


def test_two_people_at_one_cell_page_see_both_values(city_client, grid, fields, row):
    address = f"/table/rows/{row}/cells/{fields['crew']}"
    city_client.get(address)
    grid("/table/cells", batch([(row, fields["crew"], "一班")]), 200)
    page = city_client.post_form(
        f"form[action='{address}']", {f"field-{fields['crew']}": "二班"}, status=409
    )

    assert "一班" in page.text
    assert page.one(f"input[name=field-{fields['crew']}]").get("value") == "二班"
    city_client.post_form(f"form[action='{address}']")
    assert city_client.page.texts(".cell-now") == ["二班"]


TYPED = [
    ("tons", "2.5", "2.5 吨"), ("shape", "round", "圆形"), ("done", "是", "是"),
    ("on", "2026-11-30", "2026-11-30"), ("at", "2026-11-30T09:30", "2026-11-30 09:30"),
    ("unit", "站前街道", "站前街道"), ("who", "环卫管理员", "环卫管理员"),
]  # fmt: skip


def test_a_cell_of_each_type_has_a_form_that_keeps_its_value(city_client, fields, row):
    city_client.login("hw_admin")
    for name, value, text in TYPED:
        address = f"/table/rows/{row}/cells/{fields[name]}"
        city_client.get(address)
        city_client.post_form(f"form[action='{address}']", {f"field-{fields[name]}": value})
        assert city_client.page.texts(".cell-now") == [text]
        city_client.post_form(f"form[action='{address}']")  # unchanged, so nothing changes
        assert city_client.page.texts(".cell-now") == [text]
        assert len(city_client.page.select("tbody tr")) == 1


def test_a_fixed_column_tells_which_move_changed_it_and_has_no_form(city_client, fields, row):
    city_client.login("reviewer")
    page = city_client.get(f"/table/rows/{row}/cells/state")

    assert page.texts("tbody tr")[0].endswith("待审核 待整改")
    assert page.select("main form") == []
    assert "办理经过" in city_client.get(f"/table/rows/{row}/cells/address").text
    city_client.get(f"/table/rows/{row}/cells/state?part=1", check=False)


def test_who_does_not_see_the_row_or_the_column_sees_no_cell(city_client, fields, row):
    other = CheckingClient(city_client.app)
    other.login("sz_admin")
    other.get(f"/table/rows/{row}/cells/{fields['crew']}", status=404)
    city_client.login("zhanqian")
    city_client.get(f"/table/rows/{row}/cells/{fields['crew']}", status=404)
    city_client.get(f"/table/rows/{row}/cells/f_999", status=404)
    page = city_client.get(f"/table/rows/{row}/cells/{fields['city']}")
    assert page.select("main form") == []
