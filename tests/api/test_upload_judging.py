"""What becomes of files that have arrived: judged beside the requests, once, whatever dies."""

from __future__ import annotations

import errno
import hashlib
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.jobs import intake
from app.jobs.tasks import sweep_photos, sweep_uploads
from app.models import Upload
from app.photos.refusal import PhotoRefused
from app.photos.sandbox import Sandbox, SandboxError
from app.services import world
from app.services.evidence import photos as evidence
from app.services.evidence import upload_judging
from app.services.evidence.room import PhotoRoom
from app.services.job_queue import Claim
from tests.api.judging import NOW, Bench, photos
from tests.builders import a_report
from tests.web.camera import jpeg


class Killed(BaseException):
    """As when the machine's power goes: nothing catches it."""


def sweep(task, shop) -> None:
    task(shop, Claim(1, task.__name__, "2026-11-22", {}, attempt=1))


def test_a_file_becomes_a_photo_in_its_senders_name(phone, bench, city, city_database):
    data = jpeg(1)
    place = phone.send(data, "shot-0001")

    assert bench.judge() == 1

    told = phone.told(place)
    [photo] = photos(city_database)
    assert (told["state"], told["photo_id"]) == ("kept", photo.id)
    assert told["thumb_href"] == f"/photos/{photo.id}/thumb"
    assert (photo.owner_id, photo.received_at, photo.album) == (city.users["zhanqian"], NOW, False)
    assert (photo.lat, photo.lng, photo.seal, photo.late) == (41.88, 123.957, "", False)
    assert bench.shop.photos.store.original(photo.sha256) == data
    assert list(bench.shop.arrivals.root.iterdir()) == []
    phone.ask("DELETE", place, status=409)
    assert phone.begin(data, "shot-0001") == place


def test_what_is_no_photo_is_refused_with_a_sentence_and_may_be_taken_back(
    phone, bench, city_database
):
    place = phone.send(b"\xff\xd8\xff" + b"no picture" * 99, "shot-0002")

    bench.judge()

    told = phone.told(place)
    assert told["state"] == "refused"
    assert "无法打开" in told["refusal"]
    assert photos(city_database) == []
    phone.ask("DELETE", place, status=204)


def test_the_rules_of_the_forms_hold(phone, bench, city, city_database):
    album = phone.send(jpeg(3), "shot-0003", shot={"source": "album"})
    plain = phone.send(jpeg(4), "shot-0004", shot={"source": "file"})
    bench.judge()
    assert [photo.album for photo in photos(city_database)] == [True, True]
    assert phone.told(plain)["state"] == phone.told(album)["state"] == "kept"

    with city_database.writing() as session:
        world.change_rules(session, {"album_allowed": False}, NOW, None)
    album = phone.send(jpeg(5), "shot-0005", shot={"source": "album"})
    camera = phone.send(jpeg(6), "shot-0006")
    bench.judge()

    assert "不能从相册选择" in phone.told(album)["refusal"]
    assert phone.told(camera)["state"] == "kept"


def test_a_picture_that_is_evidence_already_is_refused_by_name(
    sender, phone, bench, city, city_database
):
    data = jpeg(7)
    used = phone.send(data, "shot-0007")
    bench.judge()
    photo_id = phone.told(used)["photo_id"]
    with city_database.writing() as session:
        from app.services.problems import reports

        reports.submit_report(
            session, city.actors["zhanqian"], NOW, a_report(city), photo_ids=[photo_id]
        )
    again = sender.send(data, "shot-0008")
    bench.judge()

    assert "同一张照片不能再次使用" in sender.told(again)["refusal"]


STEPS = {
    "before it is judged": (PhotoRoom, "take_in"),
    "before its row": (upload_judging, "keep"),
    "before the row is committed": (upload_judging, "_sealed"),
}


