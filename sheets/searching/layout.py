"""The tables of a text index and the triggers that mark what changed, on either database."""

from sqlalchemy import Connection

SQLITE = (
    "CREATE VIRTUAL TABLE {table}_search USING fts5("
    "grams, detail=none, columnsize=0, tokenize='ascii')",
    "CREATE TABLE {table}_search_mark (row_id BIGINT NOT NULL)",
    "CREATE TRIGGER {table}_search_inserted AFTER INSERT ON {table} BEGIN"
    " INSERT INTO {table}_search_mark (row_id) VALUES (NEW.{key}); END",
    "CREATE TRIGGER {table}_search_updated AFTER UPDATE ON {table} BEGIN"
    " INSERT INTO {table}_search_mark (row_id) VALUES (NEW.{key}); END",
    "CREATE TRIGGER {table}_search_deleted AFTER DELETE ON {table} BEGIN"
    " INSERT INTO {table}_search_mark (row_id) VALUES (OLD.{key}); END",
)
POSTGRESQL = (
    "CREATE TABLE {table}_search (row_id BIGINT NOT NULL, grams INTEGER[] NOT NULL,"
    " CONSTRAINT pk_{table}_search PRIMARY KEY (row_id))",
    "CREATE INDEX ix_{table}_search_grams ON {table}_search USING gin (grams)",
    "CREATE TABLE {table}_search_mark (row_id BIGINT NOT NULL)",
    "CREATE FUNCTION {table}_search_mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " INSERT INTO {table}_search_mark (row_id) SELECT {key} FROM changed; RETURN NULL; END $$",
    "CREATE TRIGGER {table}_search_inserted AFTER INSERT ON {table}"
    " REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION {table}_search_mark()",
    "CREATE TRIGGER {table}_search_updated AFTER UPDATE ON {table}"
    " REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION {table}_search_mark()",
    "CREATE TRIGGER {table}_search_deleted AFTER DELETE ON {table}"
    " REFERENCING OLD TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION {table}_search_mark()",
)
TRIGGERS = ("inserted", "updated", "deleted")


def create(connection: Connection, table: str, key: str = "id") -> None:
    """Make the index of a table with an integer key; its rows are marked, none is indexed yet."""
    statements = SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        connection.exec_driver_sql(statement.format(table=table, key=key))
    connection.exec_driver_sql(
        f"INSERT INTO {table}_search_mark (row_id) SELECT {key} FROM {table}"  # noqa: S608 ours
    )


def drop(connection: Connection, table: str) -> None:
    """Take the index away, with its triggers."""
    is_sqlite = connection.dialect.name == "sqlite"
    for name in TRIGGERS:
        of = "" if is_sqlite else f" ON {table}"
        connection.exec_driver_sql(f"DROP TRIGGER {table}_search_{name}{of}")
    if not is_sqlite:
        connection.exec_driver_sql(f"DROP FUNCTION {table}_search_mark()")
    connection.exec_driver_sql(f"DROP TABLE {table}_search_mark")
    connection.exec_driver_sql(f"DROP TABLE {table}_search")
