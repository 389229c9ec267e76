"""Signing in and out by the pages, as people do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.door.sessions import COOKIE
from app.models import LoginSession, User
from app.services.people import accounts
from tests.cities import PASSWORD

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
PLACES = "/account/tokens"


def cookie_of(client) -> str:
    found = client.raw.get_cookie(COOKIE)
    return found.value if found else ""


def rows(database) -> list[LoginSession]:
    with database.reading() as session:
        return list(session.scalars(select(LoginSession).order_by(LoginSession.created_at)))


def kept_for(client) -> int | None:
    """For how many seconds the browser was told to keep the cookie; None: until it is closed."""
    return client.raw.get_cookie(COOKIE).max_age


def sign_in_to_stay(client, login: str) -> None:
    page = client.get("/login")
    values = {"login": login, "password": PASSWORD, "stays": ["y"]}
    client.post_form(page.select("form[method=post]")[0], values)


def try_password(client, login: str, password: str, status: int):
    client.get("/login")
    form = client.page.select("form[method=post]")[0]
    return client.post_form(form, {"login": login, "password": password}, status=status)


def test_a_stranger_is_led_to_the_sign_in_and_back_to_where_he_wanted(city_client):
    page = city_client.get(f"{PLACES}?x=1")
    assert (page.path, page.heading) == ("/login", "登录")

    page = city_client.post_form(
        page.select("form[method=post]")[0], {"login": "reviewer", "password": PASSWORD}
    )

    assert page.url == f"{PLACES}?x=1"
    assert page.heading == "访问令牌"


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_outside_the_house(city_client, target):
    city_client.get("/login")
    form = city_client.page.form("form[method=post]")
    token = dict(form.controls)["csrf_token"]

    answer = city_client.raw.post(
        "/login",
        data={"csrf_token": token, "login": "reviewer", "password": PASSWORD, "next": target},
    )

    assert (answer.status_code, answer.location) == (302, "/")


def test_a_wrong_password_is_told_in_a_sentence_and_the_name_stays_typed(city_client):
    page = try_password(city_client, "reviewer", "wrong", status=422)

    assert "账号或密码不正确" in page.text
    assert page.one("input[name=login]").get("value") == "reviewer"
    assert not page.one("input[name=password]").get("value")


def test_an_empty_form_says_what_is_missing(city_client):
    page = try_password(city_client, "", "", status=422)

    assert "请输入账号。" in page.text
    assert "请输入密码。" in page.text


def test_failed_tries_stay_counted_although_the_answer_is_a_refusal(city_client, city_database):
    for _ in range(4):
        try_password(city_client, "reviewer", "wrong", status=422)
    page = try_password(city_client, "reviewer", "wrong", status=429)
    assert "账号已锁定 15 分钟" in page.text

    try_password(city_client, "reviewer", PASSWORD, status=429)
    with city_database.reading() as session:
        assert accounts.user_of_login(session, "reviewer").failed_logins == 5


def test_the_cookie_is_a_random_token_and_the_database_keeps_its_hash(city_client, city_database):
    city_client.get("/login")
    stranger = cookie_of(city_client)

    city_client.sign_in("reviewer")

    token = cookie_of(city_client)
    assert len(token) >= 43
    assert token != stranger, "a token from before the sign-in must not become a person's"
    (row,) = rows(city_database)
    assert token not in row.token_hash
    assert row.user_id is not None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(city_client):
    header = city_client.raw.get("/login").headers["Set-Cookie"]

    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header


def test_a_sign_in_ends_with_the_browser_unless_one_asks_to_stay(city_client):
    page = city_client.get("/login")
    assert page.one("input[name=stays]").get("checked") is None
    assert "外勤账号 8 小时、其他账号 30 分钟没有操作，仍会自动退出" in page.text
    city_client.sign_in("zhanqian")
    assert kept_for(city_client) is None


@pytest.mark.parametrize(("login", "hours"), [("zhanqian", 24), ("reviewer", 12)])
def test_a_cookie_that_stays_ends_with_its_session(city_client, city_database, login, hours):
    with time_machine.travel(NOON, tick=False):
        sign_in_to_stay(city_client, login)
        row = rows(city_database)[-1]
    assert kept_for(city_client) == hours * 3600
    assert row.expires_at == NOON + timedelta(hours=hours)
    kept = city_client.raw.get_cookie(COOKIE)
    assert kept.http_only
    assert kept.same_site == "Lax"


def test_staying_moves_no_limit_of_the_session(city_client):
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in_to_stay(city_client, "reviewer")
        clock.shift(timedelta(minutes=31))
        assert city_client.get(PLACES).path == "/login"


def test_signing_out_ends_a_sign_in_that_stays(city_app, city_client):
    sign_in_to_stay(city_client, "zhanqian")
    copied = cookie_of(city_client)
    city_client.post_form("form[action='/logout']")
    assert city_client.raw.get_cookie(COOKIE) is None or kept_for(city_client) is None
    thief = city_app.test_client()
    thief.set_cookie(COOKIE, copied)
    assert thief.get(PLACES).status_code == 302


def test_a_new_password_ends_what_stays_elsewhere_and_goes_on_here(city_app, city_client):
    sign_in_to_stay(city_client, "zhanqian")
    copied = cookie_of(city_client)
    city_client.get("/account/password")
    new = "雨后的中央大街 7 号"
    fields = {"current": PASSWORD, "new": new, "again": new}
    city_client.post_form("main form[method=post]", fields)
    assert cookie_of(city_client) != copied
    assert kept_for(city_client) == pytest.approx(24 * 3600, abs=60)
    elsewhere = city_app.test_client()
    elsewhere.set_cookie(COOKIE, copied)
    assert elsewhere.get(PLACES).status_code == 302


def test_a_planted_token_is_not_taken_over(city_client, city_database):
    city_client.raw.set_cookie(COOKIE, "planted-by-somebody-else")

    city_client.sign_in("reviewer")

    assert cookie_of(city_client) != "planted-by-somebody-else"
    assert len(rows(city_database)) == 1


def test_signing_out_ends_the_session_everywhere_and_a_copied_cookie_is_worth_nothing(
    city_app, city_client, city_database
):
    city_client.sign_in("reviewer")
    copied = cookie_of(city_client)

    page = city_client.post_form("form[action='/logout']")

    assert "已退出登录" in page.text
    thief = city_app.test_client()
    thief.set_cookie(COOKIE, copied)
    assert thief.get(PLACES).status_code == 302
    assert [row for row in rows(city_database) if row.user_id is not None] == []


def test_disabling_an_account_puts_its_sessions_out_at_once(city_client, city_database, city):
    city_client.sign_in("reviewer")
    with city_database.writing() as session:
        accounts.disable(session, session.get_one(User, city.users["reviewer"]))

    assert city_client.get(PLACES).path == "/login"


def test_an_account_switched_off_by_hand_is_out_as_well(city_client, city_database, city):
    city_client.sign_in("reviewer")
    with city_database.writing() as session:
        session.get_one(User, city.users["reviewer"]).is_active = False

    assert city_client.get(PLACES).path == "/login"


@pytest.mark.parametrize(
    ("login", "idle", "over"),
    [
        ("reviewer", timedelta(minutes=29), False),
        ("reviewer", timedelta(minutes=31), True),
        ("hw_admin", timedelta(minutes=31), True),
        ("zhanqian", timedelta(hours=7, minutes=59), False),
        ("zhanqian", timedelta(hours=8, minutes=1), True),
        ("brigade", timedelta(hours=7, minutes=59), False),
    ],
)
def test_an_idle_session_ends_soon_at_a_desk_and_late_on_the_street(city_client, login, idle, over):
    with time_machine.travel(NOON, tick=False) as clock:
        city_client.sign_in(login)
        clock.shift(idle)
        page = city_client.get(PLACES)

    assert (page.path == "/login") is over
    assert ("登录已过期" in page.text) is over


def test_work_keeps_a_session_alive_but_not_beyond_its_day(city_client):
    with time_machine.travel(NOON, tick=False) as clock:
        city_client.sign_in("reviewer")
        for _ in range(28):
            clock.shift(timedelta(minutes=25))
            assert city_client.get(PLACES).path == PLACES
        clock.shift(timedelta(minutes=25))
        assert city_client.get(PLACES).path == "/login"


def test_being_there_is_noted_at_most_once_a_minute(city_client, city_database):
    with time_machine.travel(NOON, tick=False) as clock:
        city_client.sign_in("reviewer")
        for seconds in (30, 29):
            clock.shift(seconds)
            city_client.get(PLACES)
        assert rows(city_database)[0].last_seen_at == NOON
        clock.shift(2)
        city_client.get(PLACES)
        assert rows(city_database)[0].last_seen_at == NOON + timedelta(seconds=61)


def test_a_stranger_who_only_looks_leaves_no_row(city_client, city_database):
    city_client.raw.get("/")
    city_client.raw.get("/nowhere")
    city_client.raw.get("/healthz")

    assert rows(city_database) == []


def test_who_is_in_already_is_not_asked_again(city_client):
    city_client.sign_in("reviewer")

    assert city_client.raw.get("/login").status_code == 302


def test_a_form_left_open_over_the_end_of_a_session_can_still_be_sent(city_client):
    with time_machine.travel(NOON, tick=False) as clock:
        city_client.sign_in("reviewer")
        left_open = dict(city_client.get(PLACES).form("main form[method=post]").controls)
        clock.shift(timedelta(hours=1))

        answer = city_client.raw.post(PLACES, data=left_open | {"name": "汇总表"})
        assert answer.status_code == 401
        assert "在新窗口登录" in answer.text

        city_client.sign_in("reviewer")
        answer = city_client.raw.post(PLACES, data=left_open | {"name": "汇总表"})
        assert answer.status_code == 200
        assert "新令牌" in answer.text


def test_signing_out_of_a_session_that_is_over_is_no_error(city_client):
    with time_machine.travel(NOON, tick=False) as clock:
        city_client.sign_in("reviewer")
        clock.shift(timedelta(hours=1))
        assert city_client.raw.post("/logout").location == "/login"


def test_the_demos_accounts_are_not_offered_outside_the_demo(city_client):
    assert "示例账号" not in city_client.get("/login").text


def test_the_demo_offers_an_account_of_each_role_at_one_press(database_url, instance_folder):
    from app.config import Settings
    from app.domain.roles import ROLE_LABELS, Role
    from app.factory import create_app
    from tests.web.client import CheckingClient

    app = create_app(Settings(database_url, instance_folder, "demo", demo=True))
    page = CheckingClient(app).get("/login")
    app.extensions["database"].dispose()

    offered = " ".join(page.buttons)
    assert all(label in offered for role, label in ROLE_LABELS.items() if role is not Role.SYSTEM)
