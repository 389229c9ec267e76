"""The zip around a workbook: measured before anything in it is parsed, its parts found by name."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

from sheets.reading.book import MEGABYTE, Limits, Refused

CHUNK = 128 * 1024
DAMAGED = "文件已损坏，打不开。请在 Excel 或 WPS 中打开它，另存为 .xlsx 后再上传。"
LOCKED = "文件设了密码，请先在 Excel 中取消密码再上传。"
BOMB = "文件展开后有 {size} MB，超过 {limit} MB 的上限。请删去多余的工作表和图片，或拆成几个文件。"
ENTITIES = "文件里有不该出现的实体声明，可能被人动过手脚，没有读取。请用 Excel 另存一份再上传。"
ENCRYPTED = 0x1
STORED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
"""What the zip library raises for what it cannot unpack."""
_XML = (".xml", ".rels", ".vml")
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


class Package:
    """The parts of a workbook by name, whatever the case and the slashes of the names."""

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(source)
        except (*BROKEN, ValueError) as error:
            raise Refused(DAMAGED) from error
        self._parts = _measured(self._zip.infolist(), limits)

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def names(self) -> Iterator[str]:
        """The names of all parts, in small letters."""
        return iter(self._parts)

    def size(self, name: str) -> int:
        """How many bytes a part says it has."""
        return self._parts[_plain(name)].file_size

    def open(self, name: str) -> BinaryIO:
        """A part as a stream of bytes; raises KeyError."""
        return self._zip.open(self._parts[_plain(name)])  # type: ignore[return-value]

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece; raises KeyError, and BROKEN while reading."""
        with self.open(name) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def bytes_of(self, name: str, most: int) -> bytes:
        """A whole part; raises KeyError, BROKEN, Refused when it says to be longer than most."""
        if self.size(name) > most:
            raise Refused(BOMB.format(size=self.size(name) // MEGABYTE, limit=most // MEGABYTE))
        with self.open(name) as stream:
            return stream.read()

    def examine(self) -> None:
        """Read each XML part once: its length and checksum hold, and it declares no entities."""
        for name in self._parts:
            if name.endswith(_XML):
                self._examine(name)

    def _examine(self, name: str) -> None:
        tail = b""
        try:
            for chunk in self.chunks(name):
                # Without the zeros of UTF-16: a declaration hides in no encoding.
                seen = tail + (chunk.replace(b"\0", b"") if b"\0" in chunk else chunk)
                if any(word in seen for word in _DECLARATIONS):
                    raise Refused(ENTITIES)
                tail = seen[-16:]
        except BROKEN as error:
            raise Refused(DAMAGED) from error

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The relations of a part: id to (last word of the type, target); outside ones left out."""
        folder, base = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, tuple[str, str]] = {}
        if name not in self:
            return found

        def start(tag: str, attrs: dict[str, str]) -> None:
            if local(tag) == "Relationship" and attrs.get("TargetMode") != "External":
                target = attrs.get("Target", "").replace("\\", "/")
                whole = target if target.startswith("/") else posixpath.join(folder, target)
                kind = attrs.get("Type", "").rpartition("/")[2]
                found[attrs.get("Id", "")] = (kind, posixpath.normpath(whole).lstrip("/"))

        parse(self.chunks(name), start)
        return found


def parse(
    chunks: Iterator[bytes],
    start: Callable[[str, dict[str, str]], Any],
    end: Callable[[str], Any] | None = None,
    text: Callable[[str], Any] | None = None,
) -> None:
    """Walk through XML with these handlers; raises expat.ExpatError, and what chunks raises."""
    parser = parser_of(start, end, text)
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def parser_of(
    start: Callable[[str, dict[str, str]], Any],
    end: Callable[[str], Any] | None = None,
    text: Callable[[str], Any] | None = None,
) -> expat.XMLParserType:
    """A parser with these handlers, which refuses declared entities once more."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def local(name: str) -> str:
    """The name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def attribute(attrs: dict[str, str], name: str) -> str | None:
    """An attribute by its name, whatever its prefix."""
    if name in attrs:
        return attrs[name]
    return next((value for key, value in attrs.items() if local(key) == name), None)


def _no_doctype(*_: object) -> None:
    raise Refused(ENTITIES)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _measured(entries: list[zipfile.ZipInfo], limits: Limits) -> dict[str, zipfile.ZipInfo]:
    if len(entries) > limits.entries:
        raise Refused(
            f"文件里有 {len(entries)} 个部件，超过 {limits.entries} 个的上限，没有读取。"
            "请在 Excel 中只留下需要的工作表，另存后再上传。"
        )
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        limit = limits.unpacked_bytes // MEGABYTE
        raise Refused(BOMB.format(size=total // MEGABYTE, limit=limit))
    parts: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        if entry.flag_bits & ENCRYPTED:
            raise Refused(LOCKED)
        if (
            entry.compress_type not in STORED
            or parts.setdefault(_plain(entry.filename), entry) is not entry
        ):
            raise Refused(DAMAGED)
    return parts
