"""A phone's store and the server: contact, and reports that are filed once whatever gets lost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.states import State
from app.models import PhoneContact, Photo, Problem
from app.services.evidence import uploads
from app.services.evidence.upload_judging import Depth
from app.services.problems import phone_contacts
from tests.builders import MONDAY, make_problem
from tests.web.camera import jpeg
from tests.web.client import CheckingClient
from tests.web.phone_messages import DEVICE, Phone, message
from tests.web.reporting import count, only_problem


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    """The clock stands an hour after the builders' problems were made."""
    monkeypatch.setattr("app.clock.now", lambda: MONDAY + timedelta(hours=1))


@pytest.fixture
def phone(city_client) -> Phone:
    return Phone(city_client)


# --- contact ---


def test_a_contact_brings_all_that_a_day_without_network_needs(phone, city, city_database):
    told = phone.contact

    assert told["user"] == {
        "id": city.users["zhanqian"], "name": "站前采集员", "org": "站前街道",
    }  # fmt: skip
    assert told["rules"] == {
        "photos_per_phase": 9, "album_allowed": True, "photo_mb": 20, "nearby_metres": 30,
    }  # fmt: skip
    assert (told["uploads"], told["reports"]) == ("/api/v1/uploads", "/phone/reports")
    assert len(bytes.fromhex(told["nonce"]["key"])) == 32
    with city_database.reading() as session:
        row = session.get_one(PhoneContact, told["nonce"]["id"])
    assert (row.user_id, row.device, row.key) == (
        city.users["zhanqian"], DEVICE, told["nonce"]["key"],
    )  # fmt: skip


def test_a_phone_keeps_its_nonce_for_an_hour(phone, city_database, monkeypatch):
    def nonce(device: str) -> str:
        return phone.raw.get(f"/phone/contact?device={device}").json["nonce"]["id"]

    assert nonce(DEVICE) == phone.contact["nonce"]["id"]
    assert nonce("device-0002") != phone.contact["nonce"]["id"]
    monkeypatch.setattr("app.clock.now", lambda: MONDAY + timedelta(hours=2, minutes=1))
    assert nonce(DEVICE) != phone.contact["nonce"]["id"]
    with city_database.writing() as session:
        assert phone_contacts.forget_old(session, MONDAY + timedelta(days=60, hours=1)) == 0
        assert phone_contacts.forget_old(session, MONDAY + timedelta(days=60, hours=2)) == 2


def test_a_nonce_of_a_clock_that_was_put_back_seals_nothing_more(phone, monkeypatch):
    """What is photographed before it was given out would count as sealed wrongly."""
    monkeypatch.setattr("app.clock.now", lambda: MONDAY + timedelta(minutes=30))

    told = phone.raw.get(f"/phone/contact?device={DEVICE}").json["nonce"]

    assert told["id"] != phone.contact["nonce"]["id"]


def test_a_contact_says_no_in_json(phone, city_client):
    strange = phone.raw.get("/phone/contact?device=" + "<x>" * 30)
    assert (strange.status_code, strange.json["state"]) == (422, "refused")
    assert phone.raw.get("/phone/contact").status_code == 422

    stranger = city_client.app.test_client()
    for answer in (
        stranger.get(f"/phone/contact?device={DEVICE}"),
        stranger.post("/phone/reports", json={}),
    ):
        assert answer.status_code == 401
        assert answer.json["signed_in"] is False
        assert answer.json["login"] == "/login?next=/outbox"
        assert "都还在" in answer.json["sentence"]


# --- reports ---


def test_a_report_is_filed_with_its_photos_in_order(phone, city, city_database):
    photos = [phone.shoot(f"shot-000{number}", jpeg(number)) for number in (3, 1, 2)]

    told = phone.send(message(city, photos))

    problem = only_problem(city_database)
    assert told == {
        "state": "accepted", "problem_id": problem.id, "number": None, "title": "暴露垃圾",
        "href": f"/reported/{problem.id}", "photos": photos,
    }  # fmt: skip
    assert (problem.state, problem.address) == ("pooled", "中央大街 12 号门前")
    with city_database.reading() as session:
        rows = session.scalars(select(Photo).order_by(Photo.position)).all()
    assert [row.sha256 for row in rows] == [each["sha256"] for each in photos]
    assert {row.problem_id for row in rows} == {problem.id}


