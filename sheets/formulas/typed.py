"""A checked piece of a formula: what kind of value it is, its SQL, and how large it can become."""

import math
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, literal

from sheets.formulas import words
from sheets.formulas.tree import FormulaError
from sheets.moments import read_day
from sheets.sql_days import local_day

Kind = Literal["number", "text", "date", "instant", "boolean"]
KINDS: dict[str, str] = {
    "number": "数字",
    "text": "文字",
    "date": "日期",
    "instant": "日期时间",
    "boolean": "是非",
}
# Powers of ten between which a number that is not 0 may lie.  PostgreSQL refuses a row whose
# number leaves the range of doubles, so a formula that could is refused instead.
FARTHEST = 250.0
LONGEST_TEXT = 4_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the greatest power of ten of a number that is not 0."""

    least: float = -15.0
    most: float = 15.0

    def joined(self, other: "Span") -> "Span":
        """Either of the two."""
        return Span(min(self.least, other.least), max(self.most, other.most))

    def added(self, other: "Span") -> "Span":
        """Their sum or difference, which may all but cancel out."""
        both = self.joined(other)
        return Span(both.least - 16, both.most + 0.5)

    def times(self, other: "Span") -> "Span":
        """Their product."""
        return Span(self.least + other.least, self.most + other.most)

    def over(self, other: "Span") -> "Span":
        """Their quotient."""
        return Span(self.least - other.most, self.most - other.least)


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """A value to be; ``known`` is the value of a literal, ``length`` the most letters of a text."""

    kind: Kind
    sql: ColumnElement[Any]
    place: int
    size: int = 1
    span: Span = field(default_factory=Span)
    length: int = 0
    known: str | float | bool | None = None

    def within(self) -> "Typed":
        """Itself; raises FormulaError where it could grow beyond what a database takes."""
        if self.kind == "number" and max(-self.span.least, self.span.most) > FARTHEST:
            raise FormulaError(self.place, "连乘或连除太多，结果可能大得无法计算，请减少一些。")
        if self.kind == "text" and self.length > LONGEST_TEXT:
            raise FormulaError(self.place, "这里的文字可能变得太长，请减少替换或拼接。")
        return self


def known_number(place: int, value: float) -> Typed:
    """A number that was written down."""
    size = math.log10(abs(value)) if value else 0.0
    sql = literal(float(value), words.NUMBER)
    return Typed("number", sql, place, span=Span(size, size), known=float(value))


def known_text(place: int, value: str) -> Typed:
    """A text that was written down."""
    return Typed("text", literal(value, words.TEXT), place, length=len(value), known=value)


def known_day(place: int, value: date) -> Typed:
    """A day that was written down."""
    return Typed("date", literal(value, Date()), place)


def as_kind(value: Typed, kind: Kind, what: str) -> Typed:
    """The value as this kind where it is one or can stand for one; raises FormulaError."""
    if value.kind == kind:
        return value
    if kind == "date" and value.kind == "instant":
        return replace(value, kind="date", sql=local_day(value.sql), size=value.size + 1)
    day = read_day(value.known) if kind == "date" and isinstance(value.known, str) else None
    if day is not None:
        return known_day(value.place, day)
    raise FormulaError(value.place, f"{what}要用{KINDS[kind]}，这里是{KINDS[value.kind]}。")


def as_text(value: Typed) -> Typed:
    """A number or a day as text; raises FormulaError for true and false."""
    if value.kind == "text":
        return value
    if value.kind == "number":
        factor = literal(1_000_000.0, words.NUMBER)
        told = words.number_text(words.rounded(value.sql, factor))
        return Typed("text", told, value.place, value.size + 2, length=24)
    day = as_kind(value, "date", "拼接")
    return Typed("text", words.day_text(day.sql), value.place, day.size + 1, length=10)


def alike(values: list[Typed], what: str) -> tuple[Kind, list[Typed]]:
    """The values as one kind; raises FormulaError at the first that does not fit."""
    kinds = {value.kind for value in values}
    if kinds == {"date", "instant"}:
        kind: Kind = "date"
    elif kinds in ({"date", "text"}, {"instant", "text"}):
        kind = "date"
    else:
        kind = values[0].kind
        odd = next((value for value in values if value.kind != kind), None)
        if odd is not None:
            told = f"{KINDS[kind]}和{KINDS[odd.kind]}"
            raise FormulaError(odd.place, f"{what}要是同一种内容，这里有{told}。")
        return kind, values
    return kind, [as_kind(value, kind, what) for value in values]


def joined_span(values: list[Typed]) -> Span:
    """The span of any of them."""
    span = values[0].span
    for value in values[1:]:
        span = span.joined(value.span)
    return span
