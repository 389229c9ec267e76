"""What every answer carries, and what happens to those who may not, should not or cannot."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest
from flask import flash, url_for
from sqlalchemy.exc import OperationalError

from app.domain.refusals import Conflict
from app.domain.roles import Role
from app.door import access
from tests.cities import PASSWORD
from tests.web.client import CheckingClient

PLACES = "/account/tokens"


@pytest.fixture
def reviewer(city_client):
    """The reviewer, signed in."""
    city_client.sign_in("reviewer")
    return city_client


def add(app, path: str, view, gate=access.signed_in, methods=("GET", "POST")) -> None:
    """One more route, as a feature would have it."""
    app._got_first_request = False
    app.add_url_rule(path, path.strip("/"), access.policy(gate)(view), methods=methods)


def raising(error: Exception):
    """A view that fails."""

    def view():
        raise error

    return view


# --- headers ---


@pytest.mark.parametrize("path", ["/login", "/", "/nowhere", "/healthz", "/api/v1/nowhere"])
def test_every_answer_keeps_the_browser_strict(city_client, path):
    headers = city_client.raw.get(path).headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Permissions-Policy"].startswith("camera=(self), geolocation=(self)")
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_an_installation_behind_https_says_so_and_its_cookie_stays_there(city_app):
    city_app.extensions["settings"] = replace(city_app.extensions["settings"], secure_cookies=True)
    answer = city_app.test_client().get("/login")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_view_that_says_how_long_its_answer_keeps_is_heard(city_app, reviewer):
    add(city_app, "/kept", lambda: ("x", {"Cache-Control": "private, max-age=60"}))

    assert reviewer.raw.get("/kept").headers["Cache-Control"] == "private, max-age=60"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_a_strange_host_is_turned_away(city_client, host):
    answer = city_client.raw.get("/login", headers={"Host": host})

    assert answer.status_code == 400
    assert host not in answer.text


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8431"])
def test_a_known_host_may_come_on_any_port(city_client, host):
    assert city_client.raw.get("/healthz", headers={"Host": host}).status_code == 200


# --- who may ---


def test_who_may_not_is_told_who_may(city_app, reviewer):
    add(city_app, "/only", lambda: "x", access.holds(Role.LEADER, Role.SYSADMIN))

    page = reviewer.get("/only", status=403)

    assert page.heading == "没有权限"
    assert "这里供分管领导、系统管理员使用" in page.text


def test_who_may_is_let_in(city_app, reviewer):
    add(city_app, "/only", lambda: "come in", access.holds(Role.LEADER, Role.REVIEWER))

    assert reviewer.raw.get("/only").text == "come in"


def test_a_route_that_lost_its_policy_stays_shut(city_app, reviewer):
    add(city_app, "/lost", lambda: "secret")
    city_app.view_functions["lost"] = lambda: "secret"

    assert reviewer.raw.get("/lost").status_code == 403


def test_a_gate_that_does_not_say_whom_it_lets_in_is_no_gate():
    with pytest.raises(access.UnguardedRouteError):
        access.policy(lambda actor: True)


@pytest.mark.parametrize("path", ["/no", "/no?x=1&y=二"])
def test_a_stranger_is_sent_to_sign_in_and_then_back(city_app, city_client, path):
    add(city_app, "/no", lambda: "x")

    answer = city_client.raw.get(path)

    assert answer.status_code == 302
    assert answer.location.startswith("/login?next=%2Fno") or "next=/no" in answer.location


def test_a_stranger_on_the_interface_gets_401_and_not_a_page(city_app, city_client):
    add(city_app, "/api/v1/things", lambda: "x")

    answer = city_client.raw.get("/api/v1/things")

    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["code"] == "not_signed_in"


def test_a_stranger_uploads_nothing(city_app, city_client):
    add(city_app, "/upload", lambda: "x")
    token = dict(city_client.get("/login").form("form[method=post]").controls)["csrf_token"]

    big = {"csrf_token": token, "login": "reviewer", "password": "x" * 100_000}
    assert city_client.raw.post("/login", data=big).status_code == 413
    assert city_client.raw.post("/upload", data=big).status_code == 401


# --- tokens ---


@pytest.fixture
def token(reviewer):
    """A token of the reviewer."""
    reviewer.get(PLACES)
    page = reviewer.post_form("main form[method=post]", {"name": "测试", "days": 1})
    return page.one("#plain-token").get("value")


def test_a_token_opens_the_interface_without_cookie_and_without_form_token(city_app, token):
    def view():
        return access.current_actor().name

    add(city_app, "/api/v1/probe", view)
    headers = {"Authorization": f"Bearer {token}"}
    stranger = city_app.test_client()

    assert stranger.get("/api/v1/probe", headers=headers).text == "审核员"
    assert stranger.post("/api/v1/probe", headers=headers).text == "审核员"
    assert stranger.get_cookie("xh_session") is None


@pytest.mark.parametrize("header", ["Bearer xh_wrong", "Bearer ", "Basic eDp5", "xh_naked"])
def test_what_is_no_token_opens_nothing(city_app, city_client, header):
    add(city_app, "/api/v1/probe", lambda: "x")

    answer = city_client.raw.get("/api/v1/probe", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_token_opens_no_page(city_app, token):
    headers = {"Authorization": f"Bearer {token}"}

    assert city_app.test_client().get(PLACES, headers=headers).status_code == 302


def test_a_cookie_on_the_interface_still_needs_the_form_token(city_app, reviewer):
    add(city_app, "/api/v1/probe", lambda: "x")

    assert reviewer.raw.get("/api/v1/probe").status_code == 200
    answer = reviewer.raw.post("/api/v1/probe", headers={"Authorization": "Bearer xh_wrong"})
    assert (answer.status_code, answer.json["code"]) == (400, "form_too_old")


def test_the_form_token_may_come_in_a_header(city_app, reviewer):
    add(city_app, "/api/v1/probe", lambda: "x")
    token = dict(reviewer.get(PLACES).form("main form[method=post]").controls)["csrf_token"]

    assert reviewer.raw.post("/api/v1/probe", headers={"X-CSRFToken": token}).status_code == 200


# --- forms ---


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_form_without_its_token_changes_nothing_and_says_what_to_do(reviewer, token):
    answer = reviewer.raw.post(PLACES, data={"csrf_token": token, "name": "x", "days": 1})

    assert answer.status_code == 400
    assert "刷新页面后再提交一次；已填写的内容还在" in answer.text
    assert reviewer.get(PLACES).select("tbody tr") == []


def test_the_token_of_another_person_is_no_token(city_app, reviewer):
    other = CheckingClient(city_app)
    other.sign_in("checker")
    token = dict(other.get(PLACES).form("main form[method=post]").controls)["csrf_token"]

    answer = reviewer.raw.post(PLACES, data={"csrf_token": token, "name": "x", "days": 1})
    assert answer.status_code == 400


# --- failures ---


def test_a_refusal_is_a_page_with_its_sentence(city_app, reviewer):
    add(city_app, "/late", raising(Conflict("moved_on", "该问题已由甲退件，请刷新。")))

    page = reviewer.get("/late", status=409)

    assert page.heading == "情况已有变化"
    assert "该问题已由甲退件" in page.text


def test_a_refusal_on_the_interface_is_a_problem_with_a_code(city_app, reviewer):
    error = Conflict(
        "moved_on", "请刷新。", fields={"state": "已退件"}, details={"state": "listed"}
    )
    add(city_app, "/api/v1/late", raising(error))

    answer = reviewer.raw.get("/api/v1/late")

    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert answer.json == {
        "type": "urn:xiaohao:problem:moved_on",
        "title": "情况已有变化",
        "status": 409,
        "code": "moved_on",
        "detail": "请刷新。",
        "fields": {"state": "已退件"},
        "details": {"state": "listed"},
    }


def test_an_unknown_address_and_a_wrong_method_have_their_sentences(reviewer):
    assert reviewer.get("/nowhere", status=404).heading == "没有这一页"
    assert reviewer.get("/logout", status=405).heading == "不能这样打开"
    assert reviewer.raw.get("/logout").headers["Allow"]
    assert reviewer.raw.get("/api/v1/nowhere").json["code"] == "not_found"


def test_an_unknown_address_is_a_page_for_strangers_too(city_client):
    assert city_client.get("/nowhere", status=404).heading == "没有这一页"


def test_too_much_at_once_is_told_with_the_limit(city_app, reviewer):
    add(city_app, "/upload", lambda: "x")
    city_app.config["MAX_CONTENT_LENGTH"] = 1000

    answer = reviewer.raw.post("/upload", data={"x": "y" * 2000})

    assert answer.status_code == 413
    assert "超过 200 MB" in answer.text


def test_a_crash_shows_a_reference_that_the_log_has_and_nothing_else(city_app, reviewer, caplog):
    add(city_app, "/crash", raising(ValueError("the secret detail")))
    city_app.testing = False

    page = reviewer.get("/crash", status=500)

    assert "the secret detail" not in page.response.text
    reference = next(r for r in caplog.records if r.msg.startswith("reference")).args[0]
    assert reference in page.text
    assert "the secret detail" in caplog.text


def test_a_crash_on_the_interface_is_a_problem_too(city_app, reviewer):
    add(city_app, "/api/v1/crash", raising(ValueError("the secret detail")))
    city_app.testing = False

    answer = reviewer.raw.get("/api/v1/crash")

    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert answer.json["reference"] in answer.json["detail"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("select 1", {}, Exception("server closed the connection")), "数据库"),
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "磁盘已满"),
    ],
)
def test_what_the_machine_lacks_is_said_in_a_sentence(city_app, reviewer, error, said):
    add(city_app, "/machine", raising(error))

    page = reviewer.get("/machine", status=503)

    assert said in page.text
    assert "没有保存" in page.text


def test_a_database_that_is_gone_is_a_sentence_and_built_files_stay(
    city_app, reviewer, monkeypatch
):
    def gone(**_):
        raise OperationalError("connect", {}, Exception("no route to host"))

    database = city_app.extensions["database"]
    monkeypatch.setattr(database, "session", gone)

    assert "数据库暂时连接不上" in reviewer.get(PLACES, status=503).text
    assert "数据库暂时连接不上" in reviewer.get("/login", status=503).text
    assert reviewer.raw.get("/api/v1/nowhere").status_code == 404
    assert reviewer.raw.get("/healthz").status_code == 503
    with reviewer.raw.get("/static/manifest.json") as built:
        assert built.status_code == 200
    monkeypatch.undo()
    assert reviewer.get(PLACES).path == PLACES


def test_good_news_of_a_change_that_failed_is_not_told(city_app, reviewer):
    def view():
        flash("已保存。", "success")
        raise Conflict("late", "慢了一步。")

    add(city_app, "/hasty", view)

    assert "已保存" not in reviewer.get("/hasty", status=409).text
    assert "已保存" not in reviewer.get(PLACES).text


def test_a_failing_failure_page_still_says_what_happened(city_app, reviewer, monkeypatch):
    def broken():
        raise RuntimeError("the menu is broken")

    city_app.template_context_processors[None].append(broken)

    answer = reviewer.raw.get("/nowhere")
    assert answer.status_code == 404
    assert "没有这一页" in answer.text


def test_addresses_for_strangers_are_built_from_no_header(city_app):
    with city_app.test_request_context("/", headers={"X-Forwarded-Host": "evil.example"}):
        assert "evil" not in url_for("account.sign_in", _external=True)


def test_the_password_is_never_logged(city_app, city_client, caplog):
    caplog.set_level("DEBUG")

    city_client.sign_in("reviewer")

    assert PASSWORD not in caplog.text
