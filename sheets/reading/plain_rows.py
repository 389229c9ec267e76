"""Rows of a sheet as nearly all are written, told apart from those that need the XML parser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

Cell = tuple[str, str, str, str]
"""The letters of its column, its style, "s" for a shared string, what stands in it."""
BEGIN, END = b"<sheetData>", b"</row>"
LONGEST = 1024 * 1024
"""Bytes without the end of a row, beyond which nobody waits for one."""
_CELL = (
    r'<c r="{}[1-9][0-9]{{0,6}}"(?: s="{}")?(?: t="{}")?(?:/>|><v>{}</v></c>)'
)  # fmt: skip
_COLUMN, _STYLE, _KIND, _VALUE = "[A-Z]{1,3}", "[0-9]{1,5}", "[sn]", "[0-9.eE+-]{1,32}"
_ROW = re.compile(
    r'\s*<row r="([0-9]{1,7})"((?: [A-Za-z0-9:]{1,32}="[^"<&]{0,64}"){0,16})>'
    rf"((?:{_CELL.format(_COLUMN, _STYLE, _KIND, _VALUE)})*+)</row>"
)
_CELLS = re.compile(_CELL.format(*(f"({each})" for each in (_COLUMN, _STYLE, _KIND, _VALUE))))
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9:]+)="([^"]*)"')


class PlainRows:
    """Walks through a sheet: plain rows are handed over in one piece, all else to the parser.

    A row that is plain is well-formed in itself and declares nothing, so that what remains is
    as well-formed without it as it was with it.
    """

    def __init__(
        self,
        parse: Callable[[bytes], object],
        take: Callable[[dict[str, str], list[Cell]], None],
        is_open: Callable[[], bool],
    ) -> None:
        """`is_open` tells whether what `parse` got last was the start of the rows."""
        self._parse, self._take, self._is_open = parse, take, is_open
        self._rest = b""
        self._walk = self._before

    def through(self, chunks: Iterator[bytes]) -> Iterator[None]:
        """Hand over all chunks, pausing after each; raises what the parser and `take` raise."""
        for chunk in chunks:
            self._walk(self._rest + chunk if self._rest else chunk)
            yield
        self._parse(self._rest)

    def _before(self, data: bytes) -> None:
        at = data.find(BEGIN)
        if at < 0:  # the mark may be cut in two
            keep = min(len(BEGIN) - 1, len(data))
            self._parse(data[: len(data) - keep])
            self._rest = data[len(data) - keep :]
            return
        at += len(BEGIN)
        self._parse(data[:at])
        self._rest, self._walk = b"", self._within if self._is_open() else self._beyond
        self._walk(data[at:])

    def _within(self, data: bytes) -> None:
        cut = data.rfind(END) + len(END)
        if cut < len(END):
            if len(data) > LONGEST or b"</sheetData" in data:
                self._give_up(data)
            else:
                self._rest = data
        elif b"<!" in data or b"<?" in data:  # a row in a comment is none
            self._give_up(data)
        else:
            self._rest = data[cut:]
            self._rows(data[:cut])

    def _rows(self, data: bytes) -> None:
        text = data.decode("latin-1")  # a letter a byte: plain rows are ASCII
        at = 0
        while at < len(data):
            found = _ROW.match(text, at)
            attributes = _attributes(found[2]) if found else None
            if found is None or attributes is None:
                after = data.find(b"<row ", at + 1)
                if after > at and not data[at:after].strip():
                    after = data.find(b"<row ", after + 1)
                after = after if after > at else len(data)
                self._parse(data[at:after])
                at = after
                continue
            self._take({"r": found[1], **attributes}, _CELLS.findall(found[3]))
            at = found.end()

    def _give_up(self, data: bytes) -> None:
        self._rest, self._walk = b"", self._beyond
        self._parse(data)

    def _beyond(self, data: bytes) -> None:
        self._parse(data)


@lru_cache(maxsize=1024)
def _attributes(text: str) -> dict[str, str] | None:
    """The further attributes of a row; None where one comes twice, which is no XML."""
    pairs = _ATTRIBUTE.findall(text)
    found = dict(pairs)
    return found if len(found) == len(pairs) and "r" not in found else None
