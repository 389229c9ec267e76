"""The index of one table as queries see it: what it covers, and the rows it proposes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Integer,
    Select,
    String,
    Table,
    Text,
    column,
    literal,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import TableClause

from sheets.searching.grams import token

if TYPE_CHECKING:
    from sheets.catalogue import Field, Sheet

OWN_COLUMN = re.compile(r"f_[1-9]\d*(?:_\d+)?")  # of a field: see sheets.storage


@dataclass(frozen=True)
class TextIndex:
    """``columns`` are the fixed columns in it; those of fields are in it when they hold text.

    Whoever adds to ``columns`` must mark all rows, see ``mark_all``.
    """

    table: str
    columns: tuple[str, ...]
    key: str = "id"

    def covers(self, sheet: "Sheet") -> bool:
        """Whether all that this sheet's search looks into is in the index."""
        of = getattr(sheet.key, "table", None)
        if not isinstance(of, Table) or of.name != self.table:
            return False
        return all(self._holds(field, of) for field in sheet.fields if field.is_searched)

    def holds(self, name: str) -> bool:
        """Whether a text column of this name is in it."""
        return name in self.columns or OWN_COLUMN.fullmatch(name) is not None

    def _holds(self, field: "Field", of: Table) -> bool:
        if getattr(field.column, "table", None) is not of:
            return False
        return isinstance(field.column.type, String) and self.holds(str(field.column.key))

    def marked(self) -> Select[Any]:
        """The keys of rows that changed since they were indexed; some more than once."""
        return select(self.marks.c.row_id)

    @property
    def marks(self) -> TableClause:
        """The table of marks."""
        return table(f"{self.table}_search_mark", column("row_id", BigInteger))

    def entries(self, dialect: Dialect) -> tuple[TableClause, ColumnElement[int]]:
        """The index itself, and the column in it that holds a row's key."""
        name = f"{self.table}_search"
        if dialect.name == "sqlite":
            index = table(name, column("rowid", Integer), column(name, Text))
            return index, index.c.rowid
        index = table(name, column("row_id", BigInteger), column("grams", ARRAY(Integer)))
        return index, index.c.row_id

    def proposed(self, index: TableClause, grams: Sequence[int]) -> ColumnElement[bool]:
        """The condition on the ``entries`` for having all these pairs."""
        if index.name in index.c:  # FTS5 names a column after its table, to ask it by
            asked = " AND ".join(f'"{token(gram)}"' for gram in grams)
            return index.c[index.name].bool_op("MATCH")(literal(asked, Text()))
        return index.c.grams.bool_op("@>")(literal(list(grams), ARRAY(Integer)))
