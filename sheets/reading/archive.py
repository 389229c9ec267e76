"""A zip of pictures and tables, unpacked in the limited process; a bomb is a sentence."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from sheets.reading import wire
from sheets.reading.book import MEGABYTE, Limits, RawPicture, Refused
from sheets.reading.limited import EMPTY, child_at_work
from sheets.reading.media import media_type
from sheets.reading.unpacking import DAMAGED, PICTURE, TABLE

LIMITS = Limits(unpacked_bytes=200 * MEGABYTE)
TOO_LARGE = "压缩包有 {size} MB，超过 {limit} MB 的上限。请压缩照片，或分成几个压缩包上传。"
TOO_LONG = "压缩包读了很久还没有读完，已停止。请分成几个压缩包上传。"
NO_ZIP = "这不是 zip 压缩包。请用电脑自带的“压缩为 zip”打包照片后再上传。"
NOTHING = "压缩包里没有图片，也没有表格。请把照片文件直接打进压缩包后再上传。"
_PACKED = (
    (b"Rar!", "这是 RAR 压缩包，读不了。请解压后重新打包成 zip 再上传。"),
    (b"7z\xbc\xaf", "这是 7z 压缩包，读不了。请解压后重新打包成 zip 再上传。"),
    (b"\x1f\x8b", "这是 gz 压缩文件，读不了。请解压后重新打包成 zip 再上传。"),
    (b"\xd0\xcf\x11\xe0", "这是 Office 文档，不是 zip 压缩包。表格请直接上传。"),
)
EVERY = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One file of an archive. ``name`` has its folders, parted by "/"; it is text, not a path."""

    name: str
    data: bytes = field(repr=False)
    sha1: str
    sha256: str
    media_type: str

    def picture(self) -> RawPicture:
        """The file as a picture that stands in no cell."""
        base = self.name.rpartition("/")[2]
        return RawPicture(-1, -1, self.data, self.sha1, self.sha256, self.media_type, base)


@dataclass(frozen=True, slots=True)
class Archive:
    """What was unpacked: pictures, tables, and what was left inside with a sentence why."""

    name: str
    files: tuple[ArchiveFile, ...]
    tables: tuple[ArchiveFile, ...] = ()
    left: tuple[tuple[str, str], ...] = ()


def read_archive(
    data: bytes,
    name: str,
    limits: Limits = LIMITS,
    watch: Callable[[int], None] | None = None,
) -> Archive:
    """The pictures and tables of a zip; raises Refused.

    `watch` is told now and then how many files have come; what it raises stops the unpacking.
    """
    _judge(data, limits)
    archive = Archive(name, ())
    with tempfile.TemporaryFile() as spool:
        spool.write(data)
        spool.seek(0)
        with child_at_work(spool, limits, "unpack") as child:
            try:
                archive = _listen(archive, child.answer, limits, watch or _unwatched)
            except wire.BrokenLine as error:
                late = child.ran_out_of_time()
                log.warning("unpacking ended early: %s", "too long" if late else error)
                raise Refused(TOO_LONG if late else DAMAGED) from error
    if not archive.files and not archive.tables:
        raise Refused(NOTHING)
    return archive


def _judge(data: bytes, limits: Limits) -> None:
    """Raise Refused for what is plainly no zip, or too large to be handed over."""
    if not data:
        raise Refused(EMPTY)
    if len(data) > limits.file_bytes:
        size, limit = round(len(data) / MEGABYTE, 1), limits.file_bytes // MEGABYTE
        raise Refused(TOO_LARGE.format(size=size, limit=limit))
    if not data.startswith(b"PK"):
        raise Refused(next((why for magic, why in _PACKED if data.startswith(magic)), NO_ZIP))


def _listen(
    archive: Archive, source: BinaryIO, limits: Limits, watch: Callable[[int], None]
) -> Archive:
    """Every word of the limited process checked; raises Refused, BrokenLine, what watch raises."""
    found: dict[str, list[ArchiveFile]] = {PICTURE: [], TABLE: []}
    left: list[tuple[str, str]] = []
    room, count = limits.unpacked_bytes, 0
    while True:
        message = wire.receive(source)
        if not isinstance(message, dict):
            raise wire.BrokenLine("message")
        if "refused" in message:
            raise Refused(str(message["refused"])[:500])
        if "done" in message:
            tables = tuple(found[TABLE])
            return replace(archive, files=tuple(found[PICTURE]), tables=tables, left=tuple(left))
        count += 1
        if count > limits.entries:
            raise wire.BrokenLine("entries")
        if "left" in message:
            left.append((str(message["left"])[:500], str(message.get("why"))[:500]))
            continue
        one = _file(message, source, min(room, limits.picture_bytes))
        room -= len(one.data)
        if message.get("kind") not in found:
            raise wire.BrokenLine("kind")
        found[message["kind"]].append(one)
        if count % EVERY == 0:
            watch(count)


def _file(message: dict[str, Any], source: BinaryIO, most: int) -> ArchiveFile:
    data = wire.receive_bytes(source, message.get("size"), most)
    sha1 = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    sha256 = hashlib.sha256(data).hexdigest()
    return ArchiveFile(str(message.get("file"))[:500], data, sha1, sha256, media_type(data))


def _unwatched(_: int) -> None:
    """Nobody looks on."""
