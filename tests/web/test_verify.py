"""Anybody may ask about a 防伪码: each thing is answered by itself, and nothing kept is told."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image, ImageOps

from app import extensions
from app.demo.scenes.studio import draw
from app.domain.states import Phase
from app.models import Photo
from app.services.evidence import intake, masks, photos
from app.services.problems import reports
from app.web.verify import asking
from tests.builders import MONDAY, a_report
from tests.demo_city import set_clock


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    set_clock(monkeypatch, MONDAY + timedelta(days=1))


def test_the_address_of_a_qr_code_is_written_in_capitals_and_leads_to_the_page(client):
    assert client.get("/V/8K3QX7ZP2M", status=404).url == "/v/8K3QX7ZP2M"


PICTURE = draw("leaves", "before", "verified", (800, 600))


@pytest.fixture
def photo(city, city_app, city_database) -> Photo:
    """A reported photo whose original is in the store."""
    actor = city.actors["zhanqian"]
    with city_app.app_context():
        room = extensions.photos()
        received = room.take_in(PICTURE)
        with city_database.writing() as session:
            shot = photos.Shot(Phase.BEFORE, lat=41.88, lng=123.957, accuracy_m=8.0)
            kept = intake.keep(session, actor, MONDAY, room, received, shot)
            reports.submit_report(session, actor, MONDAY, a_report(city), photo_ids=[kept.id])
            return kept


def ask(client, code, **fields):
    client.get(f"/v/{code}")
    if "picture" in fields:
        fields["picture"] = (io.BytesIO(fields["picture"]), "照片.jpg")
    page = client.post_form("form[enctype]", fields)
    return page.texts(".replies strong")


def test_a_file_larger_than_any_photo_hears_how_large_one_may_be(city_client, city_app, photo):
    settings = city_app.extensions["settings"]
    city_app.extensions["settings"] = replace(settings, photo_limit_mb=1)

    answer = city_client.raw.post(
        f"/v/{photo.code}", data=bytes(3_000_000), content_type="multipart/form-data; boundary=x"
    )

    assert (answer.status_code, "一张照片最大 1 MB" in answer.text) == (413, True)


def jpeg(picture: Image.Image, quality: int = 60) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def test_each_thing_is_answered_by_itself(city_client, photo):
    time, place = "2026-11-16 09:00:00 星期一", "41.880000,123.957000 (WGS-84) ±8 m"
    assert ask(city_client, photo.code, time=time, place=place, picture=PICTURE) == [
        "时间一致", "位置一致", "画面一致",
    ]  # fmt: skip
    assert ask(city_client, photo.code, time="2026-11-16 09:01") == ["时间不一致"]
    assert ask(city_client, photo.code, time="早上", place="中央大街路口") == [
        "时间无法判断", "位置无法判断",
    ]  # fmt: skip
    assert ask(city_client, photo.code, place="41.880100,123.957000") == ["位置不一致"]
    assert ask(city_client, photo.code, place="未定位") == ["位置不一致"]


def test_a_late_photo_is_asked_for_either_time_of_its_stamp(city_client, photo, city_database):
    with city_database.writing() as session:
        row = session.get_one(Photo, photo.id)
        row.late, row.captured_at = True, MONDAY - timedelta(hours=3, minutes=5)
    for typed, answer in (
        ("拍摄 05:55:00 · 收到 2026-11-16 09:00:00 星期一", "时间一致"),
        ("2026-11-16 05:55", "时间一致"),
        ("２０２６年11月16日 9:00", "时间一致"),
        ("2026-11-16 07:00", "时间不一致"),
    ):
        assert ask(city_client, photo.code, time=typed) == [answer]


def test_a_picture_is_recognised_though_compressed_and_doubted_when_changed(city_client, photo):
    original = Image.open(io.BytesIO(PICTURE)).convert("RGB")
    changed = original.copy()
    changed.paste(original.crop((0, 0, 400, 250)), (380, 120))
    elsewhere = draw("leaves", "before", "elsewhere", (800, 600))
    plain = jpeg(Image.new("RGB", (640, 480), (90, 90, 90)))
    for data, answer in (
        (jpeg(original), "画面一致"),
        (jpeg(changed), "画面不一致"),
        (jpeg(ImageOps.mirror(original)), "画面不一致"),
        (elsewhere, "画面不一致"),
        (plain, "画面不一致"),
        (b"no picture at all", "画面无法判断"),
    ):
        assert ask(city_client, photo.code, picture=data) == [answer]


def test_a_small_copy_is_recognised_and_a_small_piece_painted_over_is_not_passed_over(
    city_client, photo
):
    original = Image.open(io.BytesIO(PICTURE)).convert("RGB")
    touched_up = original.copy()
    touched_up.paste(original.crop((0, 200, 200, 350)), (420, 380))
    assert ask(city_client, photo.code, picture=jpeg(original.resize((320, 240)))) == ["画面一致"]
    assert ask(city_client, photo.code, picture=jpeg(touched_up)) == ["画面不一致"]
    assert "可能被改动过" in city_client.page.text


def test_a_copy_that_was_masked_is_ours_too(city_app, city_client, city_database, city, photo):
    mask = ((0.1, 0.1, 0.6, 0.6),)
    with city_app.app_context():
        copy = extensions.photos().masked(photo.sha256, mask)
    assert ask(city_client, photo.code, picture=copy) == ["画面不一致"]
    with city_database.writing() as session:
        row = session.get_one(Photo, photo.id)
        masks.save(session, city.actors["checker"], MONDAY, row, mask)
    assert ask(city_client, photo.code, picture=copy) == ["画面一致"]
    assert "按规定遮挡" in city_client.page.text


def test_a_code_is_taken_as_people_type_it_and_nothing_kept_is_told(city_client, photo):
    city_client.get("/v")
    typed = photo.code.replace("-", " ").lower()
    page = city_client.post_form("form[method=get]", {"code": typed})
    assert page.heading == f"防伪码 {photo.code}"
    for told in ("41.88", "123.95", "2026-11-16 09", "站前", "中央大街"):
        assert told not in page.text
    assert not page.select("img[src*=photos]")


@pytest.mark.parametrize("code", ["ABCDE-FGH12", "乱写", "11111-1111", "x" * 300])
def test_an_unknown_code_says_so_and_how_to_look_again(city_client, city, code):
    page = city_client.get(f"/v/{code}", status=404)
    assert "没有这个防伪码" in page.text
    assert "没有 I、L、O、U" in page.text


def test_asking_nothing_says_what_to_do(city_client, photo):
    city_client.get(f"/v/{photo.code}")
    assert "请至少填写一项" in city_client.post_form("form[enctype]", {}).text


def test_strangers_pictures_are_compared_one_at_a_time(city_client, photo, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 0.01)
    with asking.ONE_AT_A_TIME:
        assert ask(city_client, photo.code, picture=PICTURE) == ["画面无法判断"]
    assert ask(city_client, photo.code, picture=PICTURE) == ["画面一致"]


def test_an_original_gone_from_the_store_is_no_reason_to_doubt_a_picture(
    city_app, city_client, photo
):
    city_app.extensions["photos"].store.remove(photo.sha256)
    copy = jpeg(Image.open(io.BytesIO(PICTURE)))

    assert ask(city_client, photo.code, picture=copy) == ["画面无法判断"]


def test_a_photo_of_a_draft_is_none_that_was_reported(city_client, city, city_database, city_app):
    actor = city.actors["zhanqian"]
    with city_app.app_context():
        room = extensions.photos()
        received = room.take_in(draw("leaves", "before", "of a draft", (800, 600)))
        with city_database.writing() as session:
            kept = intake.keep(session, actor, MONDAY, room, received, photos.Shot(Phase.BEFORE))
            reports.save_draft(session, actor, MONDAY, a_report(city), photo_ids=[kept.id])

    assert "没有这个防伪码" in city_client.get(f"/v/{kept.code}", status=404).text
