"""Fixtures of the interface: programs in the small city, at one Monday morning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.api.client import ApiClient, make_tokens
from tests.api.judging import Bench
from tests.api.tus import TusSender
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


@pytest.fixture
def phone(city_app, city) -> TusSender:
    """A phone of a street's collector that sends files."""
    return TusSender(city_app, make_tokens(city_app, city)["zhanqian"])


@pytest.fixture
def sender(city_app, city) -> TusSender:
    """Another's, of another street."""
    return TusSender(city_app, make_tokens(city_app, city)["fumin"])


@pytest.fixture
def bench(city_app) -> Bench:
    """Where files that arrived are judged."""
    return Bench(city_app)
