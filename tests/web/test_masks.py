"""Covering what must not be seen: with numbers alone, and what leaves the house then."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from app.domain.states import Phase, State
from app.models import AccessLog, Photo, PhotoMask, Problem, Setting
from app.services.evidence import intake, masks
from app.services.evidence.photos import Shot
from app.services.problems import reports
from tests.builders import MONDAY, a_report
from tests.demo_city import set_clock
from tests.web.camera import jpeg
from tests.web.making import made

NUMBERS = {"left": "10", "top": "12.5", "width": "25", "height": "30"}


@pytest.fixture
def photo_id(city_app, city_database, city):
    """A photo of a problem reported in 站前街道, with its original in the store."""
    room = city_app.extensions["photos"]
    received = room.take_in(jpeg(7))
    with city_database.writing() as session:
        actor = city.actors["zhanqian"]
        photo = intake.keep(
            session, actor, MONDAY, room, received, Shot(Phase.BEFORE, lat=41.88, lng=123.957)
        )
        reports.submit_report(session, actor, MONDAY, a_report(city), photo_ids=[photo.id])
        return photo.id


@pytest.fixture
def checker(city_client):
    city_client.login("checker")
    return city_client


def covered(client, photo_id, numbers=NUMBERS, do="保存遮挡", **more):
    client.get(f"/photos/{photo_id}/mask")
    values = {name: [value, ""] for name, value in numbers.items()}
    return client.post_form("form[action$=mask]", values, button=do, **more)


def picture(client, path):
    answer = client.raw.get(path)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.data)).convert("RGB")


def rows(database):
    with database.reading() as session:
        return list(session.scalars(select(PhotoMask).order_by(PhotoMask.id)))


def test_a_rectangle_in_numbers_is_kept_and_told(checker, photo_id, city_database, city):
    page = covered(checker, photo_id)
    assert "已保存：遮挡 1 处" in page.text
    (row,) = rows(city_database)
    assert row.rectangles == [[0.1, 0.125, 0.25, 0.3]]
    assert row.made_by_id == city.users["checker"]
    with city_database.reading() as session:
        (line,) = session.scalars(select(AccessLog).where(AccessLog.kind == masks.MASKED))
    assert (line.target, line.user_id) == (photo_id, city.users["checker"])

    page = checker.get(f"/photos/{photo_id}/mask")
    assert "核查员" in page.text
    assert "遮挡 1 处" in page.text


def test_a_new_mask_is_a_new_row_and_the_newest_counts(checker, photo_id, city_database):
    covered(checker, photo_id)
    page = covered(checker, photo_id, do="没有需要遮挡的内容")
    assert "没有需要遮挡的内容" in page.text
    assert [row.rectangles for row in rows(city_database)] == [[[0.1, 0.125, 0.25, 0.3]], []]
    with city_database.reading() as session:
        assert masks.masks_of(session, [photo_id]) == {photo_id: ()}


def test_only_what_leaves_the_house_is_covered(checker, photo_id):
    before = picture(checker, f"/photos/{photo_id}")
    assert picture(checker, f"/photos/{photo_id}/shared").tobytes() == before.tobytes()
    tag = checker.raw.get(f"/photos/{photo_id}/shared/thumb").headers["ETag"]
    covered(checker, photo_id)

    assert picture(checker, f"/photos/{photo_id}").tobytes() == before.tobytes()
    shared = picture(checker, f"/photos/{photo_id}/shared")
    box = [round(part * side) for part, side in
           zip((0.14, 0.17, 0.3, 0.4), (*shared.size, *shared.size), strict=True)]  # fmt: skip
    assert shared.crop(box).tobytes() != before.crop(box).tobytes()
    assert checker.raw.get(f"/photos/{photo_id}/shared/thumb").headers["ETag"] != tag
    small = picture(checker, f"/photos/{photo_id}/shared/thumb")
    assert small.tobytes() != picture(checker, f"/photos/{photo_id}/thumb").tobytes()


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"left": "", "top": "", "width": "", "height": ""}, "请先在照片上画出要遮挡的地方"),
        ({**NUMBERS, "width": ""}, "第 1 处请把四个数填全"),
        ({**NUMBERS, "left": "nan"}, "第 1 处请填写 0 到 100 之间的数"),
        ({**NUMBERS, "left": "三"}, "第 1 处请把四个数填全"),
        ({**NUMBERS, "left": "120"}, "第 1 处太小，或不在照片上"),
    ],
)
def test_what_cannot_be_read_is_told_and_kept_on_the_page(
    checker, photo_id, city_database, numbers, sentence
):
    page = covered(checker, photo_id, numbers, status=422)
    assert sentence in page.text
    assert next(each.get("value") for each in page.select("[name=height]")) == numbers["height"]
    assert rows(city_database) == []


def test_more_rows_keep_what_was_typed(checker, photo_id, city_database):
    page = covered(checker, photo_id, do="再加两处")
    assert [each.get("value") for each in page.select("fieldset [name=left]")][:3] == ["10", "", ""]
    assert rows(city_database) == []


@pytest.mark.parametrize(
    ("login", "status"),
    [("checker", 200), ("reviewer", 200), ("brigade_admin", 200), ("sz_admin", 404),
     ("zhanqian", 403), ("reader", 403), ("leader", 403)],
)  # fmt: skip
def test_those_who_judge_may_cover_what_lies_in_their_scope(city_client, photo_id, login, status):
    city_client.login(login)
    city_client.get(f"/photos/{photo_id}/mask", status=status)
    assert city_client.raw.get(f"/photos/{photo_id}/mask/picture").status_code == status


def test_each_view_of_the_picture_without_its_stamp_is_written_down(
    checker, photo_id, city_database
):
    tag = checker.raw.get(f"/photos/{photo_id}/mask/picture").headers["ETag"]
    again = {"If-None-Match": tag}
    answer = checker.raw.get(f"/photos/{photo_id}/mask/picture", headers=again)
    assert answer.status_code == 304
    with city_database.reading() as session:
        lines = session.execute(select(AccessLog.kind, AccessLog.target)).all()
    assert lines == [("unstamped", photo_id)] * 2


def test_the_way_back_leads_nowhere_else(checker, photo_id):
    checker.get(f"/photos/{photo_id}/mask?next=//evil.example")
    page = checker.post_form("form[action*=mask]", button="没有需要遮挡的内容")
    assert page.path.startswith("/problems/")


def test_the_desk_leads_to_the_mask_of_each_photo(checker, city_database, city):
    problem_id = made(city_database, city, State.SUBMITTED)
    page = checker.get(f"/check/{problem_id}")
    links = [each.get("href") for each in page.select(".originals a[href*='/mask?']")]
    assert len(links) == 2
    assert all(link.endswith(f"next=/check/{problem_id}") for link in links)


def test_the_export_page_names_the_photos_nobody_looked_at(
    city_client, city_database, city, monkeypatch
):
    set_clock(monkeypatch, MONDAY)
    problem_id = made(city_database, city, State.SIGNED_OFF, MONDAY - timedelta(hours=1))
    with city_database.writing() as session:
        session.add(Setting(key="masks_required", value=True, updated_at=MONDAY))
        number = session.get_one(Problem, problem_id).number
    city_client.login("hw_admin")
    page = city_client.get("/ledgers?period=today")
    assert page.texts(".plain-links a") == [f"{number} 整改前", f"{number} 整改后"]
    page = city_client.post_form("form[action='/ledgers']", status=422)
    assert "有照片还没有确认遮挡，不能制作台账" in page.text

    with city_database.writing() as session:
        for photo in session.scalars(select(Photo).where(Photo.problem_id == problem_id)):
            masks.save(session, city.actors["checker"], MONDAY, photo, ())
    page = city_client.get("/ledgers?period=today")
    assert not page.select(".plain-links")
    assert "已开始制作台账" in city_client.post_form("form[action='/ledgers']").text
