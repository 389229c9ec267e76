"""The limited side of unpacking: each file of a zip told with its name as people know it."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import BinaryIO

from sheets.reading.book import MEGABYTE, Limits, Refused
from sheets.reading.media import UNKNOWN, media_type
from sheets.reading.out import Out
from sheets.reading.package import BROKEN, ENCRYPTED, STORED

PICTURE, TABLE = "picture", "table"
TABLES = (".xlsx", ".xlsm", ".xls", ".csv")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".gif", ".bmp", ".tif", ".tiff")
DAMAGED = "压缩包已损坏，打不开。请重新打包成 zip 后再上传。"
LOCKED = "压缩包设了密码，打不开。请取消密码，重新打包后再上传。"
WORKBOOK = "这是工作簿，不是照片的压缩包。请把文件名结尾改为 .xlsx，作为表格上传。"
MANY = "压缩包里有 {count} 个文件，超过 {limit} 个的上限。请分成几个压缩包上传。"
BOMB = "压缩包展开后有 {size} MB，超过 {limit} MB 的上限。请压缩照片，或分成几个压缩包上传。"
METHOD = "压缩方式特殊，读不了。请用电脑自带的“压缩为 zip”重新打包。"
BROKEN_FILE = "在压缩包里已损坏，没有读出来。请换一份再打包。"
HEAVY = "有 {size} MB，超过 {limit} MB 的上限。请压缩后再打包。"
NO_PICTURE = "文件已损坏，不是能打开的图片。"
OTHER = "不是图片，也不是表格，没有读取。"
NESTED = "是压缩包里的压缩包，没有读取。请先解压，再一起打包。"
LONGEST_NAME = 500
_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_JUNK = ("__macosx/",)
_JUNK_NAMES = (".ds_store", "thumbs.db", "desktop.ini")


def read(source: BinaryIO, out: Out) -> None:
    """Tell all files of a zip; raises Refused."""
    try:
        archive = zipfile.ZipFile(source)
    except (*BROKEN, ValueError) as error:
        raise Refused(DAMAGED) from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    _measure(entries, out.limits)
    for entry, name in zip(entries, _names(entries), strict=True):
        if not _is_junk(name):
            _tell(archive, entry, name, out)


def _measure(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Raise Refused for what is too much, before anything is unpacked."""
    if len(entries) > limits.entries:
        raise Refused(MANY.format(count=len(entries), limit=limits.entries))
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        size, limit = total // MEGABYTE, limits.unpacked_bytes // MEGABYTE
        raise Refused(BOMB.format(size=size, limit=limit))
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise Refused(LOCKED)
    if any(entry.filename.lower() == "[content_types].xml" for entry in entries):
        raise Refused(WORKBOOK)


def _tell(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, out: Out) -> None:
    small = name.lower()
    if entry.compress_type not in STORED:
        out.left(name, METHOD)
    elif entry.file_size > out.limits.picture_bytes:
        size, limit = entry.file_size // MEGABYTE, out.limits.picture_bytes // MEGABYTE
        out.left(name, HEAVY.format(size=size, limit=limit))
    elif small.endswith((".zip", ".rar", ".7z")):
        out.left(name, NESTED)
    else:
        try:
            data = archive.read(entry)
        except BROKEN:
            out.left(name, BROKEN_FILE)
            return
        if small.endswith(TABLES):
            out.unpacked(name, TABLE, data)
        elif media_type(data) != UNKNOWN:
            out.unpacked(name, PICTURE, data)
        else:
            out.left(name, NO_PICTURE if small.endswith(PICTURES) else OTHER)


def _is_junk(name: str) -> bool:
    small = name.lower()
    base = small.rpartition("/")[2]
    return small.startswith(_JUNK) or base in _JUNK_NAMES or base.startswith(("._", "~$"))


def _names(entries: list[zipfile.ZipInfo]) -> list[str]:
    """The names as whoever packed them saw them.

    Zips of Windows in Chinese hold GBK and say nothing; those of other systems hold UTF-8 and
    often say nothing either. What one archive holds was packed by one program.
    """
    said = [_said(entry) for entry in entries]
    encoding = "utf-8" if all(_is_utf8(name) for name in said if isinstance(name, bytes)) else None
    found = []
    for name in said:
        text = name if isinstance(name, str) else name.decode(encoding or "gb18030", "replace")
        parts = (part for part in text.replace("\\", "/").split("/") if part not in ("", ".", ".."))
        found.append("/".join(parts)[:LONGEST_NAME])
    return found


def _said(entry: zipfile.ZipInfo) -> str | bytes:
    """The name where its encoding is told, else its bytes."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        raw = entry.orig_filename.encode("cp437")
    except UnicodeEncodeError:  # decoded by something else than the default
        return entry.filename
    return _unicode_path(entry.extra, raw) or raw


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in the extra field some packers write beside the old one."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + size]
        told = kind == _UNICODE_PATH and len(body) > 5 and body[0] == 1  # noqa: PLR2004 - its head
        if told and struct.unpack_from("<L", body, 1)[0] == zlib.crc32(raw):
            return body[5:].decode("utf-8", "replace")
        at += 4 + size
    return None


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
