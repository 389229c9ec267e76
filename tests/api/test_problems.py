"""A problem's way over the interface, lists of problems, and what stays out of sight."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.states import State
from app.door.stamping import all_done
from tests.api.client import a_body
from tests.builders import MONDAY, make_photo, make_problem, photo_ids_of, report, route


@pytest.fixture
def reported(program, city):
    """A problem reported by 站前街道 over the interface."""
    client = program("zhanqian")
    done = client.post("/problems", a_body(city, [client.send_photo(1)["id"]]), status=201)
    yield done["problem_id"]
    all_done()


def test_a_problem_goes_from_report_to_closing(program, city, reported):
    street, reviewer = program("zhanqian"), program("reviewer")
    seen = reviewer.get(f"/problems/{reported}")
    assert seen["state"] == {"value": "pooled", "label": "待审核"}
    assert seen["number"] is None
    move = next(each for each in seen["moves"] if each["id"] == "dispatch")
    assert {need["field"] for need in move["needs"]} >= {"category_id", "responsible_org_id"}

    done = reviewer.post(
        f"/problems/{reported}/moves/dispatch", {**route(city), "version": seen["version"]}
    )
    assert done["number"] == "FS-210402-2026-00001"
    listed = street.get(f"/problems/{reported}")
    assert listed["due"] == {
        "at": "2026-11-25T23:59:59+08:00", "on": "2026-11-25", "provisional": False,
    }  # fmt: skip
    assert listed["clock"]["text"] == "剩 7 个工作日"

    after = street.send_photo(2, "after")["id"]
    remedy = {"remedy": "已清运垃圾", "handled_by": "环卫班", "photo_ids": [after]}
    street.post(f"/problems/{reported}/moves/submit", remedy)
    program("checker").post(f"/problems/{reported}/moves/pass_check")
    program("hw_admin").post(f"/problems/{reported}/moves/sign_off", {"text": "同意"})

    closed = street.get(f"/problems/{reported}")
    assert closed["state"]["value"] == "signed_off"
    assert [photo["id"] for photo in closed["after"]] == [after]
    assert closed["on_time"] is True
    assert closed["moves"] == []
    assert [entry["move"] for entry in closed["timeline"]] == [
        "report", "dispatch", "submit", "pass_check", "sign_off",
    ]  # fmt: skip
    events = street.get(f"/problems/{reported}/events")["items"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert len({event["hash"] for event in events}) == 6


def test_a_report_that_lacks_something_says_what(program, city):
    failure = program("zhanqian").post("/problems", {"description": "脏"}, status=422)

    assert failure["fields"].keys() >= {"photos", "category_id", "street_id", "position"}


def test_a_draft_grows_into_a_report(program, city):
    client = program("zhanqian")
    draft = client.post("/problems/drafts", {"description": "先记一笔"}, status=201)["problem_id"]
    path = f"/problems/{draft}"
    client.ask("PUT", f"{path}/draft", status=200, json={"description": "路口东侧堆放垃圾"})
    program("reviewer").get(path, status=404)  # nobody else sees it
    photo_id = client.send_photo(3)["id"]
    done = client.post(f"{path}/report", a_body(city, [photo_id]))
    all_done()

    assert (done["problem_id"], done["state"]["value"]) == (draft, "pooled")
    client.ask("PUT", f"{path}/draft", status=422, json={"description": "再改一改就好"})


def test_a_report_sent_back_is_corrected(program, city, reported):
    path = f"/problems/{reported}"
    program("reviewer").post(f"{path}/moves/return_for_correction", {"text": "请补拍远景"})
    client = program("zhanqian")
    assert [move["id"] for move in client.get(path)["moves"]] == ["correct", "add_evidence"]

    done = client.post(f"{path}/report", a_body(city, [client.send_photo(4)["id"]]))

    assert (done["move"], done["state"]["value"]) == ("correct", "pooled")
    assert len(client.get(path)["before"]) == 2


def test_a_field_the_move_does_not_ask_for_is_refused(program, reported):
    failure = program("reviewer").post(
        f"/problems/{reported}/moves/void",
        {"reason_code": "untrue", "text": "没有", "remedy": "x", "photo_ids": ["a" * 26]},
        status=422,
    )
    assert failure["fields"].keys() == {"remedy", "photo_ids"}


def test_a_stale_version_hears_who_did_what(program, city, reported):
    body = {**route(city), "version": 2}
    program("reviewer").post(f"/problems/{reported}/moves/dispatch", body)

    failure = program("reviewer").post(
        f"/problems/{reported}/moves/void",
        {"reason_code": "untrue", "text": "没有", "version": 2}, status=409,
    )  # fmt: skip

    assert failure["details"] == {"state": "listed", "version": 3, "yours": 2}
    assert "审核员" in failure["detail"]


def test_lists_are_filtered_sorted_and_paged(program, city, city_database):
    with city_database.writing() as session:
        ids = [report(session, city, MONDAY + timedelta(minutes=n)).problem_id for n in range(5)]
        make_problem(session, city, State.LISTED)
    client, found, after = program("reviewer"), [], ""
    while after is not None:
        page = client.get("/problems", queue="pool", limit=2, after=after, sort="-pooled_at")
        found += [item["id"] for item in page["items"]]
        after = page["next"]
    assert found == ids[::-1]

    page = client.get("/problems", **{"f.state.is": "listed", "fields": "lead_section,created_at"})
    (item,) = page["items"]
    assert item["state"]["label"] == "待整改"
    assert item["due"]["on"] == "2026-11-25"
    assert item["fields"]["lead_section"] == {"value": city.orgs["HW"], "shown": "环境卫生科"}
    assert "待整改" in page["sentence"]


@pytest.mark.parametrize(
    "query",
    [
        {"f.state.is": "nowhere"},
        {"f.nothing.is": "1"},
        {"sort": "password_hash"},
        {"limit": "0"},
        {"after": "xyz"},
        {"limt": "5"},
        {"fields": "number;drop table"},
        {"q": "词" * 150},
    ],
)
def test_a_question_that_cannot_be_read_is_refused(query, program):
    assert program("reviewer").get("/problems", status=422, **query)["fields"]


def test_a_queue_is_for_those_who_work_it(program):
    program("zhanqian").get("/problems", queue="pool", status=403)
    program("zhanqian").get("/problems", queue="nothing", status=404)
    me = program("zhanqian").get("/me")
    assert [queue["value"] for queue in me["queues"]][:2] == ["today", "corrections"]
    for queue in me["queues"]:
        program("zhanqian").get("/problems", queue=queue["value"])


def test_another_street_sees_nothing_of_it(program, city, city_database):
    with city_database.writing() as session:
        closed = make_problem(session, city, State.SIGNED_OFF).id
        photo_id = photo_ids_of(session, closed)[0]
    stranger = program("dongzhou")
    for path in ("", "/events", "/neighbours", "/fields"):
        stranger.get(f"/problems/{closed}{path}", status=404)
    for path in ("", "/thumb", "/stamped"):
        stranger.ask("GET", f"/photos/{photo_id}{path}", status=404)
    stranger.post(f"/problems/{closed}/moves/submit", {"remedy": "x"}, status=404)
    assert stranger.get("/problems")["items"] == []
    assert stranger.get("/results")["items"] == []
    assert program("zhanqian").get("/results")["items"][0]["id"] == closed


def test_neighbours_are_told(program, city, city_database):
    with city_database.writing() as session:
        first, second = (report(session, city).problem_id for _ in range(2))

    (near,) = program("reviewer").get(f"/problems/{first}/neighbours")["items"]

    assert (near["id"], near["metres"], near["same_category"]) == (second, 0, True)


def test_a_photo_of_somebody_else_cannot_be_used(program, city, city_database):
    with city_database.writing() as session:
        photo_id = make_photo(session, city.actors["fumin"])

    failure = program("zhanqian").post("/problems", a_body(city, [photo_id]), status=404)

    assert failure["code"] == "photo.not_found"


def test_nothing_new_is_not_sent_again(program, reported):
    client = program("reviewer")
    first = client.ask("GET", f"/problems/{reported}", status=200)
    again = client.ask(
        "GET", f"/problems/{reported}", status=304,
        headers={"If-None-Match": first.headers["ETag"]},
    )  # fmt: skip
    assert again.data == b""
    assert first.headers["Cache-Control"] == "private, no-cache"