def test_the_same_key_again_is_the_same_answer_and_nothing_twice(phone, city, city_database):
    photos = [phone.shoot("shot-0004", jpeg(4))]
    first = phone.send(message(city, photos))

    later = message(city, photos, client_at="2026-11-16T10:00:00+08:00")
    assert phone.send(later) == first
    assert phone.send(message(city, photos, fields={"description": "改过的描述"})) == first
    with city_database.writing() as session:
        uploads.forget(session, list(session.scalars(select(Photo.id))))
    assert phone.send(message(city, photos)) == first
    assert count(city_database, Problem) == count(city_database, Photo) == 1


def test_photos_that_are_not_here_are_asked_for_and_those_being_judged_waited_for(
    phone, city, city_database
):
    here = phone.shoot("shot-0005", jpeg(5))
    coming = phone.shoot("shot-0006", jpeg(6), judge=False)
    never = {"key": "shot-0007", "sha256": "0" * 64}
    other = {"key": "shot-0005", "sha256": "1" * 64}

    assert phone.send(message(city, [here, never, other]), 409) == {
        "state": "missing", "keys": ["shot-0007", "shot-0005"],
    }  # fmt: skip
    assert phone.send(message(city, [here, coming]), 202) == {
        "state": "waiting", "left": 1, "retry_s": 1,
    }  # fmt: skip
    assert count(city_database, Problem) == 0
    phone.shoot("shot-0008", jpeg(8))  # and the judge comes by
    assert phone.send(message(city, [here, coming]))["photos"] == [here, coming]


def test_a_photo_that_was_refused_says_why_at_its_own_key(phone, city, city_database):
    bad = phone.shoot("shot-0009", b"\xff\xd8\xff" + b"no picture" * 50)
    good = phone.shoot("shot-0010", jpeg(10))

    told = phone.send(message(city, [good, bad]), 422)

    assert told["state"] == "refused"
    assert list(told["photos"]) == ["shot-0009"]
    assert "无法打开" in told["photos"]["shot-0009"]
    assert phone.send(message(city, [good]))["state"] == "accepted"


def test_a_photo_that_another_report_has_is_named_at_its_own_key(phone, city, city_database):
    photo = phone.shoot("shot-0018", jpeg(18))
    phone.send(message(city, [photo]))

    told = phone.send(message(city, [photo], key="record-0002"), 422)

    name = f"待编号问题 {only_problem(city_database).id}"
    assert told["photos"] == {
        "shot-0018": f"这张照片已用于 {name}，同一张照片不能再次使用，请重新拍摄。"
    }


def test_what_is_missing_is_said_field_by_field_and_can_be_put_right(phone, city, city_database):
    photo = phone.shoot("shot-0011", jpeg(11))
    unfinished = {"description": "", "category_id": "", "address": "x" * 301}

    told = phone.send(message(city, [photo], fields={"address": "x" * 301}), 422)
    assert told["errors"] == {"address": ["具体点位最多 300 个字，请删减。"]}
    told = phone.send(message(city, [photo], fields=unfinished | {"address": "路口"}), 422)
    assert {"description", "category_id"} <= told["errors"].keys()
    assert told["sentence"]
    told = phone.send(message(city, []), 422)
    assert "photos" in told["errors"]

    assert count(city_database, Problem) == 0
    assert phone.send(message(city, [photo]))["state"] == "accepted"


def test_a_photo_keeps_its_own_place_and_those_without_get_the_forms(phone, city, city_database):
    with_place = phone.shoot("shot-0012", jpeg(12))
    without = phone.shoot("shot-0013", jpeg(13), shot={"source": "camera"})

    phone.send(message(city, [with_place, without]))

    with city_database.reading() as session:
        rows = session.scalars(select(Photo).order_by(Photo.position)).all()
    assert [(row.lat, row.lng) for row in rows] == [(41.88, 123.957), (41.8797, 123.9572)]
    assert len({row.code for row in rows}) == 2


def test_a_draft_is_kept_and_reported_later_under_the_same_key(phone, city, city_database):
    photo = phone.shoot("shot-0014", jpeg(14))
    draft = message(city, [photo], kind="draft", fields={"description": ""})

    told = phone.send(draft)
    assert told["href"] == f"/drafts/{told['problem_id']}"
    assert told["photos"] == [photo]
    assert phone.send(draft) == told  # its answer got lost
    done = phone.send(message(city, [photo]))

    assert done["problem_id"] == told["problem_id"]
    assert only_problem(city_database).state == "pooled"