def test_a_judge_that_dies_anywhere_leaves_the_photo_to_the_next(
    phone, bench, city_database, monkeypatch
):
    def die(*_args: object, **_named: object) -> None:
        raise Killed

    for number, (step, (thing, name)) in enumerate(STEPS.items()):
        place = phone.send(jpeg(20 + number), f"shot-002{number}")
        with monkeypatch.context() as power:
            power.setattr(thing, name, die)
            with pytest.raises(Killed):
                intake.work_once(bench.shop)
        assert bench.judge() == 0, step  # its minute is not over
        bench.at += timedelta(minutes=2)
        assert bench.judge() == 1, step
        assert phone.told(place)["state"] == "kept"
    assert len(photos(city_database)) == len(STEPS)


def test_a_judge_that_dies_after_the_commit_leaves_a_file_that_is_swept(
    phone, bench, city_database, monkeypatch
):
    place = phone.send(jpeg(25), "shot-0025")

    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as power:
        power.setattr("app.photos.arrivals.Arrivals.drop", die)
        with pytest.raises(Killed):
            intake.work_once(bench.shop)

    assert phone.told(place)["state"] == "kept"
    assert bench.judge() == 0
    assert len(list(bench.shop.arrivals.root.iterdir())) == 1
    bench.at += timedelta(days=3000)  # the file's own time is the machine's
    sweep(sweep_uploads, bench.shop)
    assert list(bench.shop.arrivals.root.iterdir()) == []


def test_a_photo_that_ends_its_judge_again_and_again_is_refused(phone, bench, monkeypatch):
    place = phone.send(jpeg(26), "shot-0026")

    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as power:
        power.setattr(PhotoRoom, "take_in", die)
        for _ in range(upload_judging.MOST_ATTEMPTS):
            with pytest.raises(Killed):
                intake.work_once(bench.shop)
            bench.at += timedelta(minutes=2)
        intake.work_once(bench.shop)

    assert phone.told(place)["refusal"] == upload_judging.GIVEN_UP


def test_a_photo_that_finds_nobody_free_waits_and_that_try_does_not_count(
    phone, bench, city_app, city_database, monkeypatch
):
    place = phone.send(jpeg(27), "shot-0027")

    def busy(*_args: object) -> None:
        raise PhotoRefused("photo.busy")

    with monkeypatch.context() as crowd:
        crowd.setattr(bench.shop.photos.sandbox, "inspect_and_thumb", busy)
        for _ in range(8):
            intake.work_once(bench.shop)
            bench.at += timedelta(seconds=5)

    assert phone.told(place)["state"] == "received"
    assert bench.judge() == 1
    assert phone.told(place)["state"] == "kept"


def test_a_full_disk_costs_no_photo_that_has_arrived(phone, bench, monkeypatch):
    place = phone.send(jpeg(34), "shot-0034")

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as short:
        short.setattr(bench.shop.photos.store.__class__, "put_original", full)
        for _ in range(upload_judging.MOST_ATTEMPTS + 3):
            with pytest.raises(OSError, match="No space"):
                intake.work_once(bench.shop)
            bench.at += timedelta(minutes=2)

    assert bench.judge() == 1
    assert phone.told(place)["state"] == "kept"


def test_a_clock_that_is_put_back_lets_no_photo_wait(phone, bench, monkeypatch):
    place = phone.send(jpeg(36), "shot-0036")
    died = phone.send(jpeg(37), "shot-0037")
    with bench.shop.database.writing() as session:
        assert upload_judging.take(session, bench.at) is not None

    bench.at -= timedelta(hours=2)

    assert bench.judge() == 2
    assert phone.told(place)["state"] == phone.told(died)["state"] == "kept"


@pytest.mark.parametrize(
    ("where", "name", "fault"),
    [
        (Sandbox, "inspect_and_thumb", SandboxError("no answer")),
        (upload_judging, "keep", OperationalError("insert", {}, Exception("disk is full"))),
    ],
)
def test_what_is_the_machines_fault_costs_no_photo(phone, bench, monkeypatch, where, name, fault):
    place = phone.send(jpeg(35), "shot-0035")

    def fail(*_args: object) -> None:
        raise fault

    with monkeypatch.context() as bad_day:
        bad_day.setattr(where, name, fail)
        for _ in range(upload_judging.MOST_ATTEMPTS + 3):
            with pytest.raises(type(fault)):
                intake.work_once(bench.shop)
            bench.at += timedelta(minutes=2)

    assert bench.judge() == 1
    assert phone.told(place)["state"] == "kept"


