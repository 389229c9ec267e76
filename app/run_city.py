"""`flask run-city`: the demo city on this machine, ready to be walked through."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import click
from sqlalchemy import select

from app import clock
from app.config import Settings
from app.db import ROOT, Database, migrate
from app.demo.people import DEMO_PASSWORD, PEOPLE, Person
from app.domain.roles import Role
from app.models import User
from app.services.calendar_seed import seed_calendar
from app.services.super_table.section_sheets import ensure_sheets
from app.supervisor import Program, Supervisor

SERVER = "网页服务"
WORKER = "后台任务"
STARTS_WITHIN = 60.0  # seconds
WORKERS = 2
THREADS = 64  # 24 slow phone uploads stalled a page for 8 s at 8 threads a worker, 5 ms at 64


def run(database: Database, settings: Settings, host: str, port: int) -> int:
    """Prepare the database, serve, print where and who; the exit code."""
    if not settings.demo:
        click.echo(
            "run-city 只用于演示：正式安装请运行 flask migrate，并单独启动网页服务和后台任务。"
        )
        return 1
    if taken := port_taken(host, port):
        click.echo(taken)
        return 1
    prepare(database, settings)
    database.dispose()
    settings.instance.mkdir(parents=True, exist_ok=True)
    log = settings.instance / "worker.log"
    log.write_bytes(b"")
    environment = {"XIAOHAO_ADDRESS": f"http://{host}:{port}"} | _environment(settings)
    supervisor = Supervisor(_programs(host, port, log), environment, ROOT)

    def welcome() -> None:
        if _answers(supervisor, host, port):
            click.echo("\n".join(_welcome(f"http://{host}:{port}", log)))
            sys.stdout.flush()

    code = supervisor.run(welcome, click.echo)
    click.echo("已停止。")
    return code


def port_taken(host: str, port: int) -> str:
    """A sentence if nobody can listen there, else nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return (
                f"端口 {port} 打不开（{error.strerror}），可能本系统已在运行，或被别的程序占用。"
                f"请先停止它，或换一个端口：PORT={port + 1} make run"
            )
    return ""


def prepare(database: Database, settings: Settings) -> None:
    """The newest schema, the calendar, and the demo city where nobody is there yet."""
    migrate(database.engine)
    with database.writing() as session:
        seed_calendar(session, clock.now())
        ensure_sheets(session, clock.now())  # a demo of an earlier version has none
    with database.reading() as session:
        inhabited = session.scalar(select(User.id).limit(1)) is not None
    if inhabited:
        return
    click.echo("第一次运行，正在载入示例城市……")
    from app.demo.load import load  # draws pictures: nothing a web worker should carry

    load(database, settings, clock.now(), click.echo)


def _programs(host: str, port: int, log: Path) -> list[Program]:
    server = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", host, "--port", str(port), "--log-level", "error"),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10", "wsgi:app"),
    ]
    worker = [sys.executable, "-m", "flask", "--app", "wsgi", "work"]
    return [Program(SERVER, server, vital=True), Program(WORKER, worker, log=log)]


def _environment(settings: Settings) -> dict[str, str]:
    """The children live in the very installation that was prepared."""
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "XIAOHAO_INSTANCE": str(settings.instance),
        "XIAOHAO_DEMO": "1",
        "SECRET_KEY": settings.secret_key,
        "PYTHONUNBUFFERED": "1",
    }


def _answers(supervisor: Supervisor, host: str, port: int) -> bool:
    """Wait until the server answers; False if it ended or was told to."""
    opener = build_opener(ProxyHandler({}))  # a proxy of the machine knows nothing of this server
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and not supervisor.stopping and supervisor.alive(SERVER):
        with suppress(URLError, OSError), opener.open(f"http://{host}:{port}/healthz", timeout=5):
            return True
        time.sleep(0.1)
    return False


def one_of_each_role() -> Iterator[tuple[Role, Person]]:
    """For each role the featured account with the fewest other roles."""
    for role in Role:
        holders = [p for p in PEOPLE if p.featured and role.value in p.roles]
        if holders:
            yield role, min(holders, key=lambda p: len(p.roles))


def _welcome(address: str, log: Path) -> list[str]:
    lines = ["", f"销号台已启动：{address}", "", f"示例账号（密码都是 {DEMO_PASSWORD}）："]
    lines += [f"  {p.login:<12} {role.label}  {p.name}" for role, p in one_of_each_role()]
    return [*lines, "", f"后台任务的日志：{log}", "按 Ctrl-C 停止。", ""]
