"""The state of a table view: read from URL pairs, written back to them, never trusted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets.catalogue import Sheet

DEFAULT_LIMIT = 50
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "grey")
AGGREGATES = ("sum", "avg", "min", "max", "filled")


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
class ConditionGroup:
    """Conditions in brackets, numbered 1 to 9: all must hold, or one where ``any``."""

    number: int
    conditions: tuple[Condition, ...]
    any: bool = False


@dataclass(frozen=True, slots=True)
class Hue:
    """A colour for the rows of which all conditions hold."""

    colour: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class SortTerm:
    """One field to sort by, up or down."""

    field_id: str
    descending: bool

    def __str__(self) -> str:
        """As the URL keeps it."""
        return f"-{self.field_id}" if self.descending else self.field_id


@dataclass(frozen=True, slots=True)
class GroupTerm:
    """One field to group by; ``part`` is "month" where days are taken together, else empty."""

    field_id: str
    part: str = ""

    def __str__(self) -> str:
        """As the URL keeps it."""
        return f"{self.field_id}:{self.part}" if self.part else self.field_id


@dataclass(frozen=True, slots=True)
class SumTerm:
    """One figure beneath a column or a group; ``aggregate`` is one of AGGREGATES."""

    field_id: str
    aggregate: str

    def __str__(self) -> str:
        """As the URL keeps it."""
        return f"{self.field_id}:{self.aggregate}"


@dataclass(frozen=True, eq=False)
class Query:
    """What to show of a sheet.

    All ``conditions`` and ``groups`` must hold, or one of them where ``any``; the search must
    hold besides.  ``columns`` is empty where the sheet's own choice stands.  A row gets the
    colour of the first of the ``hues`` that holds.  ``skip`` are rows passed over after
    ``after``.  ``errors`` holds what could not be read, while the rest applies; ``typed`` holds
    every pair as it came, so that a form can show what was typed.
    """

    sheet: Sheet
    conditions: tuple[Condition, ...] = ()
    any: bool = False
    groups: tuple[ConditionGroup, ...] = ()
    sort: tuple[SortTerm, ...] = ()
    search: str = ""
    after: str | None = None
    skip: int = 0
    limit: int = DEFAULT_LIMIT
    group_by: tuple[GroupTerm, ...] = ()
    sums: tuple[SumTerm, ...] = ()
    columns: tuple[str, ...] = ()
    freeze: int | None = None
    hues: tuple[Hue, ...] = ()
    errors: tuple[QueryError, ...] = ()
    typed: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def words(self) -> list[str]:
        """The words searched for; each must occur."""
        return self.search.split()

    @property
    def is_filtered(self) -> bool:
        """Whether rows are left out."""
        return bool(self.conditions or self.groups or self.search)

    def check(self) -> "Query":
        """The query itself when all of it could be read; else raises the first QueryError."""
        if self.errors:
            raise self.errors[0]
        return self

    def pairs(self) -> list[tuple[str, str]]:
        """The URL pairs that ``parse_query`` reads back to the same query."""
        pairs = [*self._filters()]
        pairs += [
            self._pair(each, f"hue.{hue.colour}.") for hue in self.hues for each in hue.conditions
        ]
        singles = (
            ("q", self.search),
            ("sort", _listed(self.sort)),
            ("group", _listed(self.group_by)),
            ("sum", _listed(self.sums)),
            ("cols", _listed(self.columns)),
            ("freeze", "" if self.freeze is None else str(self.freeze)),
            ("limit", "" if self.limit == DEFAULT_LIMIT else str(self.limit)),
            ("after", self.after or ""),
            ("skip", str(self.skip or "")),
        )
        return [*pairs, *((name, value) for name, value in singles if value)]

    def with_(self, changes: Mapping[str, str | Iterable[str] | None]) -> "Query":
        """The query with parameters replaced, or dropped by None; it begins at its first page."""
        from sheets.query.parsing import parse_query

        gone = {*changes, "after", "skip"}
        kept = [pair for pair in self.pairs() if pair[0] not in gone]
        for name, value in changes.items():
            values = () if value is None else (value,) if isinstance(value, str) else value
            kept.extend((name, each) for each in values)
        return parse_query(self.sheet, kept)

    def _filters(self) -> Iterator[tuple[str, str]]:
        yield from (self._pair(each) for each in self.conditions)
        if self.any:
            yield "any", "1"
        for group in self.groups:
            yield from (self._pair(each, f"g{group.number}.") for each in group.conditions)
            if group.any:
                yield f"g{group.number}.any", "1"

    def _pair(self, condition: Condition, before: str = "") -> tuple[str, str]:
        kind = self.sheet.field(condition.field_id).kind
        operator = kind.operator(condition.operator)
        name = f"{before}f.{condition.field_id}.{condition.operator}"
        if operator is None or operator.arity == 0:
            return name, "1"
        operands = condition.operand if operator.arity != 1 else (condition.operand,)
        return name, ",".join(kind.write_operand(operator, value) for value in operands)


def _listed(terms: Iterable[object]) -> str:
    return ",".join(str(term) for term in terms)
