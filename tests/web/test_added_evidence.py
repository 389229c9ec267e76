"""More photos for a problem that was reported already (T25)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.states import State
from app.models import Photo, Problem
from app.services.world import change_rules
from tests.builders import MONDAY
from tests.web import making
from tests.web.camera import PLACE, shot
from tests.web.reporting import FORM, count, report

ADD = "main form"


@pytest.fixture
def street(city_client):
    """站前街道's collector, signed in."""
    city_client.login("zhanqian")
    return city_client


@pytest.fixture
def listed(city_database, city):
    """A problem on 站前街道's list, with one photo from before."""
    return making.made(city_database, city, State.LISTED)


def before_photos(database, problem_id):
    with database.reading() as session:
        wanted = select(Photo).where(Photo.problem_id == problem_id, Photo.phase == "before")
        return list(session.scalars(wanted.order_by(Photo.position)))


def test_photos_are_added_and_stand_in_history_and_among_the_photos(street, city_database, listed):
    street.get(f"/problems/{listed}")
    words = next(words for words in street.page.links if words.startswith("补充照片"))
    page = street.follow(words)
    assert "已有 1 张" in page.text
    sent = {"photos": [shot(31), shot(32)], "text": "垃圾更多了", **PLACE}
    page = street.post_form(ADD, sent, button="补充照片")

    assert page.path == f"/problems/{listed}"
    assert "没有另报一件" in page.text
    assert "补充了照片" in page.text
    assert "垃圾更多了" in page.text
    assert [photo.position for photo in before_photos(city_database, listed)] == [0, 1, 2]
    problem = making.problem(city_database, listed)
    assert (problem.state, problem.due_at is not None) == ("listed", True)
    assert making.moves(city_database, listed)[-1] == "add_evidence"


def test_nothing_is_added_without_a_photo_and_what_was_typed_stays(street, city_database, listed):
    street.get(f"/problems/{listed}/evidence")
    page = street.post_form(ADD, {"text": "垃圾更多了"}, button="补充照片", status=422)
    assert "请上传至少 1 张整改前照片" in page.text
    assert page.one("[name=text]").text.strip() == "垃圾更多了"


def test_a_problem_with_all_its_photos_takes_no_more_and_says_how_many(
    street, city_database, listed
):
    with city_database.writing() as session:
        change_rules(session, {"photos_per_phase": 2}, MONDAY, None)
    street.get(f"/problems/{listed}/evidence")
    sent = {"photos": [shot(33), shot(34)]}
    page = street.post_form(ADD, sent, button="补充照片", status=422)
    assert "已有 1 张整改前照片，最多 2 张，还可补充 1 张" in page.text
    assert len(before_photos(city_database, listed)) == 1


def test_the_same_form_sent_twice_adds_its_photos_once(street, city_database, listed):
    form = street.get(f"/problems/{listed}/evidence")
    for _ in range(2):
        street.page = form
        street.post_form(ADD, {"photos": [shot(35)]}, button="补充照片")
    assert len(before_photos(city_database, listed)) == 2
    assert making.moves(city_database, listed).count("add_evidence") == 1


@pytest.mark.parametrize(
    ("login", "status", "sentence"),
    [("fumin", 404, "没有找到"), ("checker", 403, "权限")],
)
def test_only_who_reports_here_may_add(city_client, listed, login, status, sentence):
    city_client.login(login)
    assert sentence in city_client.get(f"/problems/{listed}/evidence", status=status).text


def test_nothing_is_added_to_what_is_closed(street, city, city_database):
    closed = making.made(city_database, city, State.SIGNED_OFF)
    assert "不能补充照片" in street.get(f"/problems/{closed}/evidence", status=409).text


def test_a_report_that_is_the_same_problem_is_not_filed(street, city, city_database, listed):
    street.get("/report")
    page = street.post_form(FORM, report(city, same_as=listed), button="上报")

    assert page.path == f"/problems/{listed}"
    assert count(city_database, Problem) == 1
    added = before_photos(city_database, listed)[-1]
    assert (added.problem_id, added.lat) == (listed, 41.8797)
    assert making.moves(city_database, listed)[-1] == "add_evidence"


def test_the_photos_of_a_draft_go_to_the_problem_they_show(street, city, city_database, listed):
    street.get("/report")
    street.post_form(FORM, report(city), button="存草稿")
    with city_database.reading() as session:
        draft = session.scalars(select(Problem.id).where(Problem.state == "draft")).one()
    street.get(f"/drafts/{draft}")
    street.post_form(FORM, {"same_as": listed}, button="上报")

    assert before_photos(city_database, draft) == []
    assert len(before_photos(city_database, listed)) == 2
    assert making.state(city_database, draft) == "draft"


def test_photos_added_meanwhile_do_not_stop_who_is_putting_it_right(street, city_database, listed):
    form = street.get(f"/problems/{listed}/submit")
    street.get(f"/problems/{listed}/evidence")
    street.post_form(ADD, {"photos": [shot(36)]}, button="补充照片")
    street.page = form
    sent = {"photos": [shot(37)], "remedy": "已清运", "handled_by": "环卫班", **PLACE}
    page = street.post_form(ADD, sent, button="提交整改")
    assert page.path == "/today"
    assert making.state(city_database, listed) == "submitted"


def test_who_judges_must_see_photos_that_were_added(street, city, city_database):
    judged = making.made(city_database, city, State.SUBMITTED)
    before = making.problem(city_database, judged).version
    street.get(f"/problems/{judged}/evidence")
    street.post_form(ADD, {"photos": [shot(38)]}, button="补充照片")
    assert making.problem(city_database, judged).version == before + 1
