"""Drafts and corrections: reports that go on later."""

from __future__ import annotations

import pytest

from app.domain.states import State
from app.models import Problem
from tests.builders import make_problem
from tests.web.camera import shot
from tests.web.reporting import FORM, count, only_problem, report


@pytest.fixture
def street(city_client):
    """站前街道's collector, signed in."""
    city_client.login("zhanqian")
    return city_client


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
