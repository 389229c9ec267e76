"""Pages and built files leave packed for those who ask for it, everything else as it is."""

from __future__ import annotations

import gzip
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.web.assets import asset_path

PACKED = {"Accept-Encoding": "gzip"}
BEST = {"Accept-Encoding": "gzip, br"}
LOGIN = "/login"


@pytest.fixture
def raw(city_client):
    """The client below the checking one, its answers read whole."""

    def get(path: str, **sent: Any) -> TestResponse:
        with city_client.raw.get(path, **sent) as answer:
            answer.get_data()
            return answer

    return SimpleNamespace(get=get)


@pytest.fixture
def built():
    """The address of a built file."""

    def address(name: str) -> str:
        return f"/static/{asset_path(name)}"

    return address


def test_a_page_leaves_packed_and_is_the_same_page(raw):
    plain, packed = raw.get(LOGIN), raw.get(LOGIN, headers=PACKED)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "<h1" in gzip.decompress(packed.data).decode()
    assert len(packed.data) < 0.7 * len(plain.data)


def test_the_length_of_a_packed_page_does_not_tell_what_stands_on_it(raw):
    lengths = {len(raw.get(LOGIN, headers=PACKED).data) for _ in range(12)}

    assert max(lengths) - min(lengths) > 8


def test_a_built_file_is_packed_once_and_known_by_its_tag(raw, built):
    first = raw.get(built("main.css"), headers=PACKED)
    again = raw.get(built("main.css"), headers={**PACKED, "If-None-Match": first.headers["ETag"]})

    assert first.headers["Content-Encoding"] == "gzip"
    assert "immutable" in first.headers["Cache-Control"]
    assert gzip.decompress(first.data) == raw.get(built("main.css")).data
    assert again.status_code == 304


def test_a_built_file_has_a_smaller_copy_for_browsers_that_know_how(raw, built):
    copy, other = (
        raw.get(built("main.css"), headers=BEST),
        raw.get(built("main.css"), headers=PACKED),
    )

    assert copy.headers["Content-Encoding"] == "br"
    assert "immutable" in copy.headers["Cache-Control"]
    assert len(copy.data) < 0.95 * len(other.data)
    assert raw.get(LOGIN, headers=BEST).headers["Content-Encoding"] == "gzip"


def test_a_short_answer_and_a_picture_stay_as_they_are(raw, built):
    assert "Content-Encoding" not in raw.get("/healthz", headers=PACKED).headers
    assert "Content-Encoding" not in raw.get(built("icon-192.png"), headers=PACKED).headers
