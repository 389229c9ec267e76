"""Local days and months of a column, in the words of either database."""

from typing import Any

from sqlalchemy import ColumnElement, Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class local_day(FunctionElement[Any]):  # noqa: N801 reads as a function of SQL
    """The day of an instant on a Chinese clock."""

    type = Date()
    name = "local_day"
    inherit_cache = True


class first_of_month(FunctionElement[Any]):  # noqa: N801 reads as a function of SQL
    """The first day of a day's month."""

    type = Date()
    name = "first_of_month"
    inherit_cache = True


def _argument(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
    (column,) = element.clauses
    of: ColumnElement[Any] = column
    return str(compiler.process(of, **kw))


@compiles(local_day, "sqlite")
def _sqlite_day(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    # China has kept one offset since 1991, which is older than any row.
    return f"date({_argument(element, compiler, **kw)}, '+8 hours')"


@compiles(local_day, "postgresql")
def _postgresql_day(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(({_argument(element, compiler, **kw)}) AT TIME ZONE 'Asia/Shanghai' AS DATE)"


@compiles(first_of_month, "sqlite")
def _sqlite_month(element: first_of_month, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date({_argument(element, compiler, **kw)}, 'start of month')"


@compiles(first_of_month, "postgresql")
def _postgresql_month(element: first_of_month, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(date_trunc('month', {_argument(element, compiler, **kw)}) AS DATE)"
