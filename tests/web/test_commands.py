"""The commands of `flask --app wsgi`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from urllib.request import ProxyHandler, build_opener

import pytest
from sqlalchemy import select

from app import run_city
from app.config import Settings
from app.db import ROOT, Database
from app.domain import workflow_doc
from app.domain.roles import Role
from app.models import User, WorkCalendarDay
from app.services.people import accounts, passwords
from app.supervisor import Program, Supervisor
from tests.web.client import CheckingClient


def flask(app, *words: str, fails: bool = False, **options) -> str:
    """What a command prints."""
    result = app.test_cli_runner().invoke(args=list(words), **options)
    assert (result.exit_code != 0) is fails, result.output
    return result.output.strip()


@pytest.fixture
def bare_app(tmp_path):
    """The application of a fresh checkout: no database file."""
    from app.factory import create_app

    app = create_app(
        Settings(f"sqlite:///{tmp_path / 'instance' / 'none.sqlite'}", tmp_path, "x", demo=True)
    )
    yield app
    app.extensions["database"].dispose()


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (("2026-09-24T09:00", "--workdays", "7"), "2026-10-12"),
        (("2026-02-14T16:00", "--workdays", "7"), "2026-03-03"),
        (("2026-12-24T09:00", "--workdays", "7"), "2027-01-05（暂定）"),
        (("2026-11-20T16:30", "--hours", "4"), "2026-11-23 10:30"),
        (("2026-09-30T17:00", "--hours", "4"), "2026-10-08 11:00"),
        (("2026-09-30T17:00", "--urgent-hours", "24"), "2026-10-01 17:00"),
        (("2026-09-30T09:00+00:00", "--urgent-hours", "24"), "2026-10-01 17:00"),
    ],
)
def test_a_due_date_is_told_on_a_fresh_checkout(bare_app, tmp_path, words, printed):
    assert flask(bare_app, "due", *words) == printed
    assert not (tmp_path / "instance").exists(), "asking for a date makes no database"


def test_a_due_date_follows_the_citys_own_calendar(app):
    flask(app, "migrate")
    with app.extensions["database"].writing() as session:
        day = session.scalars(
            select(WorkCalendarDay).where(WorkCalendarDay.name == "国庆节调休上班")
        ).all()[-1]
        day.is_workday = False
        since = f"{day.day}T09:00"

    assert flask(app, "due", "2026-09-24T09:00", "--workdays", "7") != "2026-10-12", since


def test_a_due_date_on_a_database_without_calendar_uses_the_seed(app):
    assert flask(app, "due", "2026-09-24T09:00", "--workdays", "7") == "2026-10-12"


@pytest.mark.parametrize(
    "words",
    [
        ("2026-09-24T09:00",),
        ("yesterday", "--workdays", "7"),
        ("2026-09-24T09:00", "--workdays", "7", "--hours", "4"),
        ("2026-09-24T09:00", "--workdays", "0"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(bare_app, words):
    flask(bare_app, "due", *words, fails=True)


def test_migrating_brings_schema_and_calendar_and_may_be_repeated(bare_app, tmp_path):
    assert "写入 1827 天" in flask(bare_app, "migrate")
    assert "写入 0 天" in flask(bare_app, "migrate")
    assert (tmp_path / "instance" / "none.sqlite").exists()


def test_the_documents_are_rendered_from_the_table(bare_app, tmp_path, monkeypatch):
    monkeypatch.setattr("app.cli.ROOT", tmp_path)

    flask(bare_app, "render-docs")

    written = (tmp_path / "docs" / "workflow.md").read_text(encoding="utf-8")
    assert written == workflow_doc.render()


def test_an_account_is_made_and_its_password_set_by_command(city_app, city_database):
    said = flask(
        city_app, "user", "create", "xinren", "--name", "新人", "--org", "HW",
        "--role", "lead_admin", "--role", "unit_user", "--password", "lin-shi-mi-ma-77",
    )  # fmt: skip
    assert "已新建账号 xinren" in said

    flask(city_app, "user", "set-password", "xinren", "--password", "you-yi-ge-mi-ma-78")

    with city_database.reading() as session:
        user = accounts.user_of_login(session, "xinren")
        assert passwords.matches(user.password_hash, "you-yi-ge-mi-ma-78")
        assert {role.role for role in user.roles} == {Role.LEAD_ADMIN, Role.UNIT_USER}
    page = CheckingClient(city_app).sign_in("xinren", "you-yi-ge-mi-ma-78")
    assert page.path == "/account/password"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "reviewer", "--name", "x", "--org", "HW", "--role", "reviewer"), "已有人使用"),
        (("create", "new", "--name", "x", "--org", "NO", "--role", "reviewer"), "没有编码为 NO"),
        (("set-password", "nobody"), "没有账号 nobody"),
    ],
)
def test_an_account_command_that_cannot_be_is_refused_with_a_sentence(city_app, words, said):
    assert said in flask(city_app, "user", *words, "--password", "lin-shi-mi-ma-77", fails=True)


def test_each_role_has_one_demo_account_to_try():
    roles = [role for role, _ in run_city.one_of_each_role()]

    assert set(roles) == set(Role) - {Role.SYSTEM}
    assert len(roles) == len(set(roles))


def test_the_demo_city_is_not_run_in_a_real_installation(app):
    assert "只用于演示" in flask(app, "run-city", "--port", str(free_port()), fails=True)


def test_a_taken_port_is_told_before_anything_is_started(bare_app, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = flask(bare_app, "run-city", "--port", str(port), fails=True)

    assert f"端口 {port} 打不开" in said
    assert f"PORT={port + 1} make run" in said


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def test_programs_that_end_are_started_again_and_a_vital_one_ends_them_all(tmp_path, monkeypatch):
    monkeypatch.setattr("app.supervisor.REST", 0.0)
    said: list[str] = []
    note = f"open({str(tmp_path / 'starts')!r}, 'a').write('x')"
    programs = [
        Program("甲", [sys.executable, "-c", "import time; time.sleep(1.5)"], vital=True),
        Program("乙", [sys.executable, "-c", note + "; print('said')"], log=tmp_path / "log"),
    ]

    code = Supervisor(programs, os.environ, tmp_path).run(lambda: None, said.append)

    assert code == 1
    starts = len((tmp_path / "starts").read_text())
    assert starts > 1
    assert (tmp_path / "log").read_text().count("said") in {starts - 1, starts}
    assert said[-1] == "甲已停止（代码 0）。"


@pytest.mark.slow
def test_the_demo_city_serves_with_its_worker_and_stops_when_told(tmp_path):
    port = free_port()
    url = f"sqlite:///{tmp_path / 'city.sqlite'}"
    settle_one(url)
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "XIAOHAO_INSTANCE": str(tmp_path),
        "XIAOHAO_DEMO": "1",
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "run-city"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as city:
        try:
            assert city.stdout is not None
            said = [next(city.stdout) for _ in range(3)]
            assert f"销号台已启动：http://127.0.0.1:{port}" in "".join(said)
            with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/login") as page:
                assert "销号台" in page.read().decode()
            city.send_signal(signal.SIGINT)
            rest = city.stdout.read()
        finally:
            city.terminate()
        assert city.wait(30) == 0
    assert "已停止。" in rest
    assert is_free(port)


def settle_one(url: str) -> None:
    """A migrated database that is not empty, so that no demo city is loaded."""
    from app.db import migrate
    from tests import builders

    database = Database(url)
    migrate(database.engine)
    with database.writing() as session:
        builders.make_city(session)
        assert session.scalars(select(User)).first() is not None
    database.dispose()


def is_free(port: int) -> bool:
    """True once nobody listens any more."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return True
        time.sleep(0.1)
    return False
