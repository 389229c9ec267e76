"""Programs in people's hands that lose their server: they try again, or are switched off."""

from __future__ import annotations

import hashlib
import queue
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.api.client import V1, a_body
from tests.builders import City, route
from tests.web.camera import jpeg

GIVES_UP = 0.1  # how often somebody does not try again after a lost answer
PATIENCE = 60.0  # seconds of trying one thing
FIRST_REFUSAL = 400


class SwitchedOffError(Exception):
    """Nobody tries this again."""


@dataclass(frozen=True)
class Reported:
    """What a client was told: this problem, with these pictures (SHA-256), is in."""

    problem_id: int
    description: str
    pictures: tuple[str, ...]


@dataclass
class Told:
    """All that clients were told, from their threads."""

    reports: list[Reported] = field(default_factory=list)
    numbers: dict[int, str] = field(default_factory=dict)
    waiting: queue.Queue[int] = field(default_factory=queue.Queue)
    lost: int = 0
    failures: list[str] = field(default_factory=list)


class Phone:
    """One person's program: each request is sent until it is answered, with one key."""

    def __init__(self, origin: str, token: str, told: Told, seed: int) -> None:
        self.told = told
        self.luck = random.Random(seed)
        self._origin = origin
        self._headers = {"Authorization": f"Bearer {token}"}

    def send(self, path: str, **sent: Any) -> dict[str, Any]:
        """The JSON of the answer.  Raises SwitchedOffError; AssertionError for a refusal."""
        end = time.monotonic() + PATIENCE
        headers = {**self._headers, **sent.pop("headers", {})}
        while time.monotonic() < end:
            try:
                answer = httpx.post(
                    self._origin + V1 + path, headers=headers, timeout=30, trust_env=False, **sent
                )
            except httpx.HTTPError:
                self.told.lost += 1
                if self.luck.random() < GIVES_UP:
                    raise SwitchedOffError from None
                time.sleep(0.05 + 0.1 * self.luck.random())
                continue
            assert answer.status_code < FIRST_REFUSAL, f"{path}: {answer.text[:400]}"
            body: dict[str, Any] = answer.json()
            return body
        raise AssertionError(f"{path} was not answered within {PATIENCE} seconds")

    def report(self, city: City, serial: int) -> None:
        """One problem with one to three pictures, as a person on the street reports it."""
        pictures = [jpeg(serial * 10 + n) for n in range(self.luck.randint(1, 3))]
        photo_ids = [self._send_photo(picture) for picture in pictures]
        words = f"第 {serial} 处堆放垃圾"
        body = a_body(city, photo_ids, description=words)
        answer = self.send("/problems", json=body, headers={"Idempotency-Key": f"report-{serial}"})
        problem_id = int(answer["problem_id"])
        hashes = tuple(hashlib.sha256(picture).hexdigest() for picture in pictures)
        self.told.reports.append(Reported(problem_id, words, hashes))
        self.told.waiting.put(problem_id)

    def _send_photo(self, data: bytes) -> str:
        form = {"phase": "before", "lat": "41.88", "lng": "123.957"}
        files = {"file": ("photo.jpg", data, "image/jpeg")}
        return str(self.send("/photos", data=form, files=files)["id"])

    def dispatch(self, city: City, problem_id: int) -> None:
        """Send a problem to its unit; the answer has its number."""
        answer = self.send(
            f"/problems/{problem_id}/moves/dispatch",
            json=route(city),
            headers={"Idempotency-Key": f"dispatch-{problem_id}"},
        )
        self.told.numbers[problem_id] = str(answer["number"])


def keep_on(work: Callable[[], None], stop: threading.Event, told: Told) -> threading.Thread:
    """A thread that does one piece of work after the other until told to stop."""

    def run() -> None:
        while not stop.is_set():
            try:
                work()
            except SwitchedOffError:
                continue
            except Exception as failure:
                told.failures.append(repr(failure))
                return

    thread = threading.Thread(target=run)
    thread.start()
    return thread
