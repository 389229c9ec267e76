"""The schema that migrations make is the schema that the models say, on both databases."""

from __future__ import annotations

import re
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Inspector, inspect, text

from app.db import Database
from app.models import Base
from app.services.search_index import INDEX
from sheets import searching, storage

DECLARED = (Base.metadata, storage.metadata)
CATALOGUE_COLUMN = re.compile(r"f_\d+")


def test_tables_by_migrations_equal_tables_by_models(database, backend):
    with backend.empty() as url:
        modelled = Database(url)
        for metadata in DECLARED:
            metadata.create_all(modelled.engine)
        with modelled.engine.begin() as connection:
            searching.create(connection, INDEX.table)
            wanted_triggers = triggers(connection)
        wanted = schema(inspect(modelled.engine))
        modelled.dispose()

    found = schema(inspect(database.engine))
    with database.engine.connect() as connection:
        assert triggers(connection) == wanted_triggers

    assert found.keys() == wanted.keys()
    for table, parts in wanted.items():
        for part, value in parts.items():
            assert found[table][part] == value, f"{table}: {part} differ"


def test_a_generated_migration_would_be_empty(database):
    def include(name: str | None, kind: str, _parents: Any) -> bool:
        if kind == "table" and name and name.startswith(f"{INDEX.table}_search"):
            return False  # no model: see the test above
        return not (kind == "column" and name and CATALOGUE_COLUMN.fullmatch(name))

    options = {"compare_type": True, "include_name": include}
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, DECLARED) == []


def triggers(connection: Connection) -> list[tuple[str, ...]]:
    """What the database does of itself when rows change."""
    asked = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname, pg_get_triggerdef(t.oid), prosrc FROM pg_trigger t"
        " JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal ORDER BY tgname",
    }
    found = [tuple(row) for row in connection.execute(text(asked[connection.dialect.name]))]
    assert found
    return found


def schema(inspector: Inspector) -> dict[str, dict[str, Any]]:
    """Everything a database says of its tables, in an order that does not depend on it."""
    return {
        table: {
            "columns": columns(inspector, table),
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": ordered(inspector.get_foreign_keys(table)),
            "unique constraints": ordered(inspector.get_unique_constraints(table)),
            "checks": ordered(inspector.get_check_constraints(table)),
            "indexes": ordered(inspector.get_indexes(table)),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def columns(inspector: Inspector, table: str) -> dict[str, tuple[str, bool, Any]]:
    """Type, nullability and default by column; the catalogue's own columns left out."""
    return {
        column["name"]: (repr(column["type"]), column["nullable"], column["default"])
        for column in inspector.get_columns(table)
        if not CATALOGUE_COLUMN.fullmatch(column["name"])
    }


def ordered(parts: Any) -> list[str]:
    """A list of descriptions as text, sorted."""
    return sorted(repr(plain(part)) for part in parts)


def plain(value: Any) -> Any:
    """A description down to text, so that two of them compare by what they say."""
    if isinstance(value, dict):
        return sorted((key, plain(item)) for key, item in value.items())
    return str(value)
