"""What kind of file some bytes are, told by the bytes: papers and tables an office works with."""

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from app.domain.refusals import Invalid
from sheets.text import one_line

# A contract of thirty scanned pages is about 10 MB; more is a picture that belongs to the photos.
MOST_MB = 20
LONGEST_NAME = 200
MOST_PARTS = 5_000  # of a workbook or document; a large one has some hundreds
MOST_LISTING = 2 * 1024 * 1024  # bytes of the list of these parts
OLE, ZIP, PDF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF-"
END_OF_ZIP, END_SIZE, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
OOXML = "application/vnd.openxmlformats-officedocument."
TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "xlsx": f"{OOXML}spreadsheetml.sheet",
    "docx": f"{OOXML}wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "et": "application/vnd.ms-excel",
    "doc": "application/msword",
    "wps": "application/msword",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
TABLES, PAPERS, TEXTS = frozenset({"xls", "et"}), frozenset({"doc", "wps"}), ("txt", "csv")
KNOWN = "PDF、Word、Excel、WPS 文档，或 txt、csv 文本"


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be kept: its name without any folder, and what it is served as."""

    name: str
    media_type: str


def judge(data: bytes, name: str) -> Judged:
    """The kind of a file, which its name must agree with; raises Invalid with a sentence."""
    plain = plain_name(name)
    if not data:
        raise _no(plain, "是空的，请检查后再传")
    if len(data) > MOST_MB * 1024 * 1024:
        raise _no(plain, f"超过 {MOST_MB} MB，请压缩或分成几份再传")
    ending = PurePosixPath(plain).suffix.lower().removeprefix(".")
    if ending not in TYPES:
        raise _no(plain, f"的类型不能上传，请传{KNOWN}")
    if ending not in _kinds(data, plain):
        raise _no(plain, "的内容与扩展名不符，请用原来的程序另存后再传")
    return Judged(plain, TYPES[ending])


def plain_name(name: str) -> str:
    """The last part of a name, short enough to keep, its ending kept."""
    last = PureWindowsPath(one_line(name).replace("/", "\\")).name or "未命名"
    if len(last) <= LONGEST_NAME:
        return last
    ending = PurePosixPath(last).suffix[:10]
    return last[: LONGEST_NAME - len(ending)] + ending


def _kinds(data: bytes, name: str) -> frozenset[str]:
    """The endings that fit the content; nothing for what is not known."""
    if data.startswith(PDF):
        return frozenset({"pdf"})
    if data.startswith(ZIP):
        return _of_zip(data, name)
    if data.startswith(OLE):
        return _of_ole(data, name)
    return frozenset(TEXTS) if _is_text(data) else frozenset()


def _of_zip(data: bytes, name: str) -> frozenset[str]:
    if not _is_modest(data):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = frozenset(packed.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError):
        return frozenset()
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise _no(name, "含有宏，请另存为不带宏的文件再传")
    if "[Content_Types].xml" not in parts:
        return frozenset()
    found = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
    return frozenset(ending for ending, part in found.items() if part in parts)


def _is_modest(data: bytes) -> bool:
    """Measured before it is read: a list of a million parts would fill the memory."""
    at = data.rfind(END_OF_ZIP, max(0, len(data) - END_SIZE - LONGEST_COMMENT))
    if at < 0 or at + END_SIZE > len(data):
        return False
    parts, listing = struct.unpack_from("<HI", data, at + 10)
    return int(parts) <= MOST_PARTS and int(listing) <= MOST_LISTING


def _of_ole(data: bytes, name: str) -> frozenset[str]:
    """By the names in the old format's directory, which are written two bytes a letter."""
    if any(_wide(word) in data for word in ("_VBA_PROJECT", "Macros")):
        raise _no(name, "含有宏，请另存为不带宏的文件再传")
    if _wide("WordDocument") in data:
        return PAPERS
    return TABLES if _wide("Workbook") in data or _wide("Book") in data else frozenset()


def _wide(word: str) -> bytes:
    return word.encode("utf-16-le")


def _is_text(data: bytes) -> bool:
    if b"\x00" in data:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(sign < " " and sign not in "\t\r\n\f" for sign in text)
    return False


def _no(name: str, what: str) -> Invalid:
    return Invalid("file.refused", f"“{name}”{what}。", fields={"files": f"“{name}”{what}。"})
