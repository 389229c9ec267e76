"""A plain tus 1.0 client: creates, sends, asks how far it got and goes on from there."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

VERSION = {"Tus-Resumable": "1.0.0"}
PIECES = {"Content-Type": "application/offset+octet-stream"}
OK = range(200, 300)
GONE, CONFLICT, LOCKED, WRONG_SUM = {404, 410}, 409, 423, 460
BUSY = {429, 502, 503, 504}
REST = 0.4  # seconds before the next try; doubled each time up to the longest
LONGEST_REST = 6.0


class Refused(Exception):
    """The server said no, and would say it again."""


class GivenUp(Exception):
    """Not done within the time there was."""


@dataclass
class Patience:
    """Tries again after a lost answer, each time a little later, until a moment (monotonic)."""

    until: float
    lost: int = 0

    def ask(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """The first answer that comes.  Raises GivenUp."""
        rest = REST
        while time.monotonic() < self.until:
            try:
                answer = ask()
            except httpx.TransportError:
                self.lost += 1
            else:
                if answer.status_code not in BUSY:
                    return answer
            time.sleep(rest)
            rest = min(rest * 2, LONGEST_REST)
        raise GivenUp


@dataclass
class Tus:
    """Uploads of one signed-in person; `waited` tells how long the last answer took."""

    http: httpx.Client
    path: str
    headers: Callable[[], Mapping[str, str]]
    patience: Patience

    def send(self, data: bytes, about: Mapping[str, str]) -> str:
        """The address of the upload, when the server has confirmed the last byte.

        Raises Refused or GivenUp.
        """
        address, offset = self._create(len(data), about), 0
        while offset < len(data):
            offset = self._send_rest(address, data, offset)
            if offset < 0:  # the upload is gone: begin again
                address, offset = self._create(len(data), about), 0
        return address

    def _create(self, size: int, about: Mapping[str, str]) -> str:
        metadata = ",".join(f"{name} {_base64(value)}" for name, value in about.items())
        made = self._ask("POST", self.path, {"Upload-Length": str(size),
                                             "Upload-Metadata": metadata})  # fmt: skip
        if made.status_code not in OK:
            raise Refused(f"POST {self.path}: {made.status_code} {made.text[:300]}")
        return httpx.URL(made.headers["Location"]).path

    def _send_rest(self, address: str, data: bytes, offset: int) -> int:
        """Everything from here; then how far the server is, -1 when it knows nothing of it."""
        try:
            answer = self.http.patch(
                address, content=data[offset:],
                headers={**VERSION, **PIECES, **self.headers(), "Upload-Offset": str(offset)},
            )  # fmt: skip
        except httpx.TransportError:
            self.patience.lost += 1
            return self._offset(address)
        if answer.status_code in OK:
            return int(answer.headers["Upload-Offset"])
        if answer.status_code in GONE:
            return -1
        if answer.status_code in {CONFLICT, LOCKED, WRONG_SUM, *BUSY}:
            time.sleep(REST)
            return self._offset(address)
        raise Refused(f"PATCH {address}: {answer.status_code} {answer.text[:300]}")

    def _offset(self, address: str) -> int:
        while True:
            answer = self._ask("HEAD", address, {})
            if answer.status_code == LOCKED:
                time.sleep(REST)
                if time.monotonic() > self.patience.until:
                    raise GivenUp
                continue
            return -1 if answer.status_code in GONE else int(answer.headers["Upload-Offset"])

    def _ask(self, method: str, path: str, headers: Mapping[str, str]) -> httpx.Response:
        return self.patience.ask(
            lambda: self.http.request(
                method, path, headers={**VERSION, **self.headers(), **headers}
            )
        )


def _base64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def packed(value: Mapping[str, Any]) -> str:
    """JSON without blanks, as metadata carries it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
