"""Uploads over lines that break anywhere, and by programs that others wrote."""

from __future__ import annotations

import contextlib
import hashlib
import pickle
import random
import socket
import struct
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app import clock
from app.config import Settings
from app.db import Database
from app.models import Upload
from app.photos.arrivals import Arrivals
from app.services.actors import actor_of
from app.services.people.tokens import create_token
from tests.api.tus import STREAM, TUS, UPLOADS, metadata
from tests.cities import prepare_small_city
from tests.conftest import settings_of
from tests.faults import tus_clients
from tests.faults.served import Served

SIZE = 300_000
CUTS = 12
LINES = Path("/proc/net/tcp")


class Line:
    """One person's line to a running server."""

    def __init__(self, served: Served, token: str) -> None:
        self.served = served
        self.token = token
        self.headers = {**TUS, "Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **headers: str) -> httpx.Response:
        """A whole request."""
        return httpx.request(
            method, self.served.origin + path, headers={**self.headers, **headers},
            timeout=30, trust_env=False,
        )  # fmt: skip

    def begin(self, data: bytes, key: str) -> str:
        """Announce a file; its address."""
        told = metadata(key=key, sha256=hashlib.sha256(data).hexdigest())
        answer = self.ask(
            "POST", UPLOADS, **{"Upload-Length": str(len(data)), "Upload-Metadata": told}
        )
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"]

    def offset(self, place: str) -> int:
        """How far it is."""
        return int(self.ask("HEAD", place).headers["Upload-Offset"])

    def cut(self, place: str, at: int, data: bytes, length: int, *, hard: bool) -> None:
        """Promise all the rest from byte `at`, send so much of it and hang up."""
        lines = {**self.headers, "Host": "127.0.0.1", "Content-Type": STREAM,
                 "Upload-Offset": str(at), "Content-Length": str(len(data) - at)}  # fmt: skip
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        with socket.create_connection(("127.0.0.1", self.served.port), timeout=30) as wire:
            wire.sendall(f"PATCH {place} HTTP/1.1\r\n{head}\r\n".encode() + data[at : at + length])
            if hard:  # no farewell: a reset
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.fixture
def settings(backend, shared_folder: Path, instance_folder: Path) -> Iterator[Settings]:
    kept = shared_folder / f"{backend.name}-small-city.pickle"
    with backend.copy_of("small-city", partial(prepare_small_city, kept=kept)) as url:
        yield settings_of(url, instance_folder)


@pytest.fixture
def line(settings, backend, shared_folder: Path, tmp_path: Path) -> Iterator[Line]:
    city = pickle.loads((shared_folder / f"{backend.name}-small-city.pickle").read_bytes())  # noqa: S301
    database = Database(settings.database_url)
    with database.writing() as session:
        actor = actor_of(session, city.users["zhanqian"], clock.now())
        assert actor is not None
        token = create_token(session, actor, "test", 30, clock.now())[1]
    database.dispose()
    with Served(settings, tmp_path / "server.log") as served:
        yield Line(served, token)


def arrived(settings: Settings) -> dict[str, tuple[str, bytes]]:
    """Key -> state and bytes of every upload."""
    database = Database(settings.database_url)
    with database.reading() as session:
        rows = session.scalars(select(Upload)).all()
    database.dispose()
    arrivals = Arrivals(settings.uploads)
    return {row.key or "": (row.state, arrivals.read(row.id)) for row in rows}


def test_a_line_that_breaks_goes_on_from_the_last_byte_and_programs_of_others_send_too(
    line, settings, tmp_path
):
    a_line_that_breaks_anywhere_costs_no_byte(line, settings)
    a_line_that_goes_silent_is_asked_whether_anybody_is_there(line)
    two_lines_at_once_never_mix(line, settings)
    a_server_that_is_killed_keeps_what_it_acknowledged(line, settings)
    programs_of_others_send_whole_files(line, settings, tmp_path)


def a_line_that_breaks_anywhere_costs_no_byte(line: Line, settings: Settings) -> None:
    luck = random.Random(1)
    data = luck.randbytes(SIZE)
    place, at, sent = line.begin(data, "cut"), 0, 0
    for number in range(CUTS):
        length = luck.randrange(1, (SIZE - at) // 3)
        line.cut(place, at, data, length, hard=False)
        sent += length
        at = _settled(line, place, at + length)
        assert at == sent, f"cut {number} lost bytes"
    line.cut(place, at, data, 5_000, hard=True)
    at = line.offset(place)
    assert sent <= at <= sent + 5_000
    line.cut(place, at, data, SIZE - at, hard=False)  # all of it, and the answer is dropped
    assert _settled(line, place, SIZE) == SIZE
    assert arrived(settings)["cut"] == ("received", data)


def _settled(line: Line, place: str, wanted: int) -> int:
    """The offset, once the server has noticed that nobody is there any more."""
    end, offset = time.monotonic() + 10, -1
    while time.monotonic() < end and offset < wanted:
        offset = line.offset(place)
    return offset


def a_line_that_goes_silent_is_asked_whether_anybody_is_there(line: Line) -> None:
    if not LINES.exists():
        return
    with socket.create_connection(("127.0.0.1", line.served.port), timeout=30) as wire:
        wire.sendall(b"PATCH / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n1")
        mine = f":{line.served.port:04X} 0100007F:{wire.getsockname()[1]:04X} 01"
        [timer] = [row.split()[5] for row in LINES.read_text().splitlines() if mine in row]
    assert timer.startswith("02:"), timer  # the keep-alive timer runs


def two_lines_at_once_never_mix(line: Line, settings: Settings) -> None:
    data = random.Random(2).randbytes(SIZE)
    place = line.begin(data, "twice")
    answers: list[int] = []

    def send() -> None:
        headers = {**line.headers, "Upload-Offset": "0", "Content-Type": STREAM}
        answer = httpx.patch(
            line.served.origin + place, headers=headers, content=data, timeout=60, trust_env=False
        )
        answers.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {204, 409}
    if 204 not in answers:  # each stepped aside for another: whoever asks goes on
        at = line.offset(place)
        line.cut(place, at, data, SIZE - at, hard=False)
        assert _settled(line, place, SIZE) == SIZE
    assert arrived(settings)["twice"] == ("received", data)


def a_server_that_is_killed_keeps_what_it_acknowledged(line: Line, settings: Settings) -> None:
    luck = random.Random(3)
    data = luck.randbytes(SIZE)
    place, at = line.begin(data, "killed"), 0
    promised = line.offset(place)
    killer = threading.Timer(luck.random() * 0.2, line.served.kill_everything)
    killer.start()
    with contextlib.suppress(OSError, httpx.HTTPError):
        while killer.is_alive():
            line.cut(place, at, data, min(9_000, SIZE - at - 1), hard=False)
            at = promised = line.offset(place)
    killer.join()
    line.served.start()
    line.served.wait_until_up()
    at = line.offset(place)
    assert at >= promised
    line.cut(place, at, data, SIZE - at, hard=False)
    assert _settled(line, place, SIZE) == SIZE
    assert arrived(settings)["killed"] == ("received", data)


def programs_of_others_send_whole_files(line: Line, settings: Settings, tmp_path: Path) -> None:
    clients = {"tuspy": tus_clients.send_with_python}
    if tus_clients.has_node():
        clients["tus-js-client"] = tus_clients.send_with_node
    for name, send in clients.items():
        data = random.Random(name).randbytes(SIZE)
        path = tmp_path / f"{name}.bin"
        path.write_bytes(data)
        url = line.served.origin + UPLOADS
        place = send(url, line.token, path, 70_000, key=name, filename=path.name)
        assert place.startswith(url)
        assert arrived(settings)[name] == ("received", data)
