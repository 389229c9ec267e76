"""The application in processes of its own, as it is installed, to be killed and starved."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import httpx

from app.config import Settings
from app.run_city import THREADS, WORKERS

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 90.0  # seconds, on a crowded machine
KEPT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TZ")


class Served:
    """A server of two workers on a port of its own; up inside the block, whatever was killed."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._environment = environment_of(settings)
        self._main: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return without waiting."""
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--log-level", "error"),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
            *("--respawn-failed-workers", "wsgi:app"),
        ]
        with self._log.open("ab") as log:
            self._main = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_up(self) -> None:
        """Return when it answers; fail with its log when it does not."""
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end:
            with suppress(httpx.HTTPError):
                httpx.get(f"{self.origin}/healthz", timeout=5, trust_env=False)
                return
            time.sleep(0.1)
        raise AssertionError(f"the server does not answer:\n{self._log.read_text()[-3000:]}")

    def kill_everything(self) -> None:
        """As when the machine's power goes: no process of the server lives a moment longer."""
        if self._main is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._main.pid, signal.SIGKILL)
            self._main.wait()
            self._main = None

    def kill_a_worker(self, which: int) -> bool:
        """As when the system is short of memory: one worker goes; False when there is none."""
        workers = self._workers()
        if not workers:
            return False
        with suppress(ProcessLookupError):
            os.kill(workers[which % len(workers)], signal.SIGKILL)
        return True

    def _workers(self) -> list[int]:
        if self._main is None:
            return []
        main = self._main.pid
        children = Path(f"/proc/{main}/task/{main}/children")  # Linux; elsewhere all is killed
        return sorted(map(int, children.read_text().split())) if children.exists() else []

    def __enter__(self) -> Served:
        """Start it and wait."""
        self.start()
        self.wait_until_up()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Leave no process behind."""
        self.kill_everything()


def environment_of(settings: Settings) -> Mapping[str, str]:
    """What a server process needs to be the installation of these settings."""
    return {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "DATABASE_URL": settings.database_url,
        "XIAOHAO_INSTANCE": str(settings.instance),
        "SECRET_KEY": settings.secret_key,
        "PYTHONUNBUFFERED": "1",
    }


def free_port() -> int:
    """A port of this machine that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
