"""Every released schema moves up with its rows, down to nothing and up again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.db import ROOT, Database, migrate
from tests.migrations.rows import contents, fill

REVISIONS = [
    revision.revision
    for revision in reversed(list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions()))
]


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url)
    yield database
    database.dispose()


def test_revisions_form_one_numbered_line():
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_of_a_released_schema_come_up_unharmed(empty, revision):
    migrate(empty.engine, revision)
    with empty.engine.begin() as connection:
        fill(connection)
        before = contents(connection)
    migrate(empty.engine)
    with empty.engine.begin() as connection:
        after = contents(connection)

    for table, rows in before.items():
        for was, is_now in zip(rows, after.get(table, []), strict=table in after):
            kept = was.keys() & is_now.keys()
            assert {name: was[name] for name in kept} == {name: is_now[name] for name in kept}


def test_a_full_schema_goes_down_to_nothing_and_up_again(empty):
    migrate(empty.engine)
    with empty.engine.begin() as connection:
        fill(connection)
    migrate(empty.engine, "base")

    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    migrate(empty.engine)
    with empty.engine.begin() as connection:
        fill(connection)
        assert all(contents(connection).values())


def test_columns_of_the_catalogue_outlive_a_migration(empty):
    migrate(empty.engine, REVISIONS[0])
    with empty.engine.begin() as connection:
        connection.execute(text("alter table problem add column f_999 text"))
        fill(connection)
        connection.execute(text("update problem set f_999 = '归口'"))
    migrate(empty.engine)
    with empty.engine.begin() as connection:
        assert connection.execute(text("select f_999 from problem")).scalar() == "归口"


def test_migrating_again_changes_nothing(database):
    before = sorted(inspect(database.engine).get_table_names())
    migrate(database.engine)

    assert sorted(inspect(database.engine).get_table_names()) == before
