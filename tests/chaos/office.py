"""People at desks: they page through their lists, and each answer is timed."""

from __future__ import annotations

import html
import random
import re
import threading
import time
from dataclasses import dataclass, field

import httpx

from app.demo.people import DEMO_PASSWORD
from tests.journey.clients import CSRF

# Who pages through what.
DESKS = (
    ("shenhe", "/review"), ("shenhe2", "/problems"), ("hecha", "/check"), ("hecha2", "/problems"),
    ("ke_huanwei", "/table"), ("ke_shizheng", "/sign-off"), ("lingdao", "/problems"),
    ("taizhang", "/results"), ("qu_xinfu", "/problems"), ("daduizhang", "/brigade"),
)  # fmt: skip
NEXT = re.compile(r'href="([^"]*[?&;]after=[^"]*)"')
THINKS = (1.0, 3.0)  # seconds between two pages
FINE = 200


@dataclass
class Timed:
    """Seconds of every page, and what went wrong, from all desks."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Desk:
    """One person who pages until told to stop."""

    def __init__(self, origin: str, login: str, start: str, timed: Timed) -> None:
        self._login, self._start, self._timed = login, start, timed
        self._chance = random.Random(login)
        self._http = httpx.Client(
            base_url=origin, trust_env=False, timeout=60, follow_redirects=True
        )

    def sign_in(self) -> None:
        """By the form."""
        token = CSRF.search(self._http.get("/login").text)
        assert token is not None
        form = {"csrf_token": token[1], "login": self._login, "password": DEMO_PASSWORD}
        answer = self._http.post("/login", data=form)
        assert "/login" not in answer.url.path, f"{self._login} was not let in"

    def work(self, stop: threading.Event) -> None:
        """The first page, the next, the next; then from the beginning."""
        path = self._start
        while not stop.is_set():
            path = self._look(path) or self._start
            stop.wait(self._chance.uniform(*THINKS))
        self._http.close()

    def _look(self, path: str) -> str | None:
        """The address of the page after this one."""
        started = time.monotonic()
        try:
            answer = self._http.get(path)
        except httpx.HTTPError as error:
            self._timed.errors.append(f"{self._login} {path}: {error!r}")
            return None
        self._timed.seconds.append(time.monotonic() - started)
        if answer.status_code != FINE:
            self._timed.errors.append(f"{self._login} {path}: {answer.status_code}")
            return None
        found = NEXT.findall(answer.text)
        return html.unescape(found[-1]) if found else None
