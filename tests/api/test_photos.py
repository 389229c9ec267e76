"""Photos over the interface: taken in, described, served; and whatever else people upload."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from app.door.stamping import all_done
from app.models import AccessLog, Photo
from tests.api.client import V1, a_body
from tests.web.camera import jpeg


@pytest.fixture
def room(city_app):
    return city_app.extensions["photos"]


def png_header(width, height):
    """A PNG that says it is enormous."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


HOSTILE = {
    "empty": b"",
    "text": b"hello",
    "markup": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "cut short": jpeg(3)[:900],
    "a GIF": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "a bomb": png_header(60_000, 60_000),
    "a program": b"MZ" + bytes(4000),
    "a workbook": b"PK\x03\x04" + bytes(2000),
}


def test_a_photo_is_taken_in_and_described(program, city_app, room):
    data = jpeg(1, with_position=True)
    sent = program("zhanqian").send_photo(
        1, data=data, accuracy_m="8", coord_source="browser", address="中央大街",
        device_at="2026-11-16T09:58:00+08:00", album="true",
    )  # fmt: skip

    assert room.store.original(sent["sha256"]) == data
    assert len(sent["code"]) == 11
    assert sent["phase"] == {"value": "before", "label": "整改前"}
    assert (sent["width"], sent["height"], sent["format"]) == (640, 480, "JPEG")
    assert sent["device_at"] == "2026-11-16T09:58:00+08:00"
    assert sent["received_at"].endswith("+08:00")
    assert sent["album"] is True
    assert sent["problem_id"] is None
    assert program("zhanqian").get(f"/photos/{sent['id']}") == sent


def test_a_place_put_on_the_map_by_hand_is_said_to_be(program):
    sent = program("zhanqian").send_photo(3, lat="41.88", lng="123.957", coord_source="pin")

    assert sent["coord_source"] == "pin"


def test_the_same_photo_sent_again_is_the_same_photo(program):
    client = program("zhanqian")

    assert client.send_photo(2)["id"] == client.send_photo(2)["id"]


def test_what_is_served_carries_nothing_of_the_camera(program):
    client = program("zhanqian")
    sent = client.send_photo(4, data=jpeg(4, with_position=True))
    for kind in ("thumb", "stamped"):
        answer = client.raw.get(sent[kind], headers={"Authorization": f"Bearer {client.token}"})
        assert answer.mimetype == "image/jpeg"
        assert not Image.open(io.BytesIO(answer.data)).getexif()
        assert b"SHILI" not in answer.data


def test_an_original_is_for_those_who_judge_and_each_view_is_written_down(
    program, city, city_database
):
    client, data = program("zhanqian"), jpeg(5)
    photo_id = client.send_photo(5, data=data)["id"]
    client.post("/problems", a_body(city, [photo_id]), status=201)
    all_done()

    answer = program("checker").ask("GET", f"/photos/{photo_id}/original", status=200)

    assert answer.data == data
    with city_database.reading() as session:
        assert session.query(AccessLog).one().target == photo_id
    client.ask("GET", f"/photos/{photo_id}/original", status=403)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_photo_gets_a_sentence_and_leaves_nothing(name, program, city_database):
    failure = program("zhanqian").send_photo(0, status=422, data=HOSTILE[name])

    assert failure["code"].startswith("photo.")
    assert failure["fields"]["file"] == failure["detail"]
    with city_database.reading() as session:
        assert session.query(Photo).count() == 0


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"phase": "during"}, "phase"),
        ({"lat": "91"}, "lat"),
        ({"lat": "nan"}, "lat"),
        ({"lng": "1e999"}, "lng"),
        ({"accuracy_m": "-1"}, "accuracy_m"),
        ({"coord_source": "guess"}, "coord_source"),
        ({"device_at": "2026-11-16T09:58:00"}, "device_at"),
        ({"album": "maybe"}, "album"),
        ({"address": "长" * 301}, "address"),
        ({"owner_id": "1"}, "owner_id"),
        ({"sha256": "0" * 64}, "sha256"),
        ({"problem_id": "1"}, "problem_id"),
        ({"file": "not a file"}, "file"),
    ],
)
def test_a_wrong_field_beside_a_photo_is_named(form, field, program):
    failure = program("zhanqian").send_photo(6, status=422, **form)

    assert list(failure["fields"]) == [field]


def test_a_photo_form_wants_to_be_a_form(program):
    program("zhanqian").ask("POST", "/photos", status=415, json={"phase": "before"})
    failure = program("zhanqian").ask(
        "POST", "/photos", status=422, data={"phase": "before"}, content_type="multipart/form-data"
    )
    assert "file" in failure.json["fields"]


def test_a_photo_larger_than_the_settings_allow_is_refused(program):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    body = head + bytes(21 * 1024 * 1024) + b"\r\n--x--\r\n"
    failure = program("zhanqian").ask(
        "POST", "/photos", status=413, data=body, content_type="multipart/form-data; boundary=x"
    )

    assert "20 MB" in failure.json["detail"]


def test_nobody_replaces_a_photo(program, city_app):
    client = program("zhanqian")
    sent = client.send_photo(9)
    for method in ("PUT", "PATCH", "POST", "DELETE"):
        client.ask(method, f"/photos/{sent['id']}", status=405)
    assert client.get(f"/photos/{sent['id']}") == sent


def test_a_reviewer_sends_no_photos(program):
    program("reviewer").send_photo(10, status=403)


def test_a_strangers_photo_is_not_there(program):
    sent = program("zhanqian").send_photo(11)
    for path in ("", "/thumb", "/stamped"):
        program("fumin").ask("GET", f"/photos/{sent['id']}{path}", status=404)
    assert V1 in sent["thumb"]
