"""A bad line between a phone and a server: listens on 127.0.0.1, slow, late, and it breaks.

It knows nothing of HTTP but that a client speaks and a server answers, in turns.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from tests.chaos.weather import FAIR, NEVER, Luck, Weather

HOST = "127.0.0.1"
PIECE = 2048  # bytes read at once: small, so that a slow line trickles
POCKET = 8192  # bytes of the system's own buffers: what is in the air, not what is sent
AHEAD = 8  # pieces on their way at once, each way
TURNS = 50


@dataclass
class Turn:
    """One request and its answer: bytes of both, and when which of them passed (monotonic)."""

    up: int = 0
    down: int = 0
    asked_at: float = 0.0  # the request's last byte reached the server
    answered_at: float = 0.0  # the answer's first byte reached the phone

    @property
    def waited(self) -> float:
        """Seconds between the two."""
        return self.answered_at - self.asked_at


@dataclass
class Line:
    """One phone's line. Counters are of all its connections, from the beginning."""

    luck: Luck
    target: Callable[[], int]
    port: int = 0
    up: int = 0  # bytes that the phone gave to the line
    down: int = 0
    answers: int = 0
    dropped: int = 0
    cuts: int = 0
    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=TURNS))
    dead: bool = False  # no network at all: whoever calls is turned away
    _free_up: float = 0.0
    _free_down: float = 0.0
    _server: asyncio.Server | None = None
    _calls: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def origin(self) -> str:
        """Where the phone believes the server to be."""
        return f"http://{HOST}:{self.port}"

    async def listen(self) -> None:
        """Open the port: the one it had, or any."""
        ear = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, POCKET)
        ear.bind((HOST, self.port))
        self.port = ear.getsockname()[1]
        self._server = await asyncio.start_server(self._answer, sock=ear, limit=PIECE)

    async def hang_up(self) -> None:
        """Close the port and every call."""
        if self._server is not None:
            self._server.close()
        for call in list(self._calls):
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._calls.add(task)
        try:
            await Call(self, reader, writer).run()
        except (OSError, asyncio.CancelledError):
            pass  # a call that ends badly is what this is for
        finally:
            writer.transport.abort()
            self._calls.discard(task)

    async def pace(self, size: int, *, upwards: bool) -> None:
        """Wait until so many bytes have passed."""
        rate = self.luck.weather.up if upwards else self.luck.weather.down
        if rate == NEVER:
            return
        now = time.monotonic()
        name = "_free_up" if upwards else "_free_down"
        until = max(now, getattr(self, name)) + size / rate
        setattr(self, name, until)
        await asyncio.sleep(until - now)


class Broken(Exception):
    """The call was cut, or its answer dropped."""


class Call:
    """One connection through the line."""

    def __init__(
        self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._line = line
        self._phone = (reader, writer)
        self._turn = Turn()
        self._speaks_up = True  # whose turn it is: the phone's first

    async def run(self) -> None:
        """Carry bytes both ways until one side ends or the line breaks."""
        if self._line.dead:
            return
        await asyncio.sleep(self._line.luck.weather.round_trip)
        reader, writer = await asyncio.open_connection(HOST, self._line.target(), limit=PIECE)
        small_pockets(writer)
        small_pockets(self._phone[1])
        try:
            ways = [
                asyncio.create_task(self._carry(self._phone[0], writer, upwards=True)),
                asyncio.create_task(self._carry(reader, self._phone[1], upwards=False)),
            ]
            await self._until_over(ways)
        finally:
            writer.close()  # what has passed has passed: the server reads it, then the end
            with suppress(OSError):
                await writer.wait_closed()

    async def _until_over(self, ways: list[asyncio.Task[None]]) -> None:
        """A break ends the call, and the server's end; after the phone's the answer still comes."""
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            if ways[0] in done and self._speaks_up:
                return
            if not ways[1].done():
                await ways[1]
        except Broken:
            await asyncio.sleep(self._line.luck.mute())
        finally:
            for task in ways:
                task.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, upwards: bool
    ) -> None:
        """Read at one end; late and slowly write at the other."""
        flight: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(AHEAD)
        ends = {
            asyncio.create_task(self._take_off(flight, reader, upwards=upwards)),
            asyncio.create_task(self._land(flight, writer, upwards=upwards)),
        }
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_EXCEPTION)
            for end in done:
                end.result()
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)

    async def _take_off(
        self,
        flight: asyncio.Queue[tuple[float, bytes]],
        reader: asyncio.StreamReader,
        *,
        upwards: bool,
    ) -> None:
        while data := await reader.read(PIECE):
            self._count(len(data), upwards=upwards)
            await flight.put((self._lands_at(), data))
        await flight.put((self._lands_at(), b""))

    def _lands_at(self) -> float:
        return time.monotonic() + self._line.luck.weather.round_trip / 2

    async def _land(
        self,
        flight: asyncio.Queue[tuple[float, bytes]],
        writer: asyncio.StreamWriter,
        *,
        upwards: bool,
    ) -> None:
        while True:
            lands_at, data = await flight.get()
            await asyncio.sleep(max(lands_at - time.monotonic(), 0))
            if not data:
                return
            passed = self._line.luck.passes(len(data))
            if passed:
                await self._line.pace(passed, upwards=upwards)
                writer.write(data[:passed])
                await writer.drain()
                self._note_passed(passed, upwards=upwards)
            if passed < len(data):
                self._line.cuts += 1
                raise Broken

    def _count(self, size: int, *, upwards: bool) -> None:
        """Bytes entering the line; the first of an answer may be its end."""
        line = self._line
        if upwards:
            line.up += size
            if not self._speaks_up:
                self._speaks_up, self._turn = True, Turn()
            self._turn.up += size
            return
        if self._speaks_up:
            self._speaks_up = False
            line.answers += 1
            if line.luck.loses_the_answer():
                line.dropped += 1
                raise Broken
        line.down += size
        self._turn.down += size

    def _note_passed(self, size: int, *, upwards: bool) -> None:
        if upwards:
            self._turn.asked_at = time.monotonic()
        elif not self._turn.answered_at:
            self._turn.answered_at = time.monotonic()
            self._line.turns.append(self._turn)


def small_pockets(writer: asyncio.StreamWriter) -> None:
    """As little as possible in the system's buffers: a cut must lose what has not passed."""
    writer.transport.set_write_buffer_limits(high=0)
    plug = writer.get_extra_info("socket")
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, POCKET)
    plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Exchange:
    """Lines to one server, in a thread of their own; the server may move to another port."""

    def __init__(self, target: int = 0) -> None:
        self.target = target
        self.lines: list[Line] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="exchange")

    def open(self, weather: Weather = FAIR, seed: int = 0) -> Line:
        """A line with a port of its own."""
        line = Line(Luck(weather, seed), lambda: self.target)
        self._do(line.listen())
        self.lines.append(line)
        return line

    def cut_all_calls(self, line: Line) -> None:
        """End every call of a line now, whatever is on its way."""

        async def cut() -> None:
            for call in list(line._calls):
                call.cancel()

        self._do(cut())

    def __enter__(self) -> Exchange:
        """Start."""
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Hang up everywhere."""
        for line in self.lines:
            self._do(line.hang_up())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)
