"""Files sent piece by piece: tus 1.0 as programs speak it, and every refusal's sentence."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import Database
from app.models import Upload
from app.photos.arrivals import Arrival
from app.services.evidence import uploads
from tests.api.client import make_tokens
from tests.api.tus import STREAM, TUS, UPLOADS, TusSender, about, metadata
from tests.builders import MONDAY
from tests.web.camera import jpeg


@pytest.fixture
def sender(city_app, city):
    """`sender("zhanqian")`: a program with that person's token."""
    tokens = make_tokens(city_app, city)
    return lambda login: TusSender(city_app, tokens[login])


@pytest.fixture
def phone(sender):
    return sender("zhanqian")


def rows(database: Database) -> list[Upload]:
    with database.reading() as session:
        return list(session.scalars(select(Upload)))


def test_the_server_says_what_it_can_do(phone):
    answer = phone.ask("OPTIONS", UPLOADS, status=204)

    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == str(20 * 1024 * 1024)
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "checksum", "termination",
    }  # fmt: skip
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_file_comes_piece_by_piece_and_waits_to_be_judged(phone, city_database):
    data = jpeg(1)
    place = phone.begin(data, "shot-0001")

    first = phone.piece(place, 0, data[:3000])
    assert first.headers["Upload-Offset"] == "3000"
    assert "Upload-Expires" in first.headers
    assert phone.offset(place) == 3000
    assert phone.told(place)["state"] == "receiving"
    last = phone.piece(place, 3000, data[3000:])

    assert last.headers["Upload-Offset"] == str(len(data))
    assert last.headers["Upload-Sha256"] == hashlib.sha256(data).hexdigest()
    assert phone.told(place) == {
        "id": place.rsplit("/", 1)[1], "key": "shot-0001", "state": "received",
        "offset": len(data), "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
        "photo_id": None, "thumb_href": None, "refusal": "",
    }  # fmt: skip
    [row] = rows(city_database)
    assert row.shot["phase"] == "before"
    assert row.shot["lat"] == 41.88


def test_the_first_piece_may_come_with_the_announcement(phone):
    data = jpeg(2)
    headers = {"Upload-Length": str(len(data)), "Upload-Metadata": about(data, "shot-0002")}
    answer = phone.ask(
        "POST", UPLOADS, status=201, headers={**headers, "Content-Type": STREAM}, data=data[:500]
    )
    assert answer.headers["Upload-Offset"] == "500"

    again = phone.ask(
        "POST", UPLOADS, status=201, headers={**headers, "Content-Type": STREAM}, data=data
    )

    assert again.headers["Location"] == answer.headers["Location"]
    assert again.headers["Upload-Offset"] == str(len(data))
    assert phone.told(again.headers["Location"])["state"] == "received"


def test_the_same_name_for_the_same_file_is_the_same_place(phone, sender, city_database):
    data = jpeg(3)
    place = phone.begin(data, "shot-0003")
    phone.piece(place, 0, data[:100])

    assert phone.begin(data, "shot-0003") == place
    assert phone.offset(place) == 100
    assert sender("fumin").begin(data, "shot-0003") != place  # another person's own name
    phone.begin(data[:-1], "shot-0003", status=409)
    phone.begin(data[:-1] + b"x", "shot-0003", status=409)
    assert len(rows(city_database)) == 2


def test_what_is_known_can_be_asked_by_name(phone):
    data = jpeg(4)
    phone.send(data, "shot-0004")
    phone.begin(data + b"!", "shot-0005")

    found = phone.ask(
        "GET", f"{UPLOADS}?key=shot-0005&key=%00&key=nobody-knows&key=shot-0004", status=200
    ).json["uploads"]

    assert [(each["key"], each["state"]) for each in found] == [
        ("shot-0005", "receiving"), ("shot-0004", "received"),
    ]  # fmt: skip


def test_a_piece_at_the_wrong_byte_changes_nothing(phone):
    data = jpeg(5)
    place = phone.begin(data, "shot-0006")
    phone.piece(place, 0, data[:200])

    phone.piece(place, 0, data[:200], status=409)
    answer = phone.piece(place, 300, data[300:], status=409)

    assert "200 字节" in answer.json["detail"]
    assert phone.offset(place) == 200
    phone.piece(place, 200, data[200:])
    phone.piece(place, 0, data[:200], status=409)
    assert phone.piece(place, len(data), b"").headers["Upload-Offset"] == str(len(data))


