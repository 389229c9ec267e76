"""The state of a table view: read from URL pairs, written back to them, never trusted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets.catalogue import Sheet

DEFAULT_LIMIT = 50


class QueryError(ValueError):
    """A parameter that could not be used; ``sentence`` says what to do about it."""

    def __init__(self, sentence: str, parameter: str, value: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.parameter = parameter
        self.value = value


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter.  ``operand`` is a value, a tuple of them, or None where the operator has none."""

    field_id: str
    operator: str
    operand: Any


@dataclass(frozen=True, slots=True)
class SortTerm:
    """One field to sort by, up or down."""

    field_id: str
    descending: bool

    def __str__(self) -> str:
        """As the URL keeps it."""
        return f"-{self.field_id}" if self.descending else self.field_id


@dataclass(frozen=True, eq=False)
class Query:
    """What to show of a sheet.

    ``errors`` holds what could not be read, while the rest applies; ``typed`` holds every pair
    as it came, so that a form can show what was typed.
    """

    sheet: Sheet
    conditions: tuple[Condition, ...] = ()
    sort: tuple[SortTerm, ...] = ()
    search: str = ""
    after: str | None = None
    limit: int = DEFAULT_LIMIT
    errors: tuple[QueryError, ...] = ()
    typed: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def words(self) -> list[str]:
        """The words searched for; each must occur."""
        return self.search.split()

    def check(self) -> "Query":
        """The query itself when all of it could be read; else raises the first QueryError."""
        if self.errors:
            raise self.errors[0]
        return self

    def pairs(self) -> list[tuple[str, str]]:
        """The URL pairs that ``parse_query`` reads back to the same query."""
        pairs = [self._pair(condition) for condition in self.conditions]
        if self.search:
            pairs.append(("q", self.search))
        if self.sort:
            pairs.append(("sort", ",".join(str(term) for term in self.sort)))
        if self.limit != DEFAULT_LIMIT:
            pairs.append(("limit", str(self.limit)))
        if self.after:
            pairs.append(("after", self.after))
        return pairs

    def with_(self, changes: Mapping[str, str | Iterable[str] | None]) -> "Query":
        """The query with parameters replaced, or dropped by None; it begins at its first page."""
        from sheets.query.parsing import parse_query

        kept = [pair for pair in self.pairs() if pair[0] not in {*changes, "after"}]
        for name, value in changes.items():
            values = () if value is None else (value,) if isinstance(value, str) else value
            kept.extend((name, each) for each in values)
        return parse_query(self.sheet, kept)

    def toggled(self, field_id: str) -> "Query":
        """Sorted by this field alone, the other way round when it already was."""
        down = self.sort[:1] == (SortTerm(field_id, descending=False),)
        return self.with_({"sort": f"-{field_id}" if down else field_id})

    def _pair(self, condition: Condition) -> tuple[str, str]:
        kind = self.sheet.field(condition.field_id).kind
        operator = kind.operator(condition.operator)
        name = f"f.{condition.field_id}.{condition.operator}"
        if operator is None or operator.arity == 0:
            return name, "1"
        operands = condition.operand if operator.arity != 1 else (condition.operand,)
        return name, ",".join(kind.write_operand(operator, value) for value in operands)
