"""`run-city` in processes of its own, as a person starts it: to be used, killed and begun again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from app.db import ROOT
from tests.journey.server import HOST, KEPT, empty_database, free_port

STARTS_WITHIN = 600.0  # seconds; the first start draws the demo city
ENDS_WITHIN = 30.0
FINE = 200


class CityFailed(RuntimeError):
    """It does not start; the text is the end of its log."""


class City:
    """The demo city's server and worker; each start has a port of its own."""

    def __init__(self, database_url: str, instance: Path) -> None:
        self.database_url = database_url
        self.instance = instance
        self.port = 0
        self._log = instance / "run-city.log"
        self._main: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        """Where it answers at this moment."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers.  Raises CityFailed."""
        self.port = free_port()
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "run-city",
                   "--host", HOST, "--port", str(self.port)]  # fmt: skip
        self.instance.mkdir(parents=True, exist_ok=True)
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "DATABASE_URL": self.database_url,
            "XIAOHAO_INSTANCE": str(self.instance),
            "XIAOHAO_DEMO": "1",
            "PYTHONUNBUFFERED": "1",
        }
        if secret := os.environ.get("SECRET_KEY"):
            environment["SECRET_KEY"] = secret
        with self._log.open("ab") as log:
            self._main = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        assert self._main is not None
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end and self._main.poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.origin}/healthz", trust_env=False).status_code == FINE:
                    return
            time.sleep(0.2)
        raise CityFailed(f"run-city does not answer:\n{self.log()}")

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self._main is None:
            return
        with suppress(ProcessLookupError):
            self._main.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._main.wait(ENDS_WITHIN)
        self.kill()

    def kill(self) -> None:
        """As when the machine's power goes: no process of it lives a moment longer."""
        if self._main is None:
            return
        family = family_of(self._main.pid)
        for process in family:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._main.wait()
        self._main = None

    def log(self, lines: int = 40) -> str:
        """The end of what it said."""
        text = self._log.read_text("utf-8", errors="replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def family_of(process: int) -> list[int]:
    """A process and all that came of it; only itself where the system has no /proc."""
    family, ahead = [], [process]
    while ahead:
        one = ahead.pop()
        family.append(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                ahead += map(int, children.read_text().split())
    return family


@contextmanager
def standing_city(instance: Path | None = None) -> Iterator[City]:
    """A city that answers: in a fresh folder that is removed afterwards, or in a given one.

    The database of a given folder is what DATABASE_URL names, or the file inside it.
    """
    with tempfile.TemporaryDirectory(prefix="xiaohao-chaos-") as name:
        if instance is not None:
            url = os.environ.get("DATABASE_URL") or f"sqlite:///{instance / 'xiaohao.sqlite'}"
            with _running(City(url, instance)) as city:
                yield city
            return
        with empty_database(Path(name)) as url, _running(City(url, Path(name) / "city")) as city:
            yield city


@contextmanager
def _running(city: City) -> Iterator[City]:
    try:
        city.start()
        yield city
    finally:
        city.stop()
