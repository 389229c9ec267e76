"""A workbook of the older kind (.xls): values of every sheet, or why it cannot be read."""

from __future__ import annotations

from typing import BinaryIO

from sheets.reading import kinds
from sheets.reading.book import Refused
from sheets.reading.out import Out
from sheets.reading.package import LOCKED
from sheets.reading.second import SecondReader

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")


def read(source: BinaryIO, out: Out) -> None:
    """Tell what an OLE file holds; raises Refused."""
    data = source.read()
    if _ENCRYPTED in data:
        raise Refused(LOCKED)
    if _WORD in data:
        raise Refused(kinds.WORD)
    out.kind("xls")
    second = SecondReader(source)
    for index, (name, hidden) in enumerate(second.names()):
        second.tell(out, index, name, hidden=hidden)
    out.read()
