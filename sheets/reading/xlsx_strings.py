"""The words and the formats a workbook keeps apart from its cells."""

from __future__ import annotations

import re
from collections import UserString
from dataclasses import dataclass, field

from sheets.reading import numbers
from sheets.reading.book import Limits, Refused
from sheets.reading.cells import MANY_CELLS
from sheets.reading.package import Package, local, parse
from sheets.text import clean_text

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def plain_text(raw: str) -> str:
    """A text of a workbook: its escapes (_x000D_) resolved, no control characters."""
    if "_x" in raw:
        raw = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), raw)
    return clean_text(raw)


class OddText(UserString):
    """A text its cell must look at twice: too long, or no text but a picture."""


def shared_strings(
    package: Package, part: str | None, limits: Limits
) -> list[str | OddText | None]:
    """The texts cells point to, without readings (ruby) beside Chinese characters.

    None stands for blanks alone; what is too long or may name a picture is an OddText. Raises
    Refused where there are more texts than a workbook may have cells.
    """
    if part is None or part not in package:
        return []
    reader = _Strings(limits.cells)
    parse(package.chunks(part), reader.start, reader.end, reader.text)
    return [_sorted(text, limits.text_length) for text in reader.found]


def _sorted(text: str, length: int) -> str | OddText | None:
    if not text or text.isspace():
        return None
    return OddText(text) if len(text) > length or text.startswith("=") else text


_NAMES = frozenset({"t", "si"})  # nearly all there is, and mostly without a prefix


class _Strings:
    def __init__(self, most: int) -> None:
        self.found: list[str] = []
        self._most = most
        self._bits: list[str] = []
        self._wanted = False
        self._ruby = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag if tag in _NAMES else local(tag)
        if name == "t":
            self._wanted = not self._ruby
        elif name == "si":
            self._bits = []
        elif name == "rPh":
            self._ruby = True

    def end(self, tag: str) -> None:
        name = tag if tag in _NAMES else local(tag)
        if name == "t":
            self._wanted = False
        elif name == "si":
            self.found.append(plain_text("".join(self._bits)))
            if len(self.found) > self._most:
                raise Refused(MANY_CELLS.format(limit=self._most // 10_000))
        elif name == "rPh":
            self._ruby = False

    def text(self, data: str) -> None:
        if self._wanted:
            self._bits.append(data)


@dataclass(frozen=True, slots=True)
class Formats:
    """The number format of each cell style: its kind (see numbers) and its code."""

    kinds: list[int] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


def formats(package: Package, part: str | None) -> Formats:
    """The cell styles of a workbook; none where it has no part for them."""
    if part is None or part not in package:
        return Formats()
    own: dict[int, str] = {}
    styles: list[int] = []
    within: list[str] = []

    def start(tag: str, attrs: dict[str, str]) -> None:
        name = local(tag)
        if name == "numFmt" and "dxf" not in within:
            own[_whole(attrs.get("numFmtId"))] = attrs.get("formatCode", "")
        elif name == "xf" and "cellXfs" in within:
            styles.append(_whole(attrs.get("numFmtId")))
        within.append(name)

    parse(package.chunks(part), start, lambda _: within.pop())
    codes = [own.get(style, numbers.BUILT_IN.get(style, "General")) for style in styles]
    return Formats([numbers.kind_of(code) for code in codes], codes)


def _whole(raw: str | None) -> int:
    return int(raw) if raw and raw.isascii() and raw.isdigit() else 0
