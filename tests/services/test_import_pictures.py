"""The pictures of an import: in the store, each once, refused ones with a word to their row."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from app.domain.refusals import NotFound
from app.domain.states import Phase
from app.models import ImportPicture, ImportRun
from app.photos.refusal import PhotoRefused
from app.services.evidence import intake
from app.services.evidence.photos import Shot
from app.services.evidence.room import stamp_of
from app.services.imports.reading.pictures import (
    flag_refused,
    picture_of,
    pictures_of,
    take_in_pictures,
)
from app.services.imports.reading.records import ReadRecord
from app.services.world import change_rules
from sheets.reading import RawPicture
from sheets.understanding.result import Placed
from tests.builders import MONDAY
from tests.web.camera import jpeg

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def raw(data, name="image1.jpeg"):
    sha1 = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    return RawPicture(3, 4, data, sha1, hashlib.sha256(data).hexdigest(), "image/jpeg", name)


@pytest.fixture
def room(city_app):
    return city_app.extensions["photos"]


@pytest.fixture
def run_id(city_database, city):
    with city_database.writing() as session:
        run = ImportRun(
            owner_id=city.actors["reviewer"].user_id, name="台账", status="reading", settings={},
            progress={}, counts={}, created_at=MONDAY, updated_at=MONDAY,
        )  # fmt: skip
        session.add(run)
        session.flush()
        return run.id


def take(city_database, room, run_id, *pictures):
    seen = []
    refused = take_in_pictures(city_database, room, run_id, pictures, seen.append)
    return refused, seen


def test_each_picture_of_a_run_is_stored_once_however_often_it_is_read(
    city_database, city, room, run_id
):
    one, other = raw(jpeg(1)), raw(jpeg(2))
    assert take(city_database, room, run_id, one, one, other) == ({}, [2])
    assert take(city_database, room, run_id, other, one) == ({}, [])

    with city_database.reading() as session:
        received = pictures_of(session, run_id)
        run = session.get_one(ImportRun, run_id)
        found = picture_of(session, city.actors["reviewer"], run, one.sha256)
    assert set(received) == {one.sha256, other.sha256}
    assert (received[one.sha256].width, found.name) == (640, "image1.jpeg")
    assert room.store.original(one.sha256) == one.data


@pytest.mark.parametrize(
    "data",
    [SVG, b"GIF89a" + bytes(40), jpeg(3)[:900], b"\xd7\xcd\xc6\x9a" + bytes(99), b""],
    ids=["svg", "gif", "cut", "wmf", "empty"],
)
def test_a_hostile_picture_is_refused_and_its_row_says_why(city_database, city, room, run_id, data):
    bad, good = raw(data, "坏图.jpg"), raw(jpeg(4))
    refused, _ = take(city_database, room, run_id, bad, good)
    record = ReadRecord("表", 4, False, pictures=[Placed("after", bad), Placed("before", good)])
    flag_refused(record, refused)

    assert [placed.picture.sha256 for placed in record.pictures] == [good.sha256]
    (flag,) = record.flags
    assert (flag.field_id, flag.raw, flag.guessed) == ("after", "坏图.jpg", False)
    assert flag.why.startswith("图片“坏图.jpg”没有导入：")
    assert bad.sha256 not in {kept.sha256 for kept in room.store.iter_originals()}
    with city_database.reading() as session:
        run = session.get_one(ImportRun, run_id)
        with pytest.raises(NotFound):
            picture_of(session, city.actors["reviewer"], run, bad.sha256)


def test_a_picture_that_found_the_room_full_is_tried_again(
    city_database, room, run_id, monkeypatch
):
    picture = raw(jpeg(5))

    def full(_self, _data):
        raise PhotoRefused("photo.busy")

    with monkeypatch.context() as patch:
        patch.setattr(type(room.sandbox), "inspect_and_thumb", full)
        refused, _ = take(city_database, room, run_id, picture)
    assert set(refused) == {picture.sha256}
    assert take(city_database, room, run_id, picture) == ({}, [1])
    with city_database.reading() as session:
        assert session.scalars(select(ImportPicture.refused)).all() == [""]


def test_whoever_watches_may_stop_and_what_is_done_stays(city_database, room, run_id, monkeypatch):
    monkeypatch.setattr("app.services.imports.reading.pictures.AT_ONCE", 2)

    def stop(_):
        raise InterruptedError

    pictures = [raw(jpeg(number)) for number in range(10, 15)]
    with pytest.raises(InterruptedError):
        take_in_pictures(city_database, room, run_id, pictures, stop)
    assert take(city_database, room, run_id, *pictures) == ({}, [2, 3])


def test_an_imported_photo_says_so_on_its_stamp_even_where_albums_are_not_allowed(
    city_database, city, room
):
    received = room.take_in(jpeg(6))
    with city_database.writing() as session:
        change_rules(session, {"album_allowed": False}, MONDAY, None)
        shot = Shot(Phase.BEFORE, album=True, imported=True, coord_source="import")
        photo = intake.keep(session, city.actors["reviewer"], MONDAY, room, received, shot)
        heading, *_, code = stamp_of(session, room, photo).lines

    assert heading == "整改前 待编号 · 相册上传 · 导入"
    assert code == f"防伪码 {photo.code}"
    assert (photo.imported, photo.coord_source) == (True, "import")


def test_a_photo_that_waits_is_marked_when_it_comes_in_a_ledger_too(city_database, city, room):
    received = room.take_in(jpeg(7))
    with city_database.writing() as session:
        first, again = (
            intake.keep(session, city.actors["reviewer"], MONDAY, room, received, shot)
            for shot in (Shot(Phase.AFTER), Shot(Phase.AFTER, imported=True))
        )
        assert (first.id, first.imported) == (again.id, True)
