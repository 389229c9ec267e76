"""Reporting from the street: photos first, nothing typed is lost, nothing happens twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Photo, Problem
from tests.web.camera import PLACE, broken, shot
from tests.web.reporting import FORM, count, only_problem, report


@pytest.fixture
def street(city_client):
    """站前街道's collector, signed in."""
    city_client.login("zhanqian")
    return city_client


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

    assert "第 1 张照片已用于 待编号问题" in page.text
    assert "1 张照片已上传" in page.text
    assert count(city_database, Problem) == 1
    page = street.post_form(FORM, button="上报")
    assert "收到 1 张照片" in page.text


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


def test_categories_are_found_by_pinyin_and_everyday_ones_come_first(street):
    page = street.get("/report")

    first = page.select("details.category-group")[0]
    assert first.find("summary").text.startswith("常见问题")
    assert "baolulaji bllj" in page.one(".category[data-search*=暴露垃圾]").get("data-search")


def test_only_reporters_report(city_client):
    city_client.login("reviewer")
    city_client.get("/report", status=403)
