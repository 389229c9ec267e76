"""What clients get wrong or try on: extra keys, broken bodies, copies, races, missing tokens."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.domain.states import State
from app.door.stamping import all_done
from app.models import IdempotencyKey, NumberCounter, Photo, Problem
from tests.api.client import V1, a_body, check_failure, row_of
from tests.builders import make_photo, make_problem, remedy, report, route

COLUMNS = sorted(column.key for column in Problem.__mapper__.column_attrs)


def at_once(count, work):
    """Run `work(number)` in so many threads at the same moment."""
    gate = Barrier(count)

    def run(number):
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def value_for(name):
    return {"state": "signed_off", "number": "FS-1", "version": 99}.get(name, 1)


def test_no_column_of_a_problem_can_be_set_by_naming_it(program, city, city_app, city_database):
    with city_database.writing() as session:
        problem_id = report(session, city).problem_id
        photo_id = make_photo(session, city.actors["zhanqian"])
    before = row_of(city_app, Problem, problem_id)
    reporting = a_body(city, [photo_id])
    dispatching = route(city) | {"co_org_ids": [], "text": ""}
    for name in COLUMNS:
        if name not in reporting and name not in {
            "community", "coord_source", "located_at", "no_position_reason", "priority",
            "urgent_reason",
        }:  # fmt: skip
            body = reporting | {name: value_for(name)}
            assert name in program("zhanqian").post("/problems", body, status=422)["fields"]
        if name not in dispatching and name != "version":
            path = f"/problems/{problem_id}/moves/dispatch"
            body = dispatching | {name: value_for(name)}
            assert name in program("reviewer").post(path, body, status=422)["fields"]

    assert row_of(city_app, Problem, problem_id) == before
    with city_database.reading() as session:
        assert session.query(Problem).count() == 1
        assert session.get_one(Photo, photo_id).problem_id is None


def test_five_copies_of_a_report_are_one_report(program, city, city_database):
    with city_database.writing() as session:
        photo_id = make_photo(session, city.actors["zhanqian"])
    clients = [program("zhanqian") for _ in range(5)]

    answers = at_once(
        5, lambda n: clients[n].post("/problems", a_body(city, [photo_id]), status=201, key="one")
    )
    all_done()

    assert [answer == answers[0] for answer in answers] == [True] * 5
    with city_database.reading() as session:
        assert session.query(Problem).count() == 1
        assert session.query(IdempotencyKey).count() == 1
    again = clients[0].ask(
        "POST", "/problems", status=201, json=a_body(city, [photo_id]),
        headers={"Idempotency-Key": "one"},
    )  # fmt: skip
    assert again.headers["Idempotent-Replayed"] == "true"
    other = a_body(city, [photo_id], description="内容不同的另一次上报")
    assert clients[0].post("/problems", other, status=409, key="one")["code"].startswith("idem")


def test_five_copies_of_a_dispatch_give_one_number(program, city, city_database):
    with city_database.writing() as session:
        problem_id = report(session, city).problem_id
    clients = [program("reviewer") for _ in range(5)]
    path = f"/problems/{problem_id}/moves/dispatch"

    answers = at_once(5, lambda n: clients[n].post(path, route(city), key="two"))

    assert {answer["number"] for answer in answers} == {"FS-210402-2026-00001"}
    with city_database.reading() as session:
        assert session.query(NumberCounter).one().last == 1


def test_of_four_racers_one_wins_and_the_others_hear_what_happened(program, city, city_database):
    with city_database.writing() as session:
        problem = make_problem(session, city, State.SUBMITTED)
        problem_id, version = problem.id, problem.version
    clients = [program("checker") for _ in range(4)]
    path = f"/problems/{problem_id}/moves/"
    bodies = [
        ("pass_check", {}),
        ("send_back", {"reason_code": "not_fixed", "text": "垃圾还在"}),
    ]

    def race(number):
        move, body = bodies[number % 2]
        return clients[number].post(path + move, body | {"version": version}, status=None)

    answers = at_once(4, race)

    winners = [answer for answer in answers if "status" not in answer]
    assert len(winners) == 1
    for loser in (answer for answer in answers if "status" in answer):
        assert loser["status"] == 409
        assert loser["details"]["version"] == winners[0]["version"]
        assert "核查" in loser["detail"]


BAD_BODIES = {
    "broken": b"{",
    "not unicode": b'{"description": "\xff"}',
    "deep": b"[" * 100_000,
    "a list": b"[]",
    "a number": b"1",
    "not a number": b'{"lat": NaN}',
    "infinite": b'{"lat": 1e999}',
    "an id beyond every column": b'{"category_id": 100000000000000000000}',
    "an id below one": b'{"street_id": 0}',
    "half a character": b'{"description": "\\ud800"}',
    "half a character as a key": b'{"\\ud800": 1}',
    "a text where an object belongs": b'"x"',
    "a day that is none": b'{"located_at": "2026-02-30T00:00:00Z"}',
    "no zone": b'{"located_at": "2026-02-20T00:00:00"}',
    "an unknown priority": b'{"priority": "extreme"}',
    "a photo id with a path": b'{"photo_ids": ["../../etc/passwd"]}',
    "too many photos": json.dumps({"photo_ids": ["a" * 26] * 60}).encode(),
    "forty thousand characters": json.dumps({"address": "长" * 40_000}).encode(),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_body_that_cannot_be_meant_is_refused(name, program, city_database):
    answer = program("zhanqian").ask(
        "POST", "/problems", data=BAD_BODIES[name], content_type="application/json"
    )

    assert answer.status_code in {400, 422}
    with city_database.reading() as session:
        assert session.query(Problem).count() == 0


def test_control_characters_are_left_out_and_the_rest_is_kept(program, city, city_database):
    client = program("zhanqian")
    hostile = "=1+1\x00\x07 '; drop table problem; --\r\n<script>alert(1)</script>{{7*7}}"
    draft = client.post("/problems/drafts", {"description": hostile}, status=201)["problem_id"]

    kept = client.get(f"/problems/{draft}")["description"]

    assert kept == "=1+1 '; drop table problem; --\n<script>alert(1)</script>{{7*7}}"


def test_a_file_where_no_file_belongs_is_refused(program):
    failure = program("zhanqian").send_photo(1, status=422, extra=(io.BytesIO(b"x"), "x.txt"))

    assert failure["fields"].keys() == {"extra"}


def test_a_form_where_json_belongs_is_refused(program):
    for sent in ({"data": {"description": "x"}}, {"data": "x", "content_type": "text/plain"}):
        assert program("zhanqian").ask("POST", "/problems", status=415, **sent)


def test_a_body_of_two_megabytes_is_refused(program):
    body = json.dumps({"description": "长" * 700_000}, ensure_ascii=False).encode()
    program("zhanqian").ask(
        "POST", "/problems", status=413, data=body, content_type="application/json"
    )


def test_a_key_longer_than_its_column_is_refused(program, city):
    client = program("zhanqian")
    failure = client.post("/problems/drafts", {"description": "x"}, status=422, key="k" * 101)
    assert failure["code"] == "idempotency.key_too_long"


def test_without_a_valid_token_nothing_is_answered(city_app, program):
    stranger = city_app.test_client()
    for headers in ({}, {"Authorization": "Bearer xh_wrong"}, {"Authorization": "Basic eHg="}):
        for path in ("/me", "/problems", "/problems/1", "/openapi.json", "/ledgers"):
            answer = stranger.get(V1 + path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            check_failure(answer)


def test_a_session_reads_but_does_not_write(city_client, city):
    city_client.login("zhanqian")
    assert city_client.raw.get(f"{V1}/me").json["name"] == "站前采集员"
    page = city_client.get("/account/tokens")
    token = page.select("input[name=csrf_token]")[0].get("value")
    for headers in ({}, {"X-CSRFToken": token}):
        answer = city_client.raw.post(
            f"{V1}/problems/drafts", json={"description": "x"}, headers=headers
        )
        assert answer.status_code == 403
        check_failure(answer)
        assert answer.get_json(force=True)["code"] == "token_needed"


def test_an_address_that_is_not_there_and_a_method_that_is_not(program):
    program("reviewer").ask("GET", "/nothing", status=404)
    program("reviewer").ask("DELETE", "/problems/1", status=405)


def test_rules_are_asked_again_after_the_change(program, city, city_database):
    """Whoever submitted does not check, however he asks."""
    with city_database.writing() as session:
        problem = make_problem(session, city, State.LISTED)
        photo = make_photo(session, city.actors["zhanqian"], phase_after())
    path = f"/problems/{problem.id}/moves"
    program("zhanqian").post(f"{path}/submit", remedy() | {"photo_ids": [photo]})
    all_done()
    program("zhanqian").post(f"{path}/pass_check", status=403)


def phase_after():
    from app.domain.states import Phase

    return Phase.AFTER
