"""Reporting under rough handling: copies at once, borrowed pictures, hostile fields."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import select

from app.models import Photo, Problem
from app.services.world import change_rules
from tests.builders import MONDAY
from tests.web.camera import jpeg, shot
from tests.web.client import CheckingClient
from tests.web.reporting import FORM, count, only_problem, report


@pytest.fixture
def street(city_client):
    """站前街道's collector, signed in."""
    city_client.login("zhanqian")
    return city_client


def test_a_colleagues_photo_is_refused_by_name(street, city_app, city, city_database):
    street.get("/report")
    street.post_form(FORM, report(city), button="上报")
    colleague = CheckingClient(city_app)
    colleague.login("fumin")
    colleague.get("/report")
    page = colleague.post_form(FORM, report(city), button="上报", status=422)

    assert "第 1 张：这张照片已用于" in page.text
    assert count(city_database, Problem) == 1


def test_more_photos_than_allowed_are_refused_before_any_is_decoded(street, city, city_database):
    street.get("/report")
    many = [shot(number) for number in range(10)]
    page = street.post_form(FORM, report(city, photos=many), button="上报", status=422)

    assert "每次最多 9 张照片，现在有 10 张。" in page.text
    assert count(city_database, Photo) == 0


def test_street_staff_report_in_their_own_street_whatever_the_form_says(
    street, city, city_database
):
    page = street.get("/report")
    assert not page.select("[name=street_id]")
    data = dict(page.form(FORM).controls) | {
        **report(city), "street_id": str(city.orgs["210402005"]), "do": "report",
    }  # fmt: skip
    street.raw.post("/report", data=data, content_type="multipart/form-data")

    assert only_problem(city_database).street_id == city.orgs["210402001"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lat", "nan"), ("lat", "1e400"), ("lng", "x"), ("category_id", "99999999999999"),
        ("category_id", "-1"), ("category_id", "4"), ("located_at", "yesterday"),
        ("description", "坏\x00字\x07符" + "长" * 3000), ("address", "路" * 301),
        ("client_at", "2026-11-16T09:00"),
        ("client_at", "0001-01-01T00:00:00+08:00"),
        ("located_at", "9999-12-31T23:59:59-12:00"), ("priority", "nonsense"),
        ("photo_ids", "nobodys"),
        ("no_position_reason", "<b>"), ("key", "k" * 500),
    ],
)  # fmt: skip
def test_hostile_fields_are_refused_with_a_sentence_or_do_no_harm(
    street, city, city_database, name, value
):
    page = street.get("/report")
    data = dict(page.form(FORM).controls) | report(city) | {name: value, "do": "report"}
    answer = street.raw.post("/report", data=data, content_type="multipart/form-data")

    assert answer.status_code in {302, 404, 422}
    assert count(city_database, Problem) == (answer.status_code == 302)


def test_the_stamp_says_album_unless_the_page_said_camera(street, city, city_database):
    street.get("/report")
    form = dict(street.page.form(FORM).controls)
    data = form | report(city) | {
        "photos": [shot(1), shot(2)], "photos_from": ["camera", "album"], "do": "report",
    }  # fmt: skip
    street.raw.post("/report", data=data, content_type="multipart/form-data")

    with city_database.reading() as session:
        photos = session.scalars(select(Photo).order_by(Photo.position))
        assert [photo.album for photo in photos] == [False, True]


def test_an_album_photo_is_refused_where_the_city_wants_the_camera(street, city, city_database):
    with city_database.writing() as session:
        change_rules(session, {"album_allowed": False}, MONDAY, None)
    page = street.get("/report")
    form = dict(page.form(FORM).controls) | report(city) | {"do": "report"}
    answers = [
        street.raw.post("/report", data=form | {"photos": [shot(1)], "photos_from": source})
        for source in ("album", "camera")
    ]

    assert "请用相机拍摄" in answers[0].text
    assert [answer.status_code for answer in answers] == [422, 302]


def test_copies_of_one_form_sent_at_once_report_once(street, city, city_app, city_database):
    form = dict(street.get("/report").form(FORM).controls) | {"do": "report"}
    cookie = street.raw.get_cookie("xh_session").value

    def send(_):
        client = city_app.test_client()
        client.set_cookie("xh_session", cookie)
        answer = client.post("/report", data=form | report(city))
        return answer.status_code, answer.headers.get("Location")

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, range(4)))

    assert len(answers) == 1
    assert answers.pop()[0] == 302
    assert (count(city_database, Problem), count(city_database, Photo)) == (1, 1)


@pytest.mark.parametrize(
    ("taken_at", "kept"),
    [(datetime(1, 1, 1), None), (datetime(9999, 12, 31, 23), None), (MONDAY, MONDAY)],  # noqa: DTZ001
)
def test_the_cameras_clock_is_kept_when_it_can_be_meant(
    street, city, city_database, taken_at, kept
):
    picture = io.BytesIO(jpeg(1, taken_at=taken_at)), "IMG_1.jpg"
    street.get("/report")
    page = street.post_form(FORM, report(city, photos=[picture]), button="上报")

    assert page.select(".photo img")
    with city_database.reading() as session:
        assert session.scalars(select(Photo.device_at)).one() == kept
