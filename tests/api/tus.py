"""A sender of files piece by piece, as plain requests to the interface."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.api.client import V1, check_failure

UPLOADS = f"{V1}/uploads"
STREAM = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**told: Any) -> str:
    """Upload-Metadata; what is no text goes as JSON."""
    pairs = []
    for name, value in told.items():
        text = value if isinstance(value, str) else json.dumps(value)
        pairs.append(f"{name} {base64.b64encode(text.encode()).decode()}")
    return ",".join(pairs)


def about(data: bytes, key: str, **told: Any) -> str:
    """The metadata of a phone."""
    shot = {"source": "camera", "lat": 41.88, "lng": 123.957, "accuracy_m": 8.0}
    words: dict[str, Any] = {
        "filename": f"{key}.jpg",
        "filetype": "image/jpeg",
        "key": key,
        "sha256": hashlib.sha256(data).hexdigest(),
        "phase": "before",
        "shot": shot,
    }
    return metadata(**(words | told))


class TusSender:
    """One person's program; every refusal is checked for its form, every answer for its version."""

    def __init__(self, app: Flask, token: str) -> None:
        self.raw = app.test_client()
        self.token = token

    def ask(self, method: str, path: str, *, status: int, **sent: Any) -> TestResponse:
        """One request that must be answered so."""
        headers = {"Authorization": f"Bearer {self.token}", **TUS, **sent.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        answer = self.raw.open(path, method=method, headers=headers, buffered=True, **sent)
        where = f"{method} {path} answered {answer.status_code}: {answer.data[:600]!r}"
        assert answer.status_code == status, where
        if status >= 400 and method != "HEAD":
            check_failure(answer)
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        return answer

    def begin(
        self, data: bytes, key: str, *, status: int = 201, told: str | None = None, **headers: str
    ) -> str:
        """Announce a file; its address."""
        words = {
            "Upload-Length": str(len(data)),
            "Upload-Metadata": about(data, key) if told is None else told,
            **headers,
        }
        answer = self.ask("POST", UPLOADS, status=status, headers=words)
        return answer.headers.get("Location", "")

    def piece(
        self, place: str, at: int, data: bytes, *, status: int = 204, **headers: str
    ) -> TestResponse:
        """A piece from byte `at`."""
        words = {"Upload-Offset": str(at), "Content-Type": STREAM, **headers}
        return self.ask("PATCH", place, status=status, headers=words, data=data)

    def offset(self, place: str) -> int:
        """How far it is."""
        return int(self.ask("HEAD", place, status=200).headers["Upload-Offset"])

    def told(self, place: str) -> dict[str, Any]:
        """What the server says of it."""
        found: dict[str, Any] = self.ask("GET", place, status=200).json
        return found

    def send(self, data: bytes, key: str, **told: Any) -> str:
        """A whole file; its address."""
        place = self.begin(data, key, told=about(data, key, **told))
        self.piece(place, 0, data)
        return place
