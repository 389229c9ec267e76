"""Where the next page begins: the last row's sort values as one opaque, checked text."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import types

from sheets.moments import in_range
from sheets.query.ordering import OrderTerm
from sheets.text import clean_text

LONGEST = 20_000
LARGEST = 2**63 - 1


class CursorError(ValueError):
    """No place in this order."""


def encode(order: Sequence[OrderTerm], values: Sequence[Any]) -> str:
    """The text for these values, which ``decode`` reads back for the same order only."""
    written = [_write(value) for value in values]
    packed = json.dumps([_signature(order), written], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).rstrip(b"=").decode()


def decode(text: str, order: Sequence[OrderTerm]) -> list[Any]:
    """The values, each of its column's type; raises CursorError for anything else.

    The text comes back from a browser, so it may hold whatever somebody likes.
    """
    if not text.isascii() or len(text) > LONGEST:
        raise CursorError(text[:40])
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        signature, written = json.loads(packed)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise CursorError(str(error)) from None
    if signature != _signature(order) or not isinstance(written, list):
        raise CursorError("made for another order")
    if len(written) != len(order):
        raise CursorError("a value is missing")
    return [_read(value, term) for value, term in zip(written, order, strict=True)]


def _signature(order: Sequence[OrderTerm]) -> str:
    return ",".join(term.name for term in order)


def _write(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # and datetime, which is one
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def _read(written: Any, term: OrderTerm) -> Any:
    if written is None:
        if term.nullable:
            return None
        raise CursorError("blank where none can be")
    kind: types.TypeEngine[Any] = term.column.type
    if isinstance(kind, types.TypeDecorator):
        kind = kind.impl_instance
        if isinstance(kind, types.DateTime):
            return _checked(_aware, written)  # such a type refuses a naive instant
    for family, read in READERS:
        if isinstance(kind, family):
            return _checked(read, written)
    raise CursorError(f"no order by {kind!r}")


def _checked(read: Callable[[Any], Any], written: Any) -> Any:
    try:
        return read(written)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise CursorError(str(error)) from None


def _day(written: Any) -> date:
    day = date.fromisoformat(written)
    if in_range(day) is None:
        raise ValueError("no day of use")
    return day


def _instant(written: Any) -> datetime:
    instant = datetime.fromisoformat(written)
    if in_range(instant.date()) is None:
        raise ValueError("no instant of use")
    return instant


def _aware(written: Any) -> datetime:
    instant = _instant(written)
    if instant.tzinfo is None:
        raise ValueError("no zone")
    return instant


def _text(written: Any) -> str:
    if not isinstance(written, str) or clean_text(written) != written:
        raise ValueError("no clean text")
    return written


def _integer(written: Any) -> int:
    if type(written) is not int or abs(written) > LARGEST:
        raise ValueError("no integer")
    return written


def _number(written: Any) -> float | Decimal:
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        raise TypeError("no number")
    number = Decimal(str(written))
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError("no number of use")
    return number if isinstance(written, str) else float(written)


def _boolean(written: Any) -> bool:
    if not isinstance(written, bool):
        raise TypeError("neither true nor false")
    return written


READERS: tuple[tuple[type[types.TypeEngine[Any]], Callable[[Any], Any]], ...] = (
    (types.DateTime, _instant),
    (types.Date, _day),
    (types.Boolean, _boolean),
    (types.Integer, _integer),
    (types.Numeric, _number),
    (types.Float, _number),
    (types.String, _text),
)