def test_a_piece_with_a_wrong_checksum_is_not_kept(phone):
    data = jpeg(6)
    place = phone.begin(data, "shot-0007")
    wrong = base64.b64encode(hashlib.sha1(b"another", usedforsecurity=False).digest()).decode()
    right = base64.b64encode(hashlib.sha256(data[:900]).digest()).decode()

    phone.piece(place, 0, data[:900], status=460, **{"Upload-Checksum": f"sha1 {wrong}"})
    assert phone.offset(place) == 0
    phone.piece(place, 0, data[:900], **{"Upload-Checksum": f"sha256 {right}"})

    assert phone.offset(place) == 900


def test_a_file_that_is_not_what_was_announced_is_dropped_and_may_come_again(phone):
    data = jpeg(7)
    place = phone.begin(data, "shot-0008")
    phone.piece(place, 0, data[:100])

    phone.piece(place, 100, bytes(len(data) - 100), status=460)

    assert phone.offset(place) == 0
    phone.piece(place, 0, data)
    assert phone.told(place)["state"] == "received"


def test_a_file_that_was_whole_when_the_server_died_is_settled_at_the_next_question(
    phone, city_app, city_database
):
    data = jpeg(8)
    place = phone.begin(data, "shot-0009")
    with city_app.app_context():
        from app import extensions

        with extensions.arrivals().open(place.rsplit("/", 1)[1]) as arrival:
            arrival.append(0, data)

    assert phone.offset(place) == len(data)
    assert rows(city_database)[0].state == "received"


def test_of_two_who_send_the_same_file_at_once_one_goes_on(phone, monkeypatch):
    data = jpeg(9)
    place = phone.begin(data, "shot-0010")
    plain, other = Arrival.append, TusSender(phone.raw.application, phone.token)
    raced: list[int] = []

    def append(self: Arrival, at: int, piece: bytes) -> bool:
        if not raced:
            raced.append(at)
            other.piece(place, 0, data)  # the whole file, while the first piece is on its way
        return plain(self, at, piece)

    monkeypatch.setattr(Arrival, "append", append)
    phone.piece(place, 0, data, status=409)

    told = phone.told(place)
    assert (told["state"], told["offset"]) == ("received", len(data))


def test_what_is_taken_back_is_gone(phone, city_app):
    data = jpeg(10)
    place = phone.begin(data, "shot-0011")
    phone.piece(place, 0, data[:50])

    phone.ask("DELETE", place, status=204)

    phone.ask("HEAD", place, status=404)
    phone.piece(place, 50, data[50:], status=404)
    assert list(city_app.extensions["settings"].uploads.iterdir()) == []


def test_methods_that_a_network_swallows_go_as_post(phone):
    data = jpeg(11)
    place = phone.begin(data, "shot-0012")
    headers = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", "Content-Type": STREAM}

    phone.ask("POST", place, status=204, headers=headers, data=data[:70])
    assert phone.offset(place) == 70
    phone.ask("POST", place, status=400)
    phone.ask("POST", place, status=204, headers={"X-HTTP-Method-Override": "DELETE"})

    phone.ask("HEAD", place, status=404)


def test_a_file_nobody_goes_on_with_expires_and_may_begin_again(phone, monkeypatch):
    data = jpeg(12)
    place = phone.begin(data, "shot-0013")
    phone.piece(place, 0, data[:50])
    later = MONDAY + timedelta(days=8)
    monkeypatch.setattr("app.clock.now", lambda: later)

    phone.ask("HEAD", place, status=410)
    answer = phone.piece(place, 50, data[50:], status=410)

    assert "过期" in answer.json["detail"]
    assert phone.begin(data, "shot-0013") == place
    phone.piece(place, 50, data[50:])


ANNOUNCEMENTS = (
    ({"Tus-Resumable": "0.2.2"}, 412, "1.0.0"),
    ({"Tus-Resumable": None}, 412, "1.0.0"),
    ({"Upload-Length": None}, 400, "Upload-Length"),
    ({"Upload-Length": "-1"}, 400, "Upload-Length"),
    ({"Upload-Length": "0"}, 400, "文件是空的"),
    ({"Upload-Length": None, "Upload-Defer-Length": "1"}, 400, "Upload-Length"),
    ({"Upload-Concat": "partial"}, 400, "按顺序"),
    ({"Upload-Length": None, "Upload-Concat": "final;/a /b"}, 400, "按顺序"),
    ({"Upload-Length": str(20 * 1024 * 1024 + 1)}, 413, "超过 20 MB"),
    ({"Upload-Metadata": "key 不是"}, 400, "Base64"),
    ({"Upload-Metadata": "key " + "YWFh" * 4000}, 400, "太长"),
    ({"Upload-Metadata": metadata(key="k" * 101)}, 400, "100"),
    ({"Upload-Metadata": metadata(sha256="abc")}, 400, "64 位"),
    ({"Upload-Metadata": metadata(phase="during")}, 400, "before"),
    ({"Upload-Metadata": metadata(shot="[1]")}, 422, "JSON"),
    ({"Upload-Metadata": metadata(shot={"lat": 200})}, 422, "lat：不能大于 90"),
    ({"Upload-Metadata": metadata(seal="{")}, 422, "JSON"),
)


