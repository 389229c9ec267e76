"""Photos as they are served: to whom, as what, and nothing that a camera wrote."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from PIL import Image
from sqlalchemy import select

from app.domain.refusals import Invalid
from app.domain.states import Phase
from app.door.stamping import all_done
from app.extensions import open_photo_room
from app.models import AccessLog, Photo
from app.photos.stamp import Stamp
from app.services.evidence import intake
from app.services.evidence.photos import Shot
from app.services.problems import reports
from app.web.presenting import between
from tests.builders import MONDAY, a_report, move, route
from tests.web.camera import jpeg

ORIGINAL = jpeg(7, taken_at=MONDAY, with_position=True)


@pytest.fixture
def room(city_app):
    return city_app.extensions["photos"]


@pytest.fixture
def photo_id(city_database, city, room):
    """A photo of a problem reported in 站前街道, with its original in the store."""
    received = room.take_in(ORIGINAL)
    with city_database.writing() as session:
        actor = city.actors["zhanqian"]
        photo = intake.keep(
            session, actor, MONDAY, room, received, Shot(Phase.BEFORE, lat=41.88, lng=123.957)
        )
        reports.submit_report(session, actor, MONDAY, a_report(city), photo_ids=[photo.id])
        return photo.id


@pytest.fixture
def loose_id(city_database, city, room):
    """A photo that no problem has taken yet."""
    received = room.take_in(jpeg(8))
    with city_database.writing() as session:
        shot = Shot(Phase.BEFORE, no_position_reason="手机没有定位信号")
        return intake.keep(session, city.actors["zhanqian"], MONDAY, room, received, shot).id


def served(client, path):
    answer = client.raw.get(path)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("kind", ["", "/thumb", "/card"])
def test_what_is_served_is_a_jpeg_without_anything_a_camera_wrote(city_client, photo_id, kind):
    city_client.login("reviewer")
    answer = served(city_client, f"/photos/{photo_id}{kind}")

    picture = Image.open(io.BytesIO(answer.data))
    assert (answer.mimetype, picture.format) == ("image/jpeg", "JPEG")
    assert dict(picture.getexif()) == {}
    assert b"SHILI" not in answer.data
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]


def test_the_thumbnail_is_small(city_client, photo_id):
    city_client.login("reviewer")
    answer = served(city_client, f"/photos/{photo_id}/thumb")

    assert max(Image.open(io.BytesIO(answer.data)).size) == 480
    assert "max-age=3600" in answer.headers["Cache-Control"]


def test_the_picture_of_a_card_is_a_small_square(city_client, photo_id):
    city_client.login("reviewer")
    answer = served(city_client, f"/photos/{photo_id}/card")

    assert Image.open(io.BytesIO(answer.data)).size == (192, 192)
    assert len(answer.data) < 8000


@pytest.mark.parametrize("kind", ["", "/thumb", "/card"])
def test_a_browser_that_has_the_picture_is_told_so(city_client, photo_id, kind):
    city_client.login("reviewer")
    first = served(city_client, f"/photos/{photo_id}{kind}")
    again = city_client.raw.get(
        f"/photos/{photo_id}{kind}", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_the_stamp_changes_when_the_number_is_given(city_client, city, city_database, photo_id):
    city_client.login("reviewer")
    before = served(city_client, f"/photos/{photo_id}").headers["ETag"]
    with city_database.writing() as session:
        problem_id = session.get_one(Photo, photo_id).problem_id
        move(session, city, problem_id, "dispatch", "reviewer", **route(city))

    assert served(city_client, f"/photos/{photo_id}").headers["ETag"] != before


def test_the_original_is_byte_for_byte_what_came_and_each_view_is_written_down(
    city_client, city, city_database, photo_id
):
    city_client.login("checker")
    for _ in range(2):
        answer = served(city_client, f"/photos/{photo_id}/original")
        assert answer.data == ORIGINAL
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "no-store" in answer.headers["Cache-Control"]

    with city_database.reading() as session:
        lines = session.scalars(select(AccessLog)).all()
    assert [(line.kind, line.target) for line in lines] == [("original", photo_id)] * 2
    assert {line.user_id for line in lines} == {city.users["checker"]}


@pytest.mark.parametrize("login", ["zhanqian", "leader", "reader", "brigade"])
def test_originals_are_for_those_who_judge_evidence(city_client, city_database, photo_id, login):
    city_client.login(login)

    assert city_client.raw.get(f"/photos/{photo_id}/original").status_code == 403
    with city_database.reading() as session:
        assert session.scalars(select(AccessLog)).all() == []


@pytest.mark.parametrize("kind", ["", "/thumb", "/card", "/shared", "/shared/thumb", "/original"])
def test_out_of_sight_sounds_like_not_there(city_client, photo_id, kind):
    city_client.login("sz_admin")
    answers = [
        city_client.raw.get(f"/photos/{name}{kind}") for name in (photo_id, "nothing-like-it")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    without_token = [re.sub(r'name="csrf_token" value="[^"]*"', "", each.text) for each in answers]
    assert without_token[0] == without_token[1]


@pytest.mark.parametrize(
    ("login", "status"), [("zhanqian", 200), ("fumin", 404), ("reviewer", 404)]
)
def test_a_photo_nobody_has_reported_yet_is_its_owners(city_client, loose_id, login, status):
    city_client.login(login)

    for kind in ("", "/thumb"):
        assert city_client.raw.get(f"/photos/{loose_id}{kind}").status_code == status


def test_a_stranger_is_sent_to_the_door(city_client, photo_id):
    assert city_client.raw.get(f"/photos/{photo_id}").status_code == 302


@pytest.mark.parametrize("kind", ["", "/thumb", "/card", "/shared"])
def test_a_copy_that_a_browser_kept_is_confirmed_to_nobody_who_has_signed_out(
    city_client, photo_id, kind
):
    city_client.login("checker")
    kept = served(city_client, f"/photos/{photo_id}{kind}")
    assert (kept.cache_control.private, "Cookie" in kept.vary) == (True, True)
    city_client.get("/")
    city_client.post_form("form[action='/logout']")

    again = city_client.raw.get(
        f"/photos/{photo_id}{kind}", headers={"If-None-Match": kept.headers["ETag"]}
    )

    assert (again.status_code, "ETag" in again.headers) == (302, False)


def test_derived_pictures_can_be_made_again(city_client, room, photo_id, city_database):
    import shutil

    city_client.login("reviewer")
    first = served(city_client, f"/photos/{photo_id}").data
    with city_database.reading() as session:
        sha256 = session.get_one(Photo, photo_id).sha256
    shutil.rmtree(room.store._derived(sha256))

    assert served(city_client, f"/photos/{photo_id}").data == first
    assert served(city_client, f"/photos/{photo_id}/thumb").data


def test_an_original_gone_from_the_store_gets_a_sentence(
    city_client, room, photo_id, city_database
):
    city_client.login("checker")
    with city_database.reading() as session:
        room.store.remove(session.get_one(Photo, photo_id).sha256)

    page = city_client.get(f"/photos/{photo_id}/original", status=404)
    assert "照片文件不在存储中" in page.text


def test_a_report_is_stamped_before_anybody_looks(city_client, city, city_database, room):
    from tests.web.camera import PLACE, shot

    city_client.login("zhanqian")
    city_client.get("/report")
    city_client.post_form(
        "form.report-form",
        {"photos": [shot(21)], "category_id": city.categories["rubbish"],
         "description": "路口东侧堆放生活垃圾", **PLACE},
        button="上报",
    )  # fmt: skip
    all_done()

    with city_database.reading() as session:
        sha256 = session.scalars(select(Photo.sha256)).one()
    kept = {path.name.partition("-")[0] for path in room.store._derived(sha256).iterdir()}
    assert kept == {"stamp", "thumb.jpg"}


def test_a_photo_that_is_evidence_stays_where_it_is(city_database, city, photo_id):
    with city_database.writing() as session:
        problem_id = session.get_one(Photo, photo_id).problem_id
        intake.release(session, city.actors["zhanqian"], problem_id, [photo_id])
        assert session.get_one(Photo, photo_id).problem_id == problem_id


def test_a_colleague_cannot_take_a_picture_that_is_evidence(city_database, city, room, photo_id):
    received = room.take_in(ORIGINAL)
    with city_database.writing() as session, pytest.raises(Exception, match="已用于"):
        intake.keep(session, city.actors["fumin"], MONDAY, room, received, Shot(Phase.BEFORE))


@pytest.mark.parametrize(("login", "status"), [("zhanqian", 200), ("fumin", 404), ("checker", 404)])
def test_photos_of_a_draft_are_its_reporters(
    city_client, city, city_database, room, loose_id, login, status
):
    with city_database.writing() as session:
        actor = city.actors["zhanqian"]
        reports.save_draft(session, actor, MONDAY, a_report(city), photo_ids=[loose_id])
    city_client.login(login)

    assert city_client.raw.get(f"/photos/{loose_id}/thumb").status_code == status


def test_an_album_photo_is_refused_where_the_city_wants_the_camera(city_database, city, room):
    from app.services.world import change_rules

    received = room.take_in(jpeg(32))
    with city_database.writing() as session:
        change_rules(session, {"album_allowed": False}, MONDAY, None)
        with pytest.raises(Invalid, match="现场拍照"):
            intake.keep(
                session, city.actors["zhanqian"], MONDAY, room, received,
                Shot(Phase.BEFORE, album=True),
            )  # fmt: skip


@pytest.mark.parametrize(("imported", "said"), [(False, "同一天拍摄"), (True, "")])
def test_no_day_is_claimed_for_pictures_that_came_in_a_ledger(imported, said):
    before, after = (Photo(received_at=MONDAY, imported=imported) for _ in range(2))

    assert between(before, after) == said


def test_a_lower_limit_is_for_new_photos_and_old_ones_are_served_on(city_app, room, photo_id):
    large = jpeg(9) + bytes(2_000_000)  # what cameras append
    sha256 = room.store.put_original(large)
    lower = replace(city_app.extensions["settings"], photo_limit_mb=1)

    later = open_photo_room(lower)

    assert later.thumb(sha256).startswith(b"\xff\xd8")
    assert later.stamped(sha256, Stamp(("整改前 待编号",))).startswith(b"\xff\xd8")
    with pytest.raises(Invalid, match="超过 1 MB"):
        later.take_in(large)
