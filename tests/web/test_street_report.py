"""Reporting from the street: photos first, nothing typed is lost, nothing happens twice."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from app.domain.states import State
from app.models import Photo, Problem
from tests.builders import City, make_problem
from tests.web.camera import PLACE, broken, shot
from tests.web.client import CheckingClient

FORM = "form.report-form"


@pytest.fixture
def street(city_client):
    """站前街道's collector, signed in."""
    city_client.login("zhanqian")
    return city_client


def report(city: City, **changes):
    """A complete report, as it is typed."""
    return {
        "photos": [shot(1)],
        "category_id": city.categories["rubbish"],
        "description": "路口东侧堆放生活垃圾",
        "address": "中央大街 12 号门前",
        **PLACE,
        **changes,
    }


def count(database, model, *where):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where))


def only_problem(database):
    with database.reading() as session:
        return session.scalars(select(Problem)).one()


def test_a_report_with_photos_waits_in_the_pool_and_says_what_comes_next(
    street, city, city_database
):
    street.get("/report")
    page = street.post_form(FORM, report(city, photos=[shot(1), shot(2)]), button="上报")

    assert page.heading == "已上报"
    assert "收到 2 张照片" in page.text
    assert "待审核" in page.text
    problem = only_problem(city_database)
    assert problem.state == "pooled"
    assert problem.street_id == city.orgs["210402001"]
    assert (problem.lat, problem.accuracy_m) == (41.8797, 12.0)


def test_everything_that_is_missing_has_its_sentence_and_a_link_to_its_field(street, city_database):
    street.get("/report")
    page = street.post_form(FORM, {"description": "垃圾"}, button="上报", status=422)

    links = {text: href for text, href in page.links.items() if href.startswith("#")}
    wanted = {
        "#photos": "请上传至少 1 张整改前照片。",
        "#position": "请点“定位”取得位置；不能定位的，请选择原因。",
        "#category_id": "请选择问题类别。",
        "#description": "请写明问题情况，至少 5 个字。",
    }
    for target, sentence in wanted.items():
        assert any(href == target and sentence in text for text, href in links.items()), sentence
        assert sentence in page.text
    assert page.one("textarea[name=description]").text.strip() == "垃圾"
    assert count(city_database, Problem) == 0


def test_photos_that_arrived_with_a_refused_form_need_not_be_chosen_again(
    street, city, city_database
):
    street.get("/report")
    page = street.post_form(
        FORM, report(city, photos=[shot(1), shot(2)], description="垃圾"), button="上报", status=422
    )
    assert "2 张照片已上传" in page.text
    for image in page.select("[data-kept] img"):
        assert street.raw.get(image.get("src")).mimetype == "image/jpeg"

    page = street.post_form(FORM, {"description": "路口东侧堆放垃圾"}, button="上报")

    assert "收到 2 张照片" in page.text
    assert count(city_database, Photo) == 2


def test_everything_typed_is_still_there_after_a_refusal(street, city):
    street.get("/report")
    typed = report(
        city, photos=[], priority="urgent", text="井盖缺失，行人可能坠落", description="井"
    )
    page = street.post_form(FORM, typed, button="上报", status=422)

    sent = dict(page.form(FORM).controls)
    for name in ("category_id", "address", "priority", "text", "lat", "accuracy_m"):
        assert sent[name].strip() == str(typed[name]), name


def test_a_broken_picture_gets_a_sentence_and_the_good_one_stays(street, city, city_database):
    street.get("/report")
    page = street.post_form(
        FORM, report(city, photos=[shot(1), broken()]), button="上报", status=422
    )

    assert "第 2 张：照片无法打开" in page.text
    assert "1 张照片已上传" in page.text
    assert count(city_database, Problem) == 0

    page = street.post_form(FORM, button="上报")
    assert "收到 1 张照片" in page.text


def test_a_photo_can_be_crossed_out_before_it_is_reported(street, city, city_database):
    street.get("/report")
    typed = report(city, photos=[shot(1), shot(2)], description="垃圾")
    page = street.post_form(FORM, typed, button="上报", status=422)
    first = page.select("input[name=drop_ids]")[0].get("value")
    page = street.post_form(
        FORM, {"description": "路口东侧堆放垃圾", "drop_ids": [first]}, button="上报"
    )

    assert "收到 1 张照片" in page.text
    assert count(city_database, Photo, Photo.problem_id.is_(None)) == 1


def test_the_same_form_sent_twice_reports_once(street, city, city_database):
    street.get("/report")
    form = street.page
    first = street.post_form(FORM, report(city), button="上报")
    street.page = form  # as when the answer was lost on the way, and the person presses again
    second = street.post_form(FORM, report(city), button="上报")

    assert first.path == second.path
    assert (count(city_database, Problem), count(city_database, Photo)) == (1, 1)


