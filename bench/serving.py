"""For figures over HTTP: an installation in a folder of its own, the product's server, clients."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.config import Settings
from app.db import ROOT, Database, migrate
from app.demo.reference import load_reference
from app.run_city import THREADS, WORKERS

HOST = "127.0.0.1"
STARTS_WITHIN = 60  # seconds
SECRET = secrets.token_urlsafe(48)


@contextmanager
def installation() -> Iterator[tuple[Settings, Database]]:
    """The demo city without problems, in a folder that is removed afterwards.

    The database is a file, or what DATABASE_URL names: an empty one, please.
    """
    with tempfile.TemporaryDirectory(prefix="xiaohao-bench-") as name:
        folder = Path(name)
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'bench.sqlite'}"
        settings = Settings(url, folder, SECRET, demo=True)
        database = Database(settings.database_url)
        try:
            migrate(database.engine)
            with database.writing() as session:
                load_reference(session, datetime.now(UTC))
            yield settings, database
        finally:
            database.dispose()


@contextmanager
def serving(application: str, settings: Settings) -> Iterator[int]:
    """Granian as the product starts it, for any WSGI application; gives the port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST),
        *("--port", str(port), "--log-level", "error", "--workers", str(WORKERS)),
        *("--blocking-threads", str(THREADS), application),
    ]
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "XIAOHAO_INSTANCE": str(settings.instance),
        "XIAOHAO_DEMO": "1",
        "SECRET_KEY": settings.secret_key,
    }
    with subprocess.Popen(  # noqa: S603 our own command
        command, cwd=ROOT, env=environment, start_new_session=True
    ) as server:
        try:
            wait_for(port)
            yield port
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)


def wait_for(port: int) -> None:
    """Until somebody listens there; TimeoutError after a minute."""
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        with suppress(OSError):
            socket.create_connection((HOST, port), timeout=1).close()
            return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


@dataclass(frozen=True, slots=True)
class Line:
    """One client's connection, kept open as a browser keeps it."""

    connection: http.client.HTTPConnection

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        """The body of the answer; RuntimeError for anything that was not taken."""
        self.connection.request("POST", path, body, headers)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {data[:300]!r}")
        return data


def rate(port: int, work: Callable[[Line, int], None], clients: int, seconds: float) -> float:
    """How often a second all clients together do their work; `work` gets a number of its own."""
    numbers, done, lock = iter(range(10**9)), [0], threading.Lock()
    failures: list[BaseException] = []
    start = time.perf_counter()

    def client() -> None:
        line = Line(http.client.HTTPConnection(HOST, port, timeout=60))
        try:
            while time.perf_counter() - start < seconds and not failures:
                with lock:
                    number = next(numbers)
                work(line, number)
                with lock:
                    done[0] += 1
        except (OSError, RuntimeError) as error:
            failures.append(error)
        finally:
            line.connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return done[0] / (time.perf_counter() - start)
