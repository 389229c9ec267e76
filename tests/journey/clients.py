"""People and their programs: sign in by the form, make a token on the page, then talk JSON."""

from __future__ import annotations

import html
import re
import threading
import uuid
from typing import Any

import httpx

from app.demo.people import DEMO_PASSWORD
from tests.journey.pictures import Picture

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
TOKEN = re.compile(r'id="plain-token"[^>]*value="([^"]+)"')
PATIENCE = 60.0  # seconds


class Refused(Exception):
    """An answer that was not the one wanted."""


def sign_in(address: str, login: str) -> str:
    """A personal access token, got the way a person gets one."""
    with httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE) as browser:
        form = {"csrf_token": _csrf(browser, "/login"), "login": login, "password": DEMO_PASSWORD}
        if browser.post("/login", data=form).status_code != 302:
            raise Refused(f"{login} was not let in")
        wish = {"csrf_token": _csrf(browser, "/account/tokens"), "name": "journey", "days": "30"}
        page = browser.post("/account/tokens", data=wish).text
    found = TOKEN.search(page)
    if found is None:
        raise Refused(f"{login} got no token")
    return html.unescape(found[1])


def _csrf(browser: httpx.Client, path: str) -> str:
    found = CSRF.search(browser.get(path).text)
    if found is None:
        raise Refused(f"no form at {path}")
    return html.unescape(found[1])


class Office:
    """Everybody's programs against one server; safe to use from several threads."""

    def __init__(self, address: str, tokens: dict[str, str] | None = None) -> None:
        self.tokens = tokens or {}
        self._address = address
        self._lock = threading.Lock()
        limits = httpx.Limits(max_connections=16, max_keepalive_connections=16)
        self._http = httpx.Client(
            base_url=f"{address}/api/v1", trust_env=False, timeout=PATIENCE, limits=limits
        )
        self.repeats = 0

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def ask(
        self, login: str, method: str, path: str, status: int = 200, **sent: Any
    ) -> httpx.Response:
        """One request in a person's name; Refused when the answer is another."""
        headers = {"Authorization": f"Bearer {self._token(login)}", **sent.pop("headers", {})}
        answer = self._http.request(method, path, headers=headers, **sent)
        if answer.status_code != status:
            raise Refused(f"{login} {method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer

    def get(self, login: str, path: str, **query: str) -> Any:
        """The JSON of a GET."""
        return self.ask(login, "GET", path, params=query).json()

    def post(
        self, login: str, path: str, body: dict[str, Any], status: int = 200, *, twice: bool = False
    ) -> Any:
        """The JSON of a POST under a key of its own; `twice` sends it again, as a bad line does."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        answer = self.ask(login, "POST", path, status, json=body, headers=headers).json()
        if twice:
            again = self.ask(login, "POST", path, status, json=body, headers=headers)
            self.repeats += 1
            if again.json() != answer or again.headers.get("Idempotent-Replayed") != "true":
                raise Refused(f"{login} POST {path}: the same key, another answer: {again.text}")
        return answer

    def send_photo(self, login: str, picture: Picture, phase: str, **form: str) -> dict[str, Any]:
        """Upload one picture."""
        answer = self.ask(
            login, "POST", "/photos", 201,
            files={"file": (picture.name, picture.data)}, data={"phase": phase, **form},
        )  # fmt: skip
        told: dict[str, Any] = answer.json()
        if told["sha256"] != picture.sha256:
            raise Refused(f"{picture.name} arrived as {told['sha256']}")
        return told

    def pages(self, login: str, path: str, **query: str) -> list[dict[str, Any]]:
        """All rows of a list, page after page."""
        rows: list[dict[str, Any]] = []
        after = ""
        while True:
            page = self.get(login, path, **query, **({"after": after} if after else {}))
            rows += page["items"]
            after = page["next"] or ""
            if not after:
                return rows

    def _token(self, login: str) -> str:
        if login not in self.tokens:
            with self._lock:
                if login not in self.tokens:
                    self.tokens[login] = sign_in(self._address, login)
        return self.tokens[login]
