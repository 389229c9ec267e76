"""Fixtures of the interface: programs in the small city, at one Monday morning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.api.client import ApiClient, make_tokens
from tests.builders import MONDAY


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands an hour after the builders' problems were made."""
    monkeypatch.setattr("app.clock.now", lambda: MONDAY + timedelta(hours=1))


@pytest.fixture
def program(city_app, city) -> Callable[[str], ApiClient]:
    """`program("reviewer")`: a client with the reviewer's token."""
    tokens = make_tokens(city_app, city)
    return lambda login: ApiClient(city_app, tokens[login])