def test_an_announcement_that_cannot_be_taken_hears_why(phone, city_database):
    for headers, status, words in ANNOUNCEMENTS:
        sent = {"Upload-Length": "100", **headers}
        answer = phone.ask("POST", UPLOADS, status=status, headers=sent)
        assert words in answer.json["detail"], headers
    assert rows(city_database) == []


PIECES = (
    ({"Tus-Resumable": "2"}, b"x", 412, "1.0.0"),
    ({"Content-Type": "image/jpeg"}, b"x", 415, STREAM),
    ({"Upload-Offset": "abc"}, b"x", 400, "Upload-Offset"),
    ({"Upload-Checksum": "md5 eA=="}, b"x", 400, "sha1"),
    ({"Upload-Checksum": "sha1 ??"}, b"x", 400, "Base64"),
    ({}, b"x" * 200, 413, "大"),
)


def test_a_piece_that_cannot_be_taken_hears_why(phone):
    place = phone.begin(b"x" * 100, "shot-0014", told=metadata(key="shot-0014"))

    for headers, body, status, words in PIECES:
        answer = phone.piece(place, 0, body, status=status, **headers)
        assert words in answer.json["detail"], headers
    assert phone.offset(place) == 0


def test_nobody_has_more_than_so_many_files_on_their_way(phone, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_OPEN", 2)
    first = phone.begin(b"1", "shot-0015", told="")
    phone.begin(b"1", "shot-0016", told="")

    answer = phone.ask("POST", UPLOADS, status=429, headers={"Upload-Length": "1"})

    assert "2 个文件" in answer.json["detail"]
    phone.piece(first, 0, b"1")
    phone.begin(b"1", "shot-0017", told="")


def test_a_full_disk_keeps_what_came_and_says_so(phone, monkeypatch):
    data = jpeg(13)
    place = phone.begin(data, "shot-0018")
    phone.piece(place, 0, data[:1000])
    plain = os.write

    def write(handle: int, piece: memoryview) -> int:
        if len(piece) > 100:
            return plain(handle, piece[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as short:
        short.setattr("app.photos.arrivals.os.write", write)
        answer = phone.piece(place, 1000, data[1000:], status=507)

    assert "磁盘已满" in answer.json["detail"]
    assert "手机里" in answer.json["detail"]
    offset = phone.offset(place)
    assert 1000 < offset < len(data)
    phone.piece(place, offset, data[offset:])
    assert phone.told(place)["state"] == "received"


def test_other_peoples_files_are_not_there(phone, sender):
    data = jpeg(14)
    place = phone.begin(data, "shot-0019")
    other = sender("fumin")

    other.ask("HEAD", place, status=404)
    other.ask("GET", place, status=404)
    other.piece(place, 0, data, status=404)
    other.ask("DELETE", place, status=404)
    found = other.ask("GET", f"{UPLOADS}?key=shot-0019", status=200)

    assert found.json == {"uploads": []}
    assert phone.offset(place) == 0


def test_who_takes_no_photos_sends_none(sender):
    for login in ("reviewer", "leader", "reader", "sysadmin"):
        answer = sender(login).ask("POST", UPLOADS, status=403, headers={"Upload-Length": "1"})
        assert "没有这项权限" in answer.json["detail"]


def test_a_page_sends_with_its_session_and_its_token(city_client):
    city_client.login("zhanqian")
    told = city_client.raw.get("/phone/contact?device=device-1234").json
    headers = {**TUS, "Upload-Length": "3", "X-CSRFToken": told["csrf"]}

    made = city_client.raw.post(told["uploads"], headers=headers)
    assert made.status_code == 201
    sent = city_client.raw.patch(
        made.headers["Location"],
        headers={**TUS, "Upload-Offset": "0", "X-CSRFToken": told["csrf"]},
        data=b"abc", content_type=STREAM,
    )  # fmt: skip
    assert sent.status_code == 204

    without = city_client.raw.post(told["uploads"], headers={**TUS, "Upload-Length": "3"})
    assert without.status_code == 400
    assert without.json["code"] == "form_too_old"


def test_a_stranger_sends_nothing(city_app):
    answer = city_app.test_client().post(UPLOADS, headers={**TUS, "Upload-Length": "3"})

    assert answer.status_code == 401
