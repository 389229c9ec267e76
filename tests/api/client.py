"""A program that talks to the JSON interface with somebody's token."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.services.people import tokens
from tests.builders import City
from tests.web.camera import jpeg

V1 = "/api/v1"
PROBLEM_JSON = "application/problem+json"


def make_tokens(app: Flask, city: City) -> dict[str, str]:
    """A token for everybody by login, used a moment ago so that using it writes nothing."""
    made, now = {}, clock.now()
    with app.extensions["database"].writing() as session:
        for login, actor in city.actors.items():
            row, made[login] = tokens.create_token(session, actor, "test", 30, now)
            row.last_used_at = now
    return made


class ApiClient:
    """Requests under /api/v1 in the name of one person; every failure is checked for its form."""

    def __init__(self, app: Flask, token: str) -> None:
        self.app = app
        self.token = token
        self.raw = app.test_client()

    def ask(
        self, method: str, path: str, *, status: int | None = None, **sent: Any
    ) -> TestResponse:
        """One request; with `status` the answer must have it."""
        headers = {"Authorization": f"Bearer {self.token}", **sent.pop("headers", {})}
        answer = self.raw.open(V1 + path, method=method, headers=headers, buffered=True, **sent)
        where = f"{method} {path} answered {answer.status_code}: {answer.data[:600]!r}"
        assert answer.status_code < 500 or answer.status_code == 503, where
        if answer.status_code >= 400:
            check_failure(answer)
        if status is not None:
            assert answer.status_code == status, where
        return answer

    def get(self, path: str, *, status: int = 200, **query: Any) -> Any:
        """The JSON of a GET."""
        return self.ask("GET", path, status=status, query_string=query).json

    def post(
        self, path: str, body: Any = None, *, status: int | None = 200, key: str | None = None
    ) -> Any:
        """The JSON of a POST."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.ask("POST", path, status=status, json=body or {}, headers=headers).json

    def send_photo(
        self,
        seed: int,
        phase: str = "before",
        *,
        status: int = 201,
        data: bytes | None = None,
        **form: Any,
    ) -> Any:
        """Upload a picture drawn from a seed."""
        file = (io.BytesIO(data if data is not None else jpeg(seed)), "photo.jpg")
        sent = {"file": file, "phase": phase, "lat": "41.88", "lng": "123.957"} | form
        return self.ask(
            "POST", "/photos", status=status, data=sent, content_type="multipart/form-data"
        ).json


def check_failure(answer: TestResponse) -> None:
    """RFC 9457 with our code and a Chinese sentence."""
    assert answer.mimetype == PROBLEM_JSON, answer.text[:400]
    body = answer.get_json(force=True)
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:xiaohao:problem:{body['code']}"
    for sentence in (body["title"], body["detail"], *body["fields"].values()):
        assert any("\u4e00" <= sign <= "\u9fff" for sign in sentence), sentence


def a_body(city: City, photo_ids: list[str], **changes: Any) -> dict[str, Any]:
    """A complete report of rubbish in 站前街道."""
    body: dict[str, Any] = {
        "category_id": city.categories["rubbish"],
        "description": "路口东侧堆放生活垃圾",
        "street_id": city.orgs["210402001"],
        "address": "中央大街路口",
        "lat": 41.88,
        "lng": 123.957,
        "accuracy_m": 8,
        "coord_source": "browser",
        "photo_ids": photo_ids,
    }
    return body | changes


def row_of(app: Flask, model: Any, row_id: Any) -> Mapping[str, Any]:
    """A row as it stands in the database."""
    with app.extensions["database"].reading() as session:
        row = session.get_one(model, row_id)
        return {column.key: getattr(row, column.key) for column in model.__mapper__.column_attrs}
