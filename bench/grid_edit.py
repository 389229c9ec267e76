"""One cell changed over HTTP, with its history, against a bare UPDATE that reaches the disk."""

import itertools
import json
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bench.figure import Figure
from bench.grid import EDITOR, Visitor, in_turns, own_fields, p95, served
from bench.million import Standing

ROUNDS = 150
REFERENCE = "a bare UPDATE of one column, committed with fsync (p95 of both)"
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FIELD = "现场编码"

Edits = Sequence[dict[str, Any]]


def run() -> Iterator[Figure]:
    """Single edits and bare updates in turns."""
    with served(EDITOR) as (city, visitor):
        field, rows = own_fields(city)[FIELD], itertools.cycle(range(1, city.rows))

        def edit() -> None:
            row = next(rows)
            cell = {"row": row, "field": field, "value": f"改-{uuid.uuid4().hex[:8]}"}
            assert write(visitor, [cell], "edit") == 1

        edits, updates = in_turns([edit, bare_update(city, field)], ROUNDS)
    value, plain = p95(edits), p95(updates)
    yield Figure("grid_edit", value, "ms", f"{REFERENCE}: {plain} ms", round(value / plain, 2))


def write(visitor: Visitor, edits: Edits, origin: str) -> int:
    """Send cells as the grid does; how many were changed."""
    body = {"batch": uuid.uuid4().hex, "origin": origin, "edits": list(edits)}
    found = json.loads(visitor.post("/table/cells", json.dumps(body).encode(), JSON))
    return len(found["changed"]) if found["written"] else 0


def bare_update(city: Standing, field: str) -> Callable[[], None]:
    """One UPDATE and one commit by the driver, each time of another row from the end."""
    rows = itertools.cycle(range(city.rows, 1, -1))
    if city.file is None:
        return _on_server(city, field, rows)
    connection = sqlite3.connect(city.file, isolation_level=None, timeout=30)
    connection.execute("PRAGMA synchronous=FULL")

    def update() -> None:
        changed = connection.execute(
            f"UPDATE problem SET {field} = ? WHERE id = ?",  # noqa: S608 an id of a field
            (uuid.uuid4().hex[:8], next(rows)),
        )
        assert changed.rowcount == 1

    return update


def _on_server(city: Standing, field: str, rows: Iterator[int]) -> Callable[[], None]:
    def update() -> None:
        with city.database.engine.begin() as connection:
            changed = connection.exec_driver_sql(
                f"UPDATE problem SET {field} = %s WHERE id = %s",  # noqa: S608 an id of a field
                (uuid.uuid4().hex[:8], next(rows)),
            )
            assert changed.rowcount == 1

    return update
