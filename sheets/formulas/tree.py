"""A formula taken apart: its tokens' places and the tree they make."""

from dataclasses import dataclass
from decimal import Decimal

from sheets.fields.base import FieldError


class FormulaError(FieldError):
    """A formula that cannot be; the sentence names the place, counted from 1."""

    def __init__(self, place: int, sentence: str) -> None:
        super().__init__(f"第 {place} 个字：{sentence}")
        self.place = place


@dataclass(frozen=True, slots=True)
class Number:
    """A number, written in plain digits."""

    place: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Words:
    """A text in quotation marks."""

    place: int
    value: str


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false."""

    place: int
    value: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """A field, by its id in a stored formula, by its id or caption in a typed one."""

    place: int
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator with what it is given."""

    place: int
    name: str
    operands: tuple["Node", ...]


Node = Number | Words | Truth | Reference | Call
