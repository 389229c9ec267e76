"""Several short keys in one text column, each between bars: |a|b|."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Integer, Text, func, or_, type_coerce
from sqlalchemy.types import TypeDecorator

from sheets.sql_words import place_of

BAR = "|"


class Marked(TypeDecorator[Any]):
    """Takes a tuple of keys, gives the text back as it is kept: ``keys_of`` reads it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The keys between bars; NULL for none of them."""
        if value is None or isinstance(value, str):
            return value
        return marked(value)


def marked(keys: Iterable[str]) -> str | None:
    """The keys as the column keeps them."""
    joined = BAR.join(keys)
    return f"{BAR}{joined}{BAR}" if joined else None


def keys_of(value: Any) -> tuple[str, ...] | None:
    """The keys that the column keeps; None for none."""
    if isinstance(value, str):
        return tuple(part for part in value.split(BAR) if part) or None
    return tuple(value) if value else None


def holds(column: ColumnElement[Any], key: str) -> ColumnElement[bool]:
    """The column has this key among its own; NULL where it is blank."""
    found: ColumnElement[bool] = place_of(type_coerce(column, Text()), f"{BAR}{key}{BAR}") > 0
    return found


def holds_any(column: ColumnElement[Any], keys: tuple[str, ...]) -> ColumnElement[bool]:
    """The column has at least one of the keys."""
    return or_(*(holds(column, key) for key in keys))


def number_of_keys(column: ColumnElement[Any]) -> ColumnElement[int]:
    """How many keys the column has; NULL where it is blank."""
    text = func.nullif(type_coerce(column, Text()), "")
    bars = func.length(text) - func.length(func.replace(text, BAR, ""))
    return type_coerce(bars - 1, Integer())
