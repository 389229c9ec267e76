"""An aviary on either database: an engine with the table of birds, and a connection to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from app.db import Database
from tests.sheets import birds


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    """An engine on a database that holds the birds and the catalogue of fields."""
    database = Database(empty_database_url)
    birds.fill(database.engine)
    yield database.engine
    database.dispose()


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back."""
    with engine.connect() as connection:
        yield connection
