"""One's password and one's tokens, by the pages."""

from __future__ import annotations

import pytest

from app.door.sessions import COOKIE
from app.models import User
from app.services.people import accounts
from tests.cities import PASSWORD
from tests.web.client import CheckingClient

NEW = "xin-mi-ma-9-ge-zi"
FORM = "main form[method=post]"


@pytest.fixture
def reviewer(city_client):
    """The reviewer, signed in."""
    city_client.sign_in("reviewer")
    return city_client


def change(client, current=PASSWORD, new=NEW, again=NEW, status=200):
    client.get("/account/password")
    return client.post_form(FORM, {"current": current, "new": new, "again": again}, status=status)


def test_a_new_password_opens_and_the_old_one_no_longer(city_app, reviewer):
    assert "密码已修改" in change(reviewer).text

    other = CheckingClient(city_app)
    assert other.sign_in("reviewer", NEW).path != "/login"
    with pytest.raises(AssertionError):
        CheckingClient(city_app).sign_in("reviewer", PASSWORD)


def test_changing_the_password_ends_the_other_devices_and_goes_on_here(city_app, reviewer):
    phone = CheckingClient(city_app)
    phone.sign_in("reviewer")
    before = reviewer.raw.get_cookie(COOKIE).value

    change(reviewer)

    assert reviewer.get("/account/tokens").path == "/account/tokens"
    assert reviewer.raw.get_cookie(COOKIE).value != before
    assert phone.get("/account/tokens").path == "/login"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"current": "wrong"}, "当前密码不正确"),
        ({"new": "short", "again": "short"}, "至少 10 位"),
        ({"again": "something else"}, "两次输入的新密码不一样"),
        ({"new": PASSWORD, "again": PASSWORD}, "与当前密码相同"),
        ({"new": "password123", "again": "password123"}, "太常见"),
    ],
)
def test_a_change_that_cannot_be_is_told_at_its_field_and_changes_nothing(
    city_app, reviewer, fields, said
):
    page = change(reviewer, **fields, status=422)

    assert said in page.text
    assert page.select(".form-error")
    CheckingClient(city_app).sign_in("reviewer", PASSWORD)


def test_guessing_the_current_password_locks_as_well(reviewer):
    for _ in range(4):
        change(reviewer, current="wrong", status=422)
    assert "已锁定" in change(reviewer, current="wrong", status=429).text


def test_who_must_change_his_password_gets_nowhere_else(city_client, city_database, city):
    with city_database.writing() as session:
        session.get_one(User, city.users["reviewer"]).must_change_password = True

    page = city_client.sign_in("reviewer")

    assert page.path == "/account/password"
    assert "请先修改密码" in page.text
    assert city_client.get("/account/tokens").path == "/account/password"
    assert city_client.raw.post("/account/tokens").status_code == 403
    change(city_client)
    assert city_client.get("/account/tokens").path == "/account/tokens"


def test_a_password_set_by_an_administrator_leads_to_a_new_one(city_client, city_database, city):
    from app.services.people.passwords import PasswordRules
    from tests.builders import MONDAY

    with city_database.writing() as session:
        user = session.get_one(User, city.users["reviewer"])
        accounts.set_password(session, user, "lin-shi-mi-ma-77", PasswordRules(), MONDAY)

    assert city_client.sign_in("reviewer", "lin-shi-mi-ma-77").path == "/account/password"


def test_a_token_is_shown_once_and_then_only_its_beginning(reviewer):
    reviewer.get("/account/tokens")
    page = reviewer.post_form(FORM, {"name": "办公室电脑", "days": 30})
    plain = page.one("#plain-token").get("value")
    assert plain.startswith("xh_")

    page = reviewer.get("/account/tokens")
    assert plain not in page.response.text
    assert "办公室电脑" in page.text


def test_a_token_without_a_purpose_is_refused_at_its_field(reviewer):
    reviewer.get("/account/tokens")

    page = reviewer.post_form(FORM, {"name": "", "days": "x"}, status=422)

    assert "请写明用途" in page.text
    assert page.select("tbody tr") == []


def test_a_token_can_be_stopped(reviewer):
    reviewer.get("/account/tokens")
    page = reviewer.post_form(FORM, {"name": "办公室电脑", "days": 30})

    page = reviewer.post_form("form[action$=/revoke]")

    assert "已停用" in page.text
    assert page.select("form[action$=/revoke]") == []


def test_nobody_stops_anothers_token(city_app, reviewer):
    reviewer.get("/account/tokens")
    action = (
        reviewer.post_form(FORM, {"name": "甲", "days": 30}).form("form[action$=/revoke]").action
    )
    other = CheckingClient(city_app)
    other.sign_in("checker")
    token = dict(other.get("/account/tokens").form(FORM).controls)["csrf_token"]

    assert other.raw.post(action, data={"csrf_token": token}).status_code == 404


def test_the_menu_says_who_is_there_and_how_to_leave(reviewer):
    page = reviewer.get("/account/password")

    assert "审核员" in page.text
    assert "城管监督科" in page.text
    assert page.select("form[action='/logout']")
    assert {"修改密码", "访问令牌"} <= page.links.keys()
