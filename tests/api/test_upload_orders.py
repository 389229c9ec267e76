"""Files sent in rare orders: answers that got lost, words no honest phone says, limits of a day."""

from __future__ import annotations

import base64
import errno
import hashlib
import threading
from datetime import timedelta

import pytest

from app.api import upload_bytes
from app.jobs import intake
from app.models import Upload
from app.photos.arrivals import Arrival, Arrivals
from app.services.evidence import allowance, uploads
from app.services.evidence.photos import Received
from app.services.evidence.room import PhotoRoom
from tests.api.judging import photos
from tests.api.tus import STREAM, UPLOADS, about
from tests.builders import MONDAY
from tests.web.camera import jpeg, shot


def checksum(data: bytes) -> str:
    return "sha256 " + base64.b64encode(hashlib.sha256(data).digest()).decode()


def announce(phone, data: bytes, key: str, body: bytes, **headers: str):
    """A creation that brings the first bytes along."""
    words = {
        "Upload-Length": str(len(data)), "Upload-Metadata": about(data, key),
        "Content-Type": STREAM, **headers,
    }  # fmt: skip
    return phone.ask("POST", UPLOADS, status=201, headers=words, data=body)


def test_a_whole_file_that_is_announced_again_hears_that_it_is_there(phone, bench):
    data = jpeg(1)
    first = announce(phone, data, "order-0001", data)  # and this answer gets lost

    again = announce(phone, data, "order-0001", data)
    bench.judge()
    kept = announce(phone, data, "order-0001", data)

    for answer in (again, kept):
        assert answer.headers["Location"] == first.headers["Location"]
        assert answer.headers["Upload-Offset"] == str(len(data))
        assert answer.headers["Upload-Sha256"] == hashlib.sha256(data).hexdigest()


def test_a_first_piece_with_a_checksum_may_be_sent_again_with_the_announcement(phone):
    data = jpeg(2)
    announce(phone, data, "order-0002", data[:900], **{"Upload-Checksum": checksum(data[:900])})

    again = announce(phone, data, "order-0002", data[:700],
                     **{"Upload-Checksum": checksum(data[:700])})  # fmt: skip
    assert again.headers["Upload-Offset"] == "900"
    whole = announce(phone, data, "order-0002", data, **{"Upload-Checksum": checksum(data)})

    assert whole.headers["Upload-Offset"] == str(len(data))
    assert phone.told(whole.headers["Location"])["state"] == "received"


@pytest.mark.parametrize("left", [None, b"", b"\xff\xd8\xff half", b"?" * 9_000])
def test_a_file_that_is_not_what_was_acknowledged_is_asked_for_again(phone, bench, left):
    """A disk that lies, a folder that was not restored: no fault of the phone's."""
    data = jpeg(3)
    place = phone.send(data, "order-0003")
    path = bench.shop.arrivals.root / place.rsplit("/", 1)[1]
    path.unlink()
    if left is not None:
        path.write_bytes(left)

    bench.judge()

    assert (phone.told(place)["state"], phone.offset(place)) == ("receiving", 0)
    assert phone.send(data, "order-0003") == place
    bench.judge()
    assert phone.told(place)["state"] == "kept"


def test_whoever_finds_wrong_bytes_drops_no_others_that_came_meanwhile(phone, monkeypatch):
    data = jpeg(4)
    place = phone.begin(data, "order-0004")
    phone.piece(place, 0, data[:100])
    look, looked = Arrival.sha256, []

    def slowly(arrival: Arrival) -> str:
        found = look(arrival)
        if not looked:
            looked.append(found)
            phone.piece(place, len(data), b"", status=460)  # another finds them wrong as well
            phone.piece(place, 0, data)
        return found

    monkeypatch.setattr(Arrival, "sha256", slowly)
    phone.piece(place, 100, bytes(len(data) - 100), status=460)

    assert phone.told(place)["state"] == "received"
    assert Arrivals(phone.raw.application.extensions["settings"].uploads).read(
        place.rsplit("/", 1)[1]
    ) == data  # fmt: skip


def test_the_folder_is_on_disk_before_the_first_byte_is_acknowledged(phone, monkeypatch):
    """Also where another request made the file, and died or waits before it saw to that."""
    synced = []
    monkeypatch.setattr("app.photos.arrivals.sync_folder", synced.append)
    place = phone.begin(jpeg(5), "order-0005")
    root = phone.raw.application.extensions["settings"].uploads
    root.mkdir(exist_ok=True)
    (root / place.rsplit("/", 1)[1]).touch()

    phone.piece(place, 0, jpeg(5)[:100])

    assert synced == [root]


def originals(app) -> int:
    return sum(1 for _ in app.extensions["photos"].store.iter_originals())


