"""Lines between the limited process and the one that asked: JSON, and plain bytes of pictures.

The side that parses files is not trusted by the other: nothing is unpickled, every length is
checked before it is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, BinaryIO

import orjson

from sheets.reading.book import Row, Value

LONGEST_LINE = 16 * 1024 * 1024
MOST_KNOWN = 20_000
_LONG = re.compile(rb"\d{19}")  # may be an integer of more than 64 bits, which orjson would round


class BrokenLine(Exception):
    """The other side ended, or sent what it should not."""


class Sender:
    """Writes lines, many in one system call."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def send(self, message: Any, blob: bytes | None = None) -> None:
        """One message, and the bytes its "size" announces; raises ValueError when too long."""
        try:
            line = orjson.dumps(message, _tagged, orjson.OPT_PASSTHROUGH_DATETIME)
        except TypeError:  # half a character, or a number of more than 64 bits
            text = json.dumps(message, ensure_ascii=False, default=_tagged)
            line = text.encode("utf-8", "replace")
        if len(line) > LONGEST_LINE:
            raise ValueError("line")
        self._out.write(line)
        self._out.write(b"\n")
        if blob is not None:
            self._out.write(blob)

    def flush(self) -> None:
        """Hand over what has been written."""
        self._out.flush()


def receive(source: BinaryIO) -> Any:
    """The next message; raises BrokenLine."""
    line = source.readline(LONGEST_LINE + 2)
    if not line.endswith(b"\n"):
        raise BrokenLine("ended" if not line else "cut")
    try:
        return json.loads(line) if _LONG.search(line) else orjson.loads(line)
    except (ValueError, RecursionError) as error:
        raise BrokenLine("json") from error


def receive_bytes(source: BinaryIO, size: object, most: int) -> bytes:
    """The bytes that follow a message; raises BrokenLine."""
    if type(size) is not int or not 0 <= size <= most:
        raise BrokenLine("size")
    data = source.read(size)
    if len(data) != size:
        raise BrokenLine("ended")
    return data


def row_of(raw: Any, known: dict[str, str]) -> Row:
    """The values of a row from what JSON carries; raises BrokenLine.

    `known` are texts of earlier rows: columns repeat themselves, and one copy of each will do.
    """
    if not isinstance(raw, list):
        raise BrokenLine("row")
    learns = len(known) < MOST_KNOWN
    return tuple(
        [
            (known.setdefault(cell, cell) if learns else known.get(cell, cell))
            if type(cell) is str
            else _value(cell)
            if type(cell) in _NESTED
            else cell
            for cell in raw
        ]
    )


_NESTED = (list, dict)
_KINDS: dict[str, Callable[[str], Value]] = {
    "d": date.fromisoformat,
    "m": datetime.fromisoformat,
    "t": time.fromisoformat,
}


def _value(raw: Any) -> Value:
    try:
        kind, text = raw
        return _KINDS[kind](text)
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenLine("value") from error


def _tagged(value: object) -> list[str]:
    if isinstance(value, datetime):
        return ["m", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, time):
        return ["t", value.isoformat()]
    raise TypeError(type(value).__name__)
