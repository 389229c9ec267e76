"""A server of its own: an empty database, the product's own programs, a clock that can be moved."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
from sqlalchemy.engine import make_url

from app import run_city
from app.db import ROOT, Database, migrate, normal_url
from app.demo.reference import load_reference

HOST = "127.0.0.1"
STARTS_WITHIN = 60  # seconds
ENDS_WITHIN = 20
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")


class ServerFailed(RuntimeError):
    """The server does not start; the text is the end of its log."""


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The URL of a database with nothing in it: a file, or a new one on DATABASE_URL's server."""
    given = normal_url(os.environ.get("DATABASE_URL", ""))
    if not given.startswith("postgresql"):
        yield f"sqlite:///{folder / 'journey.sqlite'}"
        return
    name = f"xiaohao_journey_{secrets.token_hex(6)}"
    plain = given.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
        try:
            url = make_url(given).set(database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            connection.execute(f'drop database "{name}" with (force)')


class Server:
    """The web server and the worker, as `make run` starts them, on a free port."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.database_url = database_url
        self.instance = folder / "instance"
        self.instance.mkdir()
        self._log = folder / "server.log"
        self._secret = secrets.token_urlsafe(48)
        self._children: list[subprocess.Popen[bytes]] = []
        self.address = ""

    def settle(self, now: datetime) -> None:
        """The newest schema and the demo city without a single problem."""
        database = Database(self.database_url)
        try:
            migrate(database.engine)
            with database.writing() as session:
                load_reference(session, now)
        finally:
            database.dispose()

    def start(self, at: datetime) -> None:
        """Serve, as if it were this instant."""
        port = free_port()
        self.address = f"http://{HOST}:{port}"
        ahead = int((at - datetime.now(UTC)).total_seconds())
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "DATABASE_URL": self.database_url,
            "XIAOHAO_INSTANCE": str(self.instance),
            "XIAOHAO_DEMO": "1",
            "XIAOHAO_DEMO_CLOCK_AHEAD_SECONDS": str(ahead),
            "SECRET_KEY": self._secret,
            "PYTHONUNBUFFERED": "1",
        }
        with self._log.open("ab") as log:
            for program in run_city._programs(HOST, port, self._log):
                child = subprocess.Popen(
                    program.command, cwd=ROOT, env=environment, stdout=log, stderr=log,
                    start_new_session=True,
                )  # fmt: skip
                self._children.append(child)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end:
            if any(child.poll() is not None for child in self._children):
                break
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/healthz", trust_env=False).status_code == 200:
                    return
            time.sleep(0.1)
        raise ServerFailed(f"the server did not start:\n{self.log()}")

    def stop(self) -> None:
        """End both and whatever they left behind."""
        for child in self._children:
            _signal(child, signal.SIGTERM)
        end = time.monotonic() + ENDS_WITHIN
        for child in self._children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(end - time.monotonic(), 0.1))
            _signal(child, signal.SIGKILL)
            child.wait()
        self._children.clear()

    def log(self, lines: int = 40) -> str:
        """The end of what the programs said."""
        text = self._log.read_text("utf-8", errors="replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, number)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