def test_a_rectification_goes_through_the_pages_move(phone, city, city_database):
    with city_database.writing() as session:
        problem = make_problem(session, city, State.LISTED)
    after = phone.shoot("shot-0015", jpeg(15), phase="after")
    fields = {"remedy": "已清运", "handled_by": "环卫班", "version": str(problem.version)}
    body = message(city, [after], kind="rectification", problem_id=problem.id, fields=fields)

    told = phone.send(body)

    assert told["photos"] == [after]
    assert told["href"] == f"/problems/{problem.id}"
    assert phone.send(body) == told
    late = phone.send({**body, "key": "record-0002"}, 409)
    assert "待核查" in late["sentence"]


def test_evidence_is_added_to_a_problem_that_is_there(phone, city, city_database):
    with city_database.writing() as session:
        problem = make_problem(session, city, State.POOLED)
    more = phone.shoot("shot-0016", jpeg(16))
    body = message(city, [more], kind="evidence", problem_id=problem.id)

    assert phone.send(body)["photos"] == [more]
    assert phone.send(body)["photos"] == [more]
    assert count(city_database, Photo, Photo.problem_id == problem.id) == 2


def test_who_may_not_and_what_is_out_of_sight_hears_so(city_client, city, city_database):
    with city_database.writing() as session:
        problem = make_problem(session, city, State.LISTED)
    strange = Phone(city_client, "dongzhou")
    after = strange.shoot("shot-0017", jpeg(17), phase="after")
    body = message(
        city, [after], kind="rectification", problem_id=problem.id,
        fields={"remedy": "已清运", "handled_by": "环卫班"},
    )  # fmt: skip
    assert "没有找到" in strange.send(body, 404)["sentence"]
    brigade = Phone(city_client, "brigade")
    assert "没有这项权限" in brigade.send(message(city, []), 403)["sentence"]
    reviewer = Phone(city_client, "reviewer")
    assert "没有这项权限" in reviewer.send(message(city, []), 403)["sentence"]


def test_a_message_of_another_shape_is_refused_whole(phone, city, city_database):
    good = message(city, [])
    for changes in (
        {"key": ""}, {"key": None}, {"key": "k" * 65}, {"kind": "move"}, {"kind": ["report"]},
        {"problem_id": "7"}, {"problem_id": True}, {"problem_id": -1},
        {"kind": "evidence", "problem_id": None},
        {"fields": {}}, {"fields": [["a"]]}, {"fields": [["a", 1]]}, {"fields": None},
        {"photos": [{}]}, {"photos": [{"key": "a", "sha256": "x"}]}, {"photos": "a"},
        {"photos": [{"key": "\0", "sha256": "0" * 64}]}, {"key": "record-\0001"},
    ):  # fmt: skip
        assert phone.send(good | changes, 422)["code"] == "phone.message", changes
    for text in ("{", "", "[" * 100_000, "7"):
        answer = phone.raw.post("/phone/reports", data=text, headers=phone.token)
        assert (answer.status_code, answer.json["code"]) == (422, "phone.message")
    odd = message(city, [], fields={"photo_ids": "a\0b", "drop_ids": "\ud800", "x\0": "\0"})
    answer = phone.raw.post("/phone/reports", data=json.dumps(odd), headers=phone.token)
    assert (answer.status_code, answer.json["code"]) == (404, "photo.not_found")
    assert phone.raw.post("/phone/reports", json=good).json["code"] == "form_too_old"
    huge = message(city, [], fields={"description": "长" * 400_000})
    assert phone.send(huge, 413)["detail"]
    assert count(city_database, Problem) == 0


# --- the queue ---


@pytest.mark.parametrize(("others", "seconds"), [(39, 3), (900, 10)])
def test_a_phone_asks_less_often_the_more_photos_wait(phone, city, monkeypatch, others, seconds):
    coming = phone.shoot("shot-0018", jpeg(18), judge=False)
    monkeypatch.setattr(
        "app.services.evidence.upload_judging.depth", lambda _session: Depth(others + 1, MONDAY)
    )

    assert phone.send(message(city, [coming]), 202)["retry_s"] == seconds


def test_administrators_see_how_many_photos_wait_and_since_when(phone, city_client, monkeypatch):
    admin = CheckingClient(city_client.app)
    admin.login("sysadmin")
    assert "没有照片在等待处理" in admin.get("/settings").text

    phone.shoot("shot-0019", jpeg(19), judge=False)
    assert "1 张照片在等待处理，最早的一张等了 0 秒。" in admin.get("/settings").text
    monkeypatch.setattr("app.clock.now", lambda: MONDAY + timedelta(hours=1, minutes=9))
    page = admin.get("/settings")

    assert "等了 9 分钟" in page.text
    assert "后台任务可能没有运行" in page.text
