"""Expressions that SQLite and PostgreSQL spell differently, each written once for both."""

from functools import cache
from typing import Any, ClassVar

from sqlalchemy import BindParameter, Cast, ColumnClause, ColumnElement, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class Spelled(FunctionElement[Any]):
    """An expression with its operands at {0}, {1}, … of a text that no user has written."""

    inherit_cache = True
    sqlite: ClassVar[str] = ""
    postgresql: ClassVar[str] = ""


@cache
def spelled(name: str, kind: TypeEngine[Any], sqlite: str, postgresql: str = "") -> type[Spelled]:
    """A new expression of this SQL type; without ``postgresql`` both databases spell it alike.

    Each is a class of its own, so that statements with different ones are cached apart.
    """
    spelling = {"sqlite": sqlite, "postgresql": postgresql or sqlite}
    return type(name, (Spelled,), {**spelling, "type": kind, "name": name, "inherit_cache": True})


def _write(element: Spelled, template: str, compiler: SQLCompiler, **kw: Any) -> str:
    operands = [_operand(each, compiler, **kw) for each in element.clauses]
    parts = template.split("{")
    written = [parts[0]]
    for part in parts[1:]:
        place, _, rest = part.partition("}")
        written += [operands[int(place)], rest]
    return f"({''.join(written)})"


def _operand(operand: ColumnElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
    written = compiler.process(operand, **kw)
    bare = isinstance(operand, ColumnClause | BindParameter | Spelled | Cast)
    return written if bare else f"({written})"


@compiles(Spelled, "sqlite")
def _sqlite(element: Spelled, compiler: SQLCompiler, **kw: Any) -> str:
    return _write(element, element.sqlite, compiler, **kw)


@compiles(Spelled, "postgresql")
def _postgresql(element: Spelled, compiler: SQLCompiler, **kw: Any) -> str:
    return _write(element, element.postgresql, compiler, **kw)


# Where a text begins in another, from 1; 0 when it is not there.  Letter case counts.
place_of = spelled("place_of", Integer(), "instr({0}, {1})", "strpos({0}, {1})")