def test_a_photo_that_overruns_on_a_busy_machine_is_tried_again_before_it_is_refused(
    phone, bench, monkeypatch
):
    once, always = phone.send(jpeg(32), "shot-0032"), phone.send(jpeg(33), "shot-0033")

    def overrun(*_args: object) -> None:
        raise PhotoRefused("photo.timeout")

    with monkeypatch.context() as crowd:
        crowd.setattr(bench.shop.photos.sandbox, "inspect_and_thumb", overrun)
        bench.judge()
    bench.at += timedelta(minutes=1)
    intake.work_once(bench.shop)
    assert phone.told(once)["state"] == "kept"
    with monkeypatch.context() as crowd:
        crowd.setattr(bench.shop.photos.sandbox, "inspect_and_thumb", overrun)
        for _ in range(upload_judging.MOST_ATTEMPTS):
            bench.at += timedelta(minutes=1)
            bench.judge()

    assert "处理时间过长" in phone.told(always)["refusal"]


def test_two_hundred_photos_drain_with_several_judges_each_once(
    city_app, city, city_database, bench, monkeypatch
):
    received = evidence.Received("", "JPEG", 640, 480, 100, {})
    monkeypatch.setattr(
        PhotoRoom, "take_in",
        lambda _room, data: replace(received, sha256=hashlib.sha256(data).hexdigest()),
    )  # fmt: skip
    with city_database.writing() as session:
        session.add_all(_arrived(city, bench, number) for number in range(200))
        assert upload_judging.depth(session).count == 200
    threads = [threading.Thread(target=bench.judge) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with city_database.reading() as session:
        assert upload_judging.depth(session).count == 0
        assert session.scalar(select(func.max(Upload.attempts))) == 1
        assert session.scalar(select(func.count(func.distinct(Upload.photo_id)))) == 200
    assert len(photos(city_database)) == 200


def test_photos_are_judged_while_a_job_takes_long(phone, bench, city_database):
    """The loop of the jobs stands in this block, and judging goes on beside it."""
    with intake.running(bench.shop):
        place = phone.send(jpeg(28), "shot-0028")
        end = time.monotonic() + 60
        while phone.told(place)["state"] == "received" and time.monotonic() < end:
            pass
        assert phone.told(place)["state"] == "kept"
    assert [one for one in threading.enumerate() if one.name.startswith("intake")] == []


def _arrived(city, bench: Bench, number: int) -> Upload:
    data, name = b"picture %d" % number, f"{number:032x}"
    with bench.shop.arrivals.open(name) as arrival:
        arrival.append(0, data)
    return Upload(
        id=name, owner_id=city.users["zhanqian"], key=f"shot-{number}", state="received",
        size=len(data), sha256=hashlib.sha256(data).hexdigest(), shot={"phase": "before"},
        created_at=NOW, expires_at=NOW, received_at=NOW + timedelta(milliseconds=number),
    )  # fmt: skip


def test_what_is_swept_can_come_again(phone, bench, city_database):
    data = jpeg(30)
    place = phone.send(data, "shot-0030")
    half = phone.begin(jpeg(31), "shot-0031")
    bench.judge()

    bench.at += timedelta(days=8)
    sweep(sweep_photos, bench.shop)
    sweep(sweep_uploads, bench.shop)

    assert photos(city_database) == []
    phone.ask("HEAD", place, status=404)
    phone.ask("HEAD", half, status=404)
    phone.send(data, "shot-0030")
    bench.judge()
    assert len(photos(city_database)) == 1


def test_what_waited_for_its_judge_for_days_is_not_swept_before_its_report_comes(
    phone, bench, city_database
):
    place = phone.send(jpeg(38), "shot-0038")
    bench.at += timedelta(days=3)  # the worker was off from Friday to Monday
    bench.judge()

    sweep(sweep_photos, bench.shop)
    assert phone.told(place)["state"] == "kept"
    assert len(photos(city_database)) == 1
    bench.at += timedelta(hours=49)
    sweep(sweep_photos, bench.shop)

    assert photos(city_database) == []
