"""A problem's page and the form of each move."""

from __future__ import annotations

from datetime import date

import pytest

from app.db import Database
from app.domain.states import State
from app.domain.workflow import MOVES
from app.models import Problem
from app.services.forms import section_values
from sheets.storage import FieldSpec
from tests import builders
from tests.builders import MONDAY, City, add_section_field
from tests.demo_city import set_clock
from tests.web.client import CheckingClient


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, MONDAY)


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
    expected = {"hw_admin": {"销号", "退件", "督办"}, "sz_admin": set(), "zhanqian": {"补充照片"}}
    for login, wanted in expected.items():
        client = CheckingClient(city_client.app)
        client.login(login)
        status = 404 if login == "sz_admin" else 200
        page = client.get(f"/problems/{problem_id}", status=status)
        buttons = page.texts(".moves a")
        shown = {label for words in buttons for label in labels if words.startswith(label)}
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


# --- what the page says ---


def test_the_page_says_who_is_next_and_until_when(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.LISTED)
    city_client.login("reader")
    page = city_client.get(f"/problems/{problem_id}")
    assert "等 站前街道 整改" in page.text
    assert "到 11月25日" in page.text
    assert not page.select(".moves")


def test_a_request_in_progress_stands_on_the_page(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.LISTED)
    with city_database.writing() as session:
        builders.move(
            session, city, problem_id, "request_deferral", "zhanqian", reason_code="season",
            text="冬季不宜栽种", target_date=date(2026, 12, 20), interim_measure="设置围挡",
        )  # fmt: skip
    city_client.login("reader")
    page = city_client.get(f"/problems/{problem_id}")
    assert "挂号申请待审批" in page.text
    assert "设置围挡" in page.text


def test_why_it_came_back_stands_above_everything(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.SUBMITTED)
    with city_database.writing() as session:
        builders.move(
            session, city, problem_id, "send_back", "checker", reason_code="not_fixed", text="没清"
        )
    city_client.login("zhanqian")
    page = city_client.get(f"/problems/{problem_id}")
    assert page.texts(".note-back") == ["第 1 次退件：问题未整改，没清"]
    assert "第 1 次提交的照片（已退回）" in page.text


def test_a_button_leads_to_the_desk_with_its_form_open(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.SUBMITTED)
    city_client.login("checker")
    page = city_client.get(f"/problems/{problem_id}")
    words = next(link for link in page.links if link.startswith("退件"))
    page = city_client.follow(words)
    assert page.path == f"/check/{problem_id}"
    assert page.select("#send_back[open]")


@pytest.mark.parametrize("move_id", ["submit", "correct", "report"])
def test_a_move_with_photos_has_its_own_page(
    city_client: CheckingClient, city_database: Database, city: City, move_id: str
) -> None:
    problem_id = made(city_database, city, State.LISTED)
    city_client.login("zhanqian")
    answer = city_client.raw.get(f"/problems/{problem_id}/moves/{move_id}")
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/problems/999999", "没有找到这个问题"),
        ("/problems/999999/moves/submit_all", "没有这个操作"),
        ("/problems/99999999999999999999", "没有这一页"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    city_client: CheckingClient, path: str, said: str
) -> None:
    city_client.login("reader")
    page = city_client.get(path, status=422 if "submit_all" in path else 404)
    assert said in page.text


def test_the_unit_asks_for_more_time_and_the_section_grants_it(
    city_client: CheckingClient, city_database: Database, city: City
) -> None:
    problem_id = made(city_database, city, State.LISTED)
    city_client.login("zhanqian")
    city_client.get(f"/problems/{problem_id}/moves/request_extension")
    page = city_client.post_form("form.panel", {"days": "三", "text": "等配件"}, status=422)
    assert "请填写整数" in page.text
    city_client.post_form("form.panel", {"days": "3"})
    section = CheckingClient(city_client.app)
    section.login("hw_admin")
    section.get(f"/problems/{problem_id}/moves/approve_extension")
    page = section.post_form("form.panel", {})
    assert "到 11月30日" in page.text


# --- the sections' own fields ---


@pytest.fixture
def tons(city_database: Database) -> str:
    """A field of 环境卫生科."""
    with city_database.writing() as session:
        spec = FieldSpec(caption="清运量", type="number", options={"unit": "吨"})
        return add_section_field(session, MONDAY, "HW", spec).id


def test_a_section_fills_in_its_own_fields(
    city_client: CheckingClient, city_database: Database, city: City, tons: str
) -> None:
    problem_id = made(city_database, city, State.LISTED)
    city_client.login("hw_admin")
    city_client.get(f"/problems/{problem_id}")
    where = 'form[action*="/fields/"]'
    page = city_client.post_form(where, {f"field-{tons}": "很多"}, status=422)
    assert "清运量" in page.text
    assert dict(page.form(where).controls)[f"field-{tons}"] == "很多"
    page = city_client.post_form(where, {f"field-{tons}": "3.5"})
    assert "科室字段已保存" in page.text
    assert "3.5 吨" in page.text
    assert "填写了科室字段" in page.text


def test_two_people_at_one_field_both_see_both_values(
    city_client: CheckingClient, city_database: Database, city: City, tons: str
) -> None:
    problem_id = made(city_database, city, State.LISTED)
    city_client.login("hw_admin")
    city_client.get(f"/problems/{problem_id}")
    with city_database.writing() as session:
        actor, section = city.actors["hw_admin"], city.orgs["HW"]
        section_values.save(session, actor, MONDAY, problem_id, section, {tons: "2"})
    where = 'form[action*="/fields/"]'
    page = city_client.post_form(where, {f"field-{tons}": "3"}, status=409)
    assert "现在是“2 吨”，您填“3 吨”" in page.text
    page = city_client.post_form(where)
    assert "3 吨" in page.text


def test_a_field_is_seen_and_filled_in_by_nobody_else(
    city_client: CheckingClient, city_database: Database, city: City, tons: str
) -> None:
    problem_id = made(city_database, city, State.LISTED)
    city_client.login("zhanqian")
    page = city_client.get(f"/problems/{problem_id}")
    assert "清运量" not in page.text
    token = page.select("input[name=csrf_token]")[0].get("value")
    answer = city_client.raw.post(
        f"/problems/{problem_id}/fields/{city.orgs['HW']}",
        data={"csrf_token": token, f"field-{tons}": "9"},
    )
    assert answer.status_code == 403
