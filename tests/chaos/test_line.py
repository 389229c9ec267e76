"""The bad line itself: what it lets pass, loses and counts."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.chaos.line import Exchange
from tests.chaos.weather import Luck, Weather

BODY = bytes(range(256)) * 80  # 20 KB


class Echo(BaseHTTPRequestHandler):
    """Answers with what was sent; remembers how many bytes of each request came."""

    protocol_version = "HTTP/1.1"
    came: list[int]

    def do_POST(self) -> None:
        """Read all that comes."""
        data = b""
        with suppress(OSError):
            data = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append(len(data))
        with suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[ThreadingHTTPServer]:
    Echo.came = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def exchange(echo: ThreadingHTTPServer) -> Iterator[Exchange]:
    with Exchange(echo.server_port) as lines:
        yield lines


def post(line, body: bytes = BODY) -> bytes:
    return httpx.post(line.origin, content=body, trust_env=False, timeout=10).content


def test_a_fair_line_changes_nothing_and_counts_both_ways(exchange):
    line = exchange.open()

    with httpx.Client(trust_env=False) as client:
        answers = [client.post(line.origin, content=BODY).content for _ in range(3)]

    assert answers == [BODY] * 3
    assert (line.answers, line.dropped, line.cuts) == (3, 0, 0)
    assert 3 * len(BODY) < line.up < 3 * len(BODY) + 1500
    assert 3 * len(BODY) < line.down < 3 * len(BODY) + 1500
    assert len(line.turns) == 3
    assert all(0 <= turn.waited < 1 for turn in line.turns)


def test_a_slow_line_takes_its_time(exchange):
    line = exchange.open(Weather(up=40_000, round_trip=0.2))
    started = time.monotonic()

    assert post(line) == BODY

    # 20 KB at 40 KB/s, one round trip for the connection and one for the request
    assert 0.85 < time.monotonic() - started < 2.5


def test_a_dropped_answer_was_given_by_a_server_that_had_everything(exchange):
    line = exchange.open(Weather(drop=1.0))

    with pytest.raises(httpx.TransportError):
        post(line)

    assert Echo.came == [len(BODY)]
    assert (line.dropped, line.down) == (1, 0)


def test_a_cut_lets_pass_what_came_before_it(exchange, echo):
    line = exchange.open(Weather(cut_every=3000), seed=5)

    with pytest.raises(httpx.TransportError):
        post(line)

    end = time.monotonic() + 5
    while not Echo.came and time.monotonic() < end:
        time.sleep(0.01)
    assert line.cuts == 1
    assert len(Echo.came) == 1
    assert Echo.came[0] < len(BODY)


def test_a_phone_that_waits_for_an_answer_learns_that_its_request_was_cut(exchange):
    line = exchange.open(Weather(up=200_000, cut_every=10_000), seed=13)
    started = time.monotonic()

    with pytest.raises(httpx.TransportError):
        post(line, BODY[:4000])

    assert line.cuts == 1
    assert time.monotonic() - started < 5


def test_the_same_seed_breaks_at_the_same_bytes():
    weather = Weather(cut_every=1000, drop=0.5)

    def story(seed: int) -> list[object]:
        luck = Luck(weather, seed)
        return [(luck.passes(700), luck.loses_the_answer()) for _ in range(40)]

    assert story(1) == story(1) != story(2)


def test_a_dead_line_turns_everybody_away_until_it_lives(exchange):
    line = exchange.open()
    line.dead = True
    with pytest.raises(httpx.TransportError):
        post(line)
    line.dead = False

    assert hashlib.sha256(post(line)).digest() == hashlib.sha256(BODY).digest()
