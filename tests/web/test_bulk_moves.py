"""Bulk moves on their pages, as a person without JavaScript goes through them."""

from __future__ import annotations

import pytest
import time_machine

from app.domain.states import State
from app.jobs.worker import work_once, workshop
from tests.builders import MONDAY, make_problem


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


def made(city_database, city, *states):
    with city_database.writing() as session:
        return [make_problem(session, city, state).id for state in states]


def choose(city_client, ids, status=200):
    """As the table's own form sends a selection."""
    token = city_client.get("/table/moves").select("input[name='csrf_token']")[0].get("value")
    sent = {"ids": ids if isinstance(ids, str) else ",".join(map(str, ids)), "csrf_token": token}
    response = city_client.raw.post("/table/moves", data=sent)
    return city_client._arrive(response, status, True)


def work(city_app):
    while work_once(workshop(city_app)):
        pass


def test_many_are_signed_off_watched_and_reported(city_app, city_client, city_database, city):
    ids = made(city_database, city, *[State.PRE_SIGNED_OFF] * 3)
    city_client.login("hw_admin")

    page = choose(city_client, ids)
    assert "销号 3 条" in page.buttons
    page = city_client.post_form("form[action$='/new/sign_off']", {})
    assert page.heading == "销号 3 条"
    page = city_client.post_form("form.panel", {"text": "同意"})

    (waiting,) = page.select("[data-behaviour='poll']")
    work(city_app)
    fragment = city_client.get(waiting.get("data-href"), check=False)
    assert "办成 3 条" in fragment.text
    page = city_client.get(page.path)
    assert "FS-210402-2026-00001" in page.links
    assert "没有办成" not in page.text
    assert "销号 3 条" in city_client.get("/table/moves").links


def test_what_only_some_allow_leads_to_those(city_client, city_database, city):
    ids = made(city_database, city, State.LISTED, State.LISTED, State.SUBMITTED)
    city_client.login("zhanqian")

    page = choose(city_client, ids)
    assert "申请延期：其中 2 条可以" in page.text
    assert "提交整改、补充照片：每条都要有自己的现场照片" in page.text
    narrow = next(each for each in page.select("form") if "申请延期" in "".join(each.itertext()))
    page = city_client.post_form(narrow, {})

    assert page.heading == "批量办理 2 条"
    assert "申请延期 2 条" in page.buttons


def test_a_form_that_lacks_something_comes_back_with_what_was_typed(
    city_client, city_database, city
):
    ids = made(city_database, city, State.SUBMITTED)
    city_client.login("checker")
    choose(city_client, ids)
    city_client.post_form("form[action$='/new/send_back']", {})

    page = city_client.post_form("form.panel", {"text": "南侧还有一堆"}, status=422)

    assert "请选择退件原因。" in page.text
    assert page.one("textarea[name='text']").text.strip() == "南侧还有一堆"


def test_nothing_is_offered_to_who_makes_no_moves(city_client):
    city_client.login("reader")
    city_client.get("/table/moves", status=403)


def test_ids_that_are_none_are_refused_in_a_sentence(city_client):
    city_client.login("reviewer")
    for sent in ("", "1,x", "9" * 30):
        assert "勾选" in choose(city_client, sent, status=422).text
