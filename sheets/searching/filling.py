"""Marked rows into the index: in batches, by whoever works in the background."""

from typing import Any

from sqlalchemy import Connection, String, column, func, insert, inspect, select, table, text

from sheets.searching.grams import grams_of, token
from sheets.searching.index import TextIndex

BATCH = 500

_TAKE = {
    "sqlite": "DELETE FROM {marks} WHERE rowid IN"
    " (SELECT rowid FROM {marks} ORDER BY rowid LIMIT :most) RETURNING row_id",
    "postgresql": "DELETE FROM {marks} WHERE ctid = ANY (ARRAY"
    " (SELECT ctid FROM {marks} LIMIT :most FOR UPDATE SKIP LOCKED)) RETURNING row_id",
}


def pending(connection: Connection, index: TextIndex, at_most: int = 1) -> int:
    """How many marks wait, counted no further than ``at_most``."""
    few = index.marked().limit(at_most).subquery()
    return connection.execute(select(func.count()).select_from(few)).scalar_one()


def mark_all(connection: Connection, index: TextIndex) -> None:
    """Mark every row, as if all had changed."""
    source = table(index.table, column(index.key))
    connection.execute(insert(index.marks).from_select(["row_id"], select(source.c[index.key])))


def forget_marks(connection: Connection, index: TextIndex) -> None:
    """Take all marks away, for whoever then marks every row: what is twice is indexed twice."""
    connection.execute(text(f"DELETE FROM {index.marks.name}"))  # noqa: S608 our own name


def without_lookup(connection: Connection, index: TextIndex) -> bool:
    """Drop what makes PostgreSQL slow to fill an index; True when ``with_lookup`` must follow."""
    if connection.dialect.name == "sqlite":
        return False
    connection.exec_driver_sql(f"DROP INDEX IF EXISTS ix_{index.table}_search_grams")
    return True


def with_lookup(connection: Connection, index: TextIndex) -> None:
    """Make it again over all rows at once, which takes half a minute a million."""
    connection.exec_driver_sql(
        f"CREATE INDEX IF NOT EXISTS ix_{index.table}_search_grams"
        f" ON {index.table}_search USING gin (grams)"
    )
    connection.exec_driver_sql(f"ANALYZE {index.table}_search")


def reindex(connection: Connection, index: TextIndex, batch: int = BATCH) -> int:
    """Bring up to date the rows of some marks, in the caller's transaction; 0 when none waits.

    A mark is taken before its row is read, and stays if that is undone: a change that is
    committed later leaves a mark of its own.  Two at work take different marks.
    """
    take = text(_TAKE[connection.dialect.name].format(marks=index.marks.name))
    taken = connection.execute(take, {"most": batch}).scalars().all()
    if not taken:
        return 0
    keys = sorted(set(taken))
    texts = _texts(connection, index, keys)
    entries, key = index.entries(connection.dialect)
    connection.execute(entries.delete().where(key.in_(keys)))
    if texts:
        _write(connection, entries.name, texts)
    return len(taken)


def _texts(connection: Connection, index: TextIndex, keys: list[int]) -> dict[int, set[int]]:
    """The pairs of each of these rows that is still there."""
    known = inspect(connection).get_columns(index.table)
    names = [
        each["name"]
        for each in known
        if isinstance(each["type"], String) and index.holds(each["name"])
    ]
    source = table(index.table, column(index.key), *(column(name) for name in names))
    here = source.c[index.key]
    rows = connection.execute(
        select(here, *(source.c[name] for name in names)).where(here.in_(keys))
    )
    return {row[0]: grams_of(row[1:]) for row in rows}


def _write(connection: Connection, name: str, texts: dict[int, set[int]]) -> None:
    values: list[tuple[Any, ...]]
    if connection.dialect.name == "sqlite":
        values = [(key, " ".join(map(token, grams))) for key, grams in texts.items()]
        connection.exec_driver_sql(
            f"INSERT INTO {name} (rowid, grams) VALUES (?, ?)",  # noqa: S608 our own name
            values,
        )
        return
    # Written out here: the driver takes ten times as long over a list of numbers.
    values = [(key, f"{{{','.join(map(str, grams))}}}") for key, grams in texts.items()]
    connection.exec_driver_sql(
        f"INSERT INTO {name} (row_id, grams) VALUES (%s, %s::integer[])"  # noqa: S608 ours
        " ON CONFLICT (row_id) DO UPDATE SET grams = EXCLUDED.grams",
        values,
    )
