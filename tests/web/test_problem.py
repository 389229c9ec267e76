"""A problem's page and the form of each move."""

from __future__ import annotations

import pytest

from app.db import Database
from app.domain.states import State
from app.domain.workflow import MOVES
from app.models import Problem
from tests import builders
from tests.builders import City
from tests.web.client import CheckingClient


def made(database: Database, city: City, state: State) -> int:
    with database.writing() as session:
        return builders.make_problem(session, city, state).id


def state_of(database: Database, problem_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Problem, problem_id).state


@pytest.mark.parametrize("state", [s for s in State if s is not State.DRAFT])
def test_every_state_has_a_page_with_its_label(
    city_client: CheckingClient, city_database: Database, city: City, state: State
) -> None:
    problem_id = made(city_database, city, state)
    city_client.login("reviewer")
    page = city_client.get(f"/problems/{problem_id}")
    assert state.label in page.text
    assert "上报了问题" in page.text


def test_the_page_offers_exactly_the_moves_of_the_table(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.PRE_SIGNED_OFF)
    labels = {move.label for move in MOVES}
    expected = {"hw_admin": {"销号", "退件", "督办"}, "sz_admin": set(), "zhanqian": set()}
    for login, wanted in expected.items():
        client = CheckingClient(city_client.app)
        client.login(login)
        status = 404 if login == "sz_admin" else 200
        page = client.get(f"/problems/{problem_id}", status=status)
        shown = {label for words in page.texts(".moves a") for label in labels if words.startswith(label)}
        assert shown == wanted, login


def test_the_lead_section_signs_off_on_the_form_of_the_move(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.PRE_SIGNED_OFF)
    city_client.login("hw_admin")
    city_client.get(f"/problems/{problem_id}/moves/sign_off")
    page = city_client.post_form("form.panel", {"text": "同意"})
    assert "同意销号" in page.text
    assert state_of(city_database, problem_id) == "signed_off"


def test_a_missing_reason_is_said_at_its_field_and_what_was_typed_stays(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.SUBMITTED)
    city_client.login("checker")
    city_client.get(f"/problems/{problem_id}/moves/send_back")
    page = city_client.post_form("form.panel", {"text": "还有一堆垃圾"}, status=422)
    assert "请选择退件原因。" in page.text
    assert "还有一堆垃圾" in page.text
    assert state_of(city_database, problem_id) == "submitted"


def test_the_second_of_two_people_is_told_what_the_first_did(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.SUBMITTED)
    city_client.login("checker")
    city_client.get(f"/problems/{problem_id}/moves/pass_check")
    with city_database.writing() as session:
        builders.move(
            session, city, problem_id, "send_back", "checker", reason_code="not_fixed", text="没清"
        )
    page = city_client.post_form("form.panel", {}, status=409)
    assert "核查未通过，退件" in page.text
    assert state_of(city_database, problem_id) == "listed"


def test_a_move_that_is_not_mine_is_refused_with_who_does_it(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.SUBMITTED)
    city_client.login("zhanqian")
    page = city_client.get(f"/problems/{problem_id}/moves/pass_check", status=403)
    assert "核查员" in page.text


def test_what_is_out_of_sight_does_not_exist(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.LISTED)
    city_client.login("dongzhou")
    city_client.get(f"/problems/{problem_id}", status=404)
    city_client.get(f"/problems/{problem_id}/moves/submit", status=404)