@pytest.mark.parametrize(("name", "most"), [("MOST_PHOTOS", 2), ("GIGABYTE", 2_000)])
def test_nobody_sends_more_in_a_day_than_a_disk_can_bear(
    phone, sender, program, bench, city_app, city_client, monkeypatch, name, most
):
    monkeypatch.setattr(allowance, name, most)
    kept, coming = jpeg(6), jpeg(7)
    phone.send(kept, "order-0006")
    bench.judge()
    place = phone.begin(coming, "order-0007")

    again = phone.begin(jpeg(8), "order-0008", status=429)
    sent = program("zhanqian").send_photo(9, status=429)
    city_client.login("zhanqian")
    form = dict(city_client.get("/report").form("form.report-form").controls)
    page = city_client.raw.post("/report", data=form | {"photos": [shot(10)], "do": "report"})

    assert again == ""
    assert "照片还在手机里" in sent["detail"]
    assert (page.status_code, "24 小时内上传的照片已到上限" in page.text) == (422, True)
    assert originals(city_app) == 1
    assert phone.begin(coming, "order-0007") == place  # what was begun goes on
    sender.begin(jpeg(8), "order-0008")
    bench.at += timedelta(days=2)
    monkeypatch.setattr("app.clock.now", lambda: bench.at)
    phone.begin(jpeg(8), "order-0008")


def test_what_did_not_reach_the_disk_is_not_acknowledged_by_the_next_question(phone, monkeypatch):
    data = jpeg(14)
    place = phone.begin(data, "order-0016")
    phone.piece(place, 0, data[:500])

    def fail(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as bad_disk:
        bad_disk.setattr("app.photos.arrivals.os.fsync", fail)
        phone.piece(place, 500, data[500:900], status=507)

    assert phone.offset(place) == 0
    phone.piece(place, 0, data)
    assert phone.told(place)["state"] == "received"


def test_nobody_holds_all_threads_of_the_server_with_slow_lines(phone, sender, city, monkeypatch):
    monkeypatch.setattr(upload_bytes, "MOST_AT_ONCE", 2)
    data, owner = jpeg(12), city.users["zhanqian"]
    place = phone.begin(data, "order-0015")

    with upload_bytes.one_of_few(owner), upload_bytes.one_of_few(owner):
        answer = phone.piece(place, 0, data, status=429)
        sender.send(data, "order-0015")

    assert answer.headers["Retry-After"] == "10"
    assert phone.offset(place) == 0
    phone.piece(place, 0, data[:-1], **{"Upload-Checksum": "sha1 eA=="}, status=460)
    phone.piece(place, 0, data)


def test_what_was_refused_counts_as_well(phone, bench, monkeypatch):
    monkeypatch.setattr(allowance, "MOST_PHOTOS", 1)
    place = phone.send(b"no picture" * 99, "order-0010")
    bench.judge()
    assert phone.told(place)["state"] == "refused"

    phone.begin(jpeg(10), "order-0012", status=429)


def test_one_picture_under_two_names_is_one_photo_also_when_judged_at_once(
    phone, bench, city_database, monkeypatch
):
    data, take_in = jpeg(13), PhotoRoom.take_in
    places = [phone.send(data, f"order-001{n}") for n in (3, 4)]
    both = threading.Barrier(2)

    def together(room: PhotoRoom, bytes_: bytes) -> Received:
        received = take_in(room, bytes_)
        both.wait(30)
        return received

    monkeypatch.setattr(PhotoRoom, "take_in", together)
    judges = [threading.Thread(target=intake.work_once, args=(bench.shop,)) for _ in places]
    for judge in judges:
        judge.start()
    for judge in judges:
        judge.join()

    [photo] = photos(city_database)
    assert [phone.told(place)["photo_id"] for place in places] == [photo.id, photo.id]


def test_a_file_that_is_announced_again_while_it_is_swept_stays(city, city_database):
    announced = uploads.Announced(100, "order-0009")
    with city_database.writing() as session:
        uploads.begin(session, city.actors["zhanqian"], announced, MONDAY)
    later = MONDAY + uploads.LIFE + timedelta(hours=1)

    def sweep() -> None:
        with city_database.writing() as session:
            uploads.forget_old(session, later)

    sweeper = threading.Thread(target=sweep)
    with city_database.writing() as session:
        row = uploads.begin(session, city.actors["zhanqian"], announced, later)
        sweeper.start()
        sweeper.join(0.2)  # on SQLite it waits for the one write lock
    sweeper.join()

    with city_database.reading() as session:
        assert session.get_one(Upload, row.id).expires_at == later + uploads.LIFE


def test_what_was_said_of_a_file_is_told_again_until_it_is_a_photo(phone, bench):
    data = jpeg(11)
    words = about(data, "order-0011", filename="../../<img src=x onerror=alert(1)>.jpg") + ",empty"
    place = phone.begin(data, "order-0011", told=words)

    asked = phone.ask("HEAD", place, status=200)
    phone.piece(place, 0, data)
    bench.judge()
    settled = phone.ask("HEAD", place, status=200)

    assert asked.headers["Upload-Metadata"] == words
    assert asked.headers["Cache-Control"] == "no-store"
    assert "Upload-Metadata" not in settled.headers