def test_a_photo_of_another_report_is_refused_by_name(street, city, city_database):
    street.get("/report")
    street.post_form(FORM, report(city), button="上报")
    street.get("/report")
    page = street.post_form(
        FORM, report(city, photos=[shot(1), shot(5)]), button="上报", status=409
    )

    assert re.search(r"第 1 张照片已用于 待编号问题 \d+", page.text)
    assert "1 张照片已上传" in page.text
    assert count(city_database, Problem) == 1
    page = street.post_form(FORM, button="上报")
    assert "收到 1 张照片" in page.text


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


def test_a_report_without_position_says_why(street, city, city_database):
    street.get("/report")
    typed = report(city, no_position_reason="手机没有定位信号", lat="", lng="", accuracy_m="")
    street.post_form(FORM, typed, button="上报")

    problem = only_problem(city_database)
    assert (problem.lat, problem.no_position_reason) == (None, "手机没有定位信号")


def test_the_place_is_on_a_photo_that_arrived_before_the_position(street, city, city_database):
    street.get("/report")
    nowhere = report(city, lat="", lng="", accuracy_m="")
    street.post_form(FORM, nowhere, button="上报", status=422)
    street.post_form(FORM, dict(PLACE), button="上报")

    with city_database.reading() as session:
        photo = session.scalars(select(Photo)).one()
    assert (photo.lat, photo.lng, photo.accuracy_m) == (41.8797, 123.9572, 12.0)


def test_urgent_wants_a_reason(street, city):
    street.get("/report")
    page = street.post_form(FORM, report(city, priority="urgent"), button="上报", status=422)
    assert "请写明申请紧急的理由。" in page.text

    page = street.post_form(FORM, {"text": "井盖缺失，行人可能坠落"}, button="上报")
    assert "由领导决定是否紧急" in page.text


def test_a_draft_keeps_what_is_there_and_goes_on_later(street, city, city_database):
    street.get("/report")
    page = street.post_form(FORM, {"photos": [shot(1)], "description": "垃圾"}, button="存草稿")
    assert "草稿已保存" in page.text
    assert count(city_database, Problem, Problem.state == "draft") == 1

    page = street.follow("接着填写：垃圾")
    assert page.one("textarea[name=description]").text.strip() == "垃圾"
    assert len(page.select("[data-kept]")) == 1
    rest = report(city, photos=[shot(2)])
    page = street.post_form(FORM, rest, button="上报")
    assert "收到 2 张照片" in page.text
    assert only_problem(city_database).state == "pooled"


def test_a_photo_of_a_draft_can_be_taken_off(street, city, city_database):
    street.get("/report")
    street.post_form(FORM, report(city, photos=[shot(1), shot(2)]), button="存草稿")
    page = street.follow("接着填写：暴露垃圾")
    first = page.select("input[name=drop_ids]")[0].get("value")
    page = street.post_form(FORM, {"drop_ids": [first]}, button="上报")

    assert "收到 1 张照片" in page.text


def test_a_report_that_came_back_shows_the_reviewers_sentence_and_can_be_corrected(
    street, city, city_database
):
    with city_database.writing() as session:
        problem_id = make_problem(session, city, State.NEEDS_CORRECTION).id
    page = street.get("/mine")
    assert "退回补正：请补拍远景照片" in page.text

    page = street.follow("去补正：暴露垃圾")
    assert page.heading == "补正上报"
    assert "请补拍远景照片" in page.text
    assert page.select("input[name=drop_ids]") == []
    page = street.post_form(FORM, {"photos": [shot(3)]}, button="补正后上报")
    assert "收到 2 张照片" in page.text
    with city_database.reading() as session:
        assert session.get_one(Problem, problem_id).state == "pooled"


def test_nobody_goes_on_with_somebody_elses_draft(city_client, city, city_database):
    with city_database.writing() as session:
        problem_id = make_problem(session, city, State.DRAFT).id
    city_client.login("fumin")

    city_client.get(f"/drafts/{problem_id}", status=404)


def test_a_reported_problem_is_no_draft_any_more(street, city, city_database):
    with city_database.writing() as session:
        problem_id = make_problem(session, city, State.POOLED).id

    page = street.get(f"/drafts/{problem_id}", status=409)
    assert "已经提交" in page.text


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
        ("client_at", "2026-11-16T09:00"), ("priority", "nonsense"), ("photo_ids", "nobodys"),
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


def test_categories_are_found_by_pinyin_and_everyday_ones_come_first(street):
    page = street.get("/report")

    first = page.select("details.category-group")[0]
    assert first.find("summary").text.startswith("常见问题")
    assert "baolulaji bllj" in page.one(".category[data-search*=暴露垃圾]").get("data-search")


def test_only_reporters_report(city_client):
    city_client.login("reviewer")
    city_client.get("/report", status=403)
