"""Database gone, disk full: a sentence, nothing half done, and it works again without a restart."""

from __future__ import annotations

import errno
import os
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, event, select, text

from app.db import Database
from app.door.errors import AWAY, DISK_FULL
from app.models import Problem
from tests.api.client import ApiClient, a_body, make_tokens
from tests.builders import City
from tests.cities import prepare_small_city
from tests.conftest import application, settings_of
from tests.databases import Backend
from tests.faults.leaky import LeakyWay
from tests.web.client import CheckingClient

FULL = "raise exception 'could not extend file' using errcode = 'disk_full'"


@pytest.fixture
def way_and_app(
    backend_named: Callable[[str], Backend], shared_folder: Path, instance_folder: Path
) -> Iterator[tuple[LeakyWay, Flask, City]]:
    """The application on a PostgreSQL that it reaches by a way one can cut."""
    kept = shared_folder / "postgresql-small-city.pickle"
    prepare = partial(prepare_small_city, kept=kept)
    with (
        backend_named("postgresql").copy_of("small-city", prepare) as url,
        LeakyWay(url) as way,
        application(settings_of(way.url, instance_folder)) as app,
    ):
        yield way, app, pickle.loads(kept.read_bytes())  # noqa: S301  (written by this run)


def problems_in(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Problem.id)).all())


def test_a_database_that_goes_and_comes_back_needs_no_restart(
    way_and_app: tuple[LeakyWay, Flask, City],
) -> None:
    way, app, city = way_and_app
    street = ApiClient(app, make_tokens(app, city)["zhanqian"])
    page = CheckingClient(app)
    page.login("zhanqian")
    photo = street.send_photo(1)["id"]
    for turn in range(3):
        way.cut()

        assert AWAY in page.get("/today", status=503).text
        refused = street.post("/problems", a_body(city, [photo]), status=503, key=f"turn-{turn}")
        assert refused["code"] == "database_away"
        assert refused["detail"] == AWAY

        way.mend()
        assert page.get("/today").heading == "今日清单"
    answer = street.post("/problems", a_body(city, [photo]), status=201, key="after")
    assert answer["state"]["label"] == "待审核"
    assert problems_in(app.extensions["database"]) == 1


def test_a_photo_for_which_there_is_no_room_leaves_nothing_behind(
    city_app: Flask, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    street = ApiClient(city_app, make_tokens(city_app, city)["zhanqian"])
    photos = city_app.extensions["settings"].photos

    def no_room(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("app.photos.store.os.fsync", no_room)
        refused = street.send_photo(2, status=503)
        assert (refused["code"], refused["detail"]) == ("disk_full", DISK_FULL)
        assert street.get("/problems")["items"] == []  # reading goes on

    assert [path for path in photos.rglob("*") if path.is_file() and path.name != "lock"] == []
    assert street.send_photo(2)["sha256"]


@contextmanager
def no_room_for_rows(database: Database) -> Iterator[None]:
    """The database refuses new rows as it does when its disk is full."""
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            body = f"begin {FULL}; end"
            connection.execute(
                text(f"create function no_room() returns trigger language plpgsql as $${body}$$")
            )
            made = "create trigger no_room before insert on problem execute function no_room()"
            connection.execute(text(made))
        yield
        with database.engine.begin() as connection:
            connection.execute(text("drop function no_room() cascade"))
        return

    with closing(sqlite3.connect(str(database.engine.url.database))) as connection:
        connection.execute("vacuum")  # no page is free

    pages = 1

    def keep_small(connection: Connection) -> None:
        connection.exec_driver_sql(f"pragma max_page_count = {pages}")

    event.listen(database.engine, "begin", keep_small)
    yield
    pages = 1_000_000  # connections are kept


def test_a_report_for_which_there_is_no_room_is_not_half_there(city_app: Flask, city: City) -> None:
    database: Database = city_app.extensions["database"]
    street = ApiClient(city_app, make_tokens(city_app, city)["zhanqian"])
    photo = street.send_photo(3)["id"]
    long = a_body(city, [photo], description="垃圾" * 900)  # more than the free room of any page
    with no_room_for_rows(database):
        refused = street.post("/problems", long, status=503, key="one")
        assert (refused["code"], refused["detail"]) == ("disk_full", DISK_FULL)
        assert street.get("/problems")["items"] == []

    assert problems_in(database) == 0
    assert street.post("/problems", long, status=201, key="one")["problem_id"]
