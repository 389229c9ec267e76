"""Values of one type as another's: each distinct one once, and what would not survive."""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select

from sheets.catalogue import Field
from sheets.fields.base import FieldError, FieldType, Lookup
from sheets.showing import NameCache

AT_ONCE = 1_000
MOST_LOOKED_AT = 2_000  # distinct values that the options of the new type are made of
MOST_SAMPLES = 10
NOTHING_LEFT = "转换后没有可保留的内容。"


@dataclass(frozen=True, slots=True)
class Sample:
    """A value that would not survive: how it reads, in how many rows, and why."""

    shown: str
    rows: int
    reason: str


@dataclass(frozen=True, slots=True)
class Turned:
    """A stored value with its rows, and what it becomes; a reason where it is lost."""

    stored: Any
    shown: str
    rows: int
    value: Any
    reason: str = ""


class Turning:
    """From a field, which is selected from its table, to another type."""

    def __init__(
        self, source: Field, kind: FieldType, options: Mapping[str, object], lookup: Lookup
    ) -> None:
        self.source = source
        self.kind = kind
        self.options = options
        self.lookup = NameCache(lookup)

    def turned(self, stored: Any) -> tuple[Any, str]:
        """What a stored value becomes, and how it reads; raises FieldError, its text then first."""
        value = self.source.kind.load(stored)
        shown = self.source.show(value, self.lookup)
        if not shown:
            return None, ""
        try:
            become = self.kind.convert(value, self.source, shown, self.options)
        except FieldError as error:
            raise Lost(shown, error.sentence) from None
        if become is None:
            raise Lost(shown, NOTHING_LEFT)
        return become, shown

    def all(self, connection: Connection) -> Iterator[Turned]:
        """Every distinct value that is not blank, a thousand in memory at a time."""
        column = self.source.column
        statement = select(column, func.count()).where(column.is_not(None)).group_by(column)
        result = connection.execute(statement.execution_options(yield_per=AT_ONCE))
        for some in result.partitions():
            self.ask_names(each[0] for each in some)
            for stored, rows in some:
                try:
                    value, shown = self.turned(stored)
                except Lost as lost:
                    yield Turned(stored, lost.shown, rows, None, lost.sentence)
                    continue
                if shown:
                    yield Turned(stored, shown, rows, value)

    def ask_names(self, stored: Iterable[Any]) -> None:
        """Ask for the names behind some values at once."""
        kind = self.source.kind.names_kind(self.source.options)
        if kind:
            self.lookup.names(kind, {each for each in stored if isinstance(each, int)})


class Lost(FieldError):
    """A value that the new type cannot keep."""

    def __init__(self, shown: str, sentence: str) -> None:
        super().__init__(sentence)
        self.shown = shown


def turning(
    connection: Connection,
    source: Field,
    kind: FieldType,
    options: Mapping[str, object],
    lookup: Lookup,
) -> Turning:
    """How to turn a field, with options made of its values where none were given; FieldError."""
    for each in (source.kind, kind):
        if not each.convertible:
            raise FieldError(f"“{each.label}”不能与别的类型互相转换，请另建一个字段。")
    if kind.key == source.type:
        raise FieldError(f"这个字段已经是{kind.label}，请选择另一个类型。")
    kind.sql_type()  # refuses a type that cannot be stored
    looking = Turning(source, source.kind, source.options, lookup)
    column = source.column
    some = select(column).where(column.is_not(None)).distinct().limit(MOST_LOOKED_AT)
    stored = list(connection.execute(some).scalars())
    looking.ask_names(stored)
    shown = [source.show(source.kind.load(each), looking.lookup) for each in stored]
    made = kind.options_from(source, [each for each in shown if each], options)
    return Turning(source, kind, made, lookup)


class Tally:
    """The rows that survive and those that do not, with the most frequent reasons."""

    def __init__(self) -> None:
        self.survive = 0
        self.lost = 0
        self._samples: list[tuple[int, int, Sample]] = []
        self._order = count()

    def add(self, each: Turned) -> None:
        """Count a value."""
        if not each.reason:
            self.survive += each.rows
            return
        self.lost += each.rows
        sample = Sample(each.shown, each.rows, each.reason)
        heapq.heappush(self._samples, (each.rows, -next(self._order), sample))
        if len(self._samples) > MOST_SAMPLES:
            heapq.heappop(self._samples)

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The lost values with the most rows first."""
        return tuple(sample for *_, sample in sorted(self._samples, reverse=True))


def temporary_table(
    connection: Connection, name: str, types: Mapping[str, Any], key: str = ""
) -> Table:
    """A table that lasts as long as it is needed, with columns of these types.

    ``key`` names the column that it is looked up by.
    """
    # SQLite looks values up by a key; PostgreSQL joins by hash, and could not index long texts.
    keyed = key if connection.dialect.name == "sqlite" else ""
    columns = [Column(each, kind, primary_key=each == keyed) for each, kind in types.items()]
    made = Table(name, MetaData(), *columns, prefixes=["TEMPORARY"])
    made.create(connection, checkfirst=False)
    return made


def fill_table(connection: Connection, target: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Put rows in, a thousand at a time."""
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        connection.execute(insert(target), some)
