"""What a database plans to do, asked before it does it."""

import json
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement, Executable


class _Explain(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain, "sqlite")
def _sqlite(element: _Explain, compiler: SQLCompiler, **kw: Any) -> str:
    return "EXPLAIN QUERY PLAN " + compiler.process(element.statement, **kw)


@compiles(_Explain, "postgresql")
def _postgresql(element: _Explain, compiler: SQLCompiler, **kw: Any) -> str:
    return "EXPLAIN (FORMAT JSON) " + compiler.process(element.statement, **kw)


def dialect_of(conn: Any) -> Dialect:
    """The dialect of a connection or a session."""
    dialect: Dialect = conn.dialect if hasattr(conn, "dialect") else conn.connection().dialect
    return dialect


def planned_rows(conn: Any, statement: Select[Any]) -> float:
    """How many rows PostgreSQL's planner expects."""
    return float(_plan(conn, statement)["Plan Rows"])


def _plan(conn: Any, statement: Select[Any]) -> dict[str, Any]:
    plan = conn.execute(_Explain(statement)).scalar_one()
    found: dict[str, Any] = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return found


def scans_all(conn: Any, statement: Select[Any]) -> bool:
    """Whether the plan reads some table from end to end, or an index without a place to begin.

    ``statement`` has a WHERE or a sort: without them a whole table is read no further than asked.
    """
    if dialect_of(conn).name == "sqlite":
        steps = [row[3] for row in conn.execute(_Explain(statement)).all()]
        return any(step.startswith("SCAN ") and "VIRTUAL TABLE" not in step for step in steps)
    return _scans(_plan(conn, statement))


def _scans(plan: dict[str, Any]) -> bool:
    kind = plan["Node Type"]
    if kind == "Seq Scan" or (kind.startswith("Index") and "Index Cond" not in plan):
        return True
    return any(_scans(each) for each in plan.get("Plans", ()))
