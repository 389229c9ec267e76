"""What a phone sealed, as the photo tells it later."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from app.domain.sealing import Sealed, mac_of
from app.models import PhoneContact, Photo
from tests.api.judging import HOUR, NOW, photos
from tests.api.tus import UPLOADS, about
from tests.web.camera import jpeg

KEY = "ab" * 32


@pytest.fixture
def contact(city, city_database) -> PhoneContact:
    """What the phone got three hours ago."""
    with city_database.writing() as session:
        row = PhoneContact(
            id="c" * 32, user_id=city.users["zhanqian"], device="device-0001", key=KEY,
            issued_at=NOW - 3 * HOUR,
        )  # fmt: skip
        session.add(row)
    return row


def sealed(data: bytes, **changes) -> dict[str, object]:
    """The seal of a phone for a picture taken two hours ago."""
    words = {
        "nonce": "c" * 32, "device": "device-0001", "sequence": 1,
        "taken_at": (NOW - 2 * HOUR).isoformat(), "lat": "41.8800000", "lng": "123.9570000",
        "accuracy": "8.0", "sha256": hashlib.sha256(data).hexdigest(), **changes,
    }  # fmt: skip
    text = Sealed(**words, mac="").text
    return {"v": 1, **words, "mac": mac_of(KEY, text)}


def test_a_whole_seal_gives_the_time_of_the_shutter_and_makes_it_late(
    phone, bench, contact, city_database
):
    data = jpeg(40)
    phone.send(data, "shot-0040", seal=sealed(data))
    bench.judge()

    [photo] = photos(city_database)
    assert (photo.seal, photo.late) == ("whole", True)
    assert photo.captured_at == NOW - 2 * HOUR
    assert (photo.device, photo.sequence) == ("device-0001", 1)
    assert photo.received_at == NOW


def test_a_seal_of_just_now_is_not_late(phone, bench, contact, city_database):
    data = jpeg(41)
    just_now = (NOW - timedelta(minutes=9)).isoformat()
    phone.send(data, "shot-0041", seal=sealed(data, taken_at=just_now))
    bench.judge()

    [photo] = photos(city_database)
    assert (photo.seal, photo.late) == ("whole", False)


def test_a_sealed_place_counts_where_none_is_told_beside_it(phone, bench, contact, city_database):
    data = jpeg(42)
    phone.send(data, "shot-0042", seal=sealed(data), shot={"source": "camera"})
    bench.judge()

    [photo] = photos(city_database)
    assert (photo.lat, photo.lng, photo.accuracy_m, photo.seal) == (41.88, 123.957, 8.0, "whole")


def test_a_seal_that_does_not_hold_is_told_and_nothing_is_refused(
    phone, bench, contact, city, city_database
):
    early, late = (NOW - 3 * HOUR - timedelta(minutes=3)), NOW + timedelta(minutes=3)
    elsewhere = {"source": "camera", "lat": 41.89, "lng": 123.957}
    broken = {
        "another picture's": {"seal": sealed(b"another")},
        "time before the contact": {"taken_at": early.isoformat()},
        "time after the receipt": {"taken_at": late.isoformat()},
        "no time": {"taken_at": "yesterday"},
        "unknown nonce": {"nonce": "d" * 32},
        "another phone": {"device": "device-0002"},
        "changed afterwards": {"seal": lambda data: sealed(data) | {"accuracy": "1.0"}},
        "another version": {"seal": lambda data: sealed(data) | {"v": 2}},
        "no seal at all": {"seal": {"v": 1}},
        "told elsewhere": {"shot": elsewhere},
    }
    for number, (why, changes) in enumerate(broken.items()):
        data = jpeg(50 + number)
        told = {name: changes[name] for name in ("seal", "shot") if name in changes}
        rest = {name: value for name, value in changes.items() if name not in told}
        seal = told.get("seal", sealed(data, sequence=number + 1, **rest))
        told["seal"] = seal(data) if callable(seal) else seal
        place = phone.send(data, f"shot-{why[:5]}{number}".replace(" ", ""), **told)
        bench.judge()
        assert phone.told(place)["state"] == "kept", why
        with city_database.reading() as session:
            photo = session.get_one(Photo, phone.told(place)["photo_id"])
        assert (photo.seal, photo.captured_at, photo.late) == ("broken", None, False), why


def test_a_number_of_the_phone_counts_once(phone, bench, contact, city_database):
    for number in (70, 71):
        phone.send(jpeg(number), f"shot-00{number}", seal=sealed(jpeg(number), sequence=7))
        bench.judge()

    assert sorted(photo.seal for photo in photos(city_database)) == ["broken", "whole"]


def test_anothers_nonce_seals_nothing(sender, bench, contact, city_database):
    data = jpeg(72)
    sender.send(data, "shot-0072", seal=sealed(data))
    bench.judge()

    assert [photo.seal for photo in photos(city_database)] == ["broken"]


NONSENSE = {
    "no text of a database": {"nonce": "c\x00"},
    "half a character": {"device": "device-\ud800"},
    "two lines": {"device": "device-0001\n1"},
    "the end of all calendars": {"taken_at": "9999-12-31T23:59:59-14:00"},
    "their beginning": {"taken_at": "0002-01-01T00:00:00+14:00"},
}


@pytest.mark.parametrize("why", NONSENSE)
def test_a_seal_that_says_nonsense_is_a_broken_one(phone, bench, contact, city_database, why):
    data = jpeg(73)
    seal = sealed(data) | {"mac": "ab" * 32} | NONSENSE[why]
    place = phone.send(data, "shot-0073", seal=seal)

    bench.judge()

    assert phone.told(place)["state"] == "kept"
    assert [photo.seal for photo in photos(city_database)] == ["broken"]


@pytest.mark.parametrize("place", [("1e300", "2e300"), ("91", "0"), ("0", "-181"), ("nan", "1")])
def test_a_sealed_place_that_is_none_is_no_place(phone, bench, contact, city_database, place):
    data = jpeg(74)
    seal = sealed(data, lat=place[0], lng=place[1], accuracy="-1e300")
    phone.send(data, "shot-0074", seal=seal, shot={"source": "camera"})

    bench.judge()

    [photo] = photos(city_database)
    assert (photo.seal, photo.lat, photo.lng, photo.accuracy_m) == ("whole", None, None, None)


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_phones_clock_beyond_all_calendars_is_told_at_once(phone, at):
    shot = {"source": "camera", "device_at": at}

    answer = phone.ask("POST", UPLOADS, status=422, headers={
        "Upload-Length": "1", "Upload-Metadata": about(b"x", "shot-0075", shot=shot)})  # fmt: skip

    assert "device_at" in answer.json["detail"]
