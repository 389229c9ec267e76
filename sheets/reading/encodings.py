"""Which encoding some text is in: the mark at its start, then what decodes without a rest."""

from __future__ import annotations

import codecs
import re

from sheets.reading.book import Refused

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NO_TEXT = "这不是表格，也不是文本，读不了。请上传 .xlsx、.xls 或 .csv 文件。"
UNSURE = "文字编码不是 UTF-8 也不是 GBK，按西文（Windows-1252）读取，请核对。"
LOSSY = "有 {count} 处文字按 {name} 读不出来，已用“\ufffd”代替。请用 UTF-8 编码重新导出这个文件。"
SAMPLE = 64 * 1024
_RARE = 0.5
_LOST = 0.01
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes) -> tuple[str, str | None]:
    """The text, and a sentence where the encoding is a guess; raises Refused for what is none."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return _with(data, name)
    wide = _wide(data[:SAMPLE])
    if wide is not None:
        return _with(data, wide)
    if b"\0" in data[:SAMPLE]:
        raise Refused(NO_TEXT)
    try:
        return _sound(data.decode("utf-8")), None
    except UnicodeDecodeError:
        return _chinese(data)


def _chinese(data: bytes) -> tuple[str, str | None]:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return min(_lossy(data, "gb18030"), _lossy(data, "utf-8"), key=_lost)
    if _far_fetched(text):
        return _sound(data.decode("cp1252", "replace")), UNSURE
    return _sound(text), None


def _with(data: bytes, name: str) -> tuple[str, str | None]:
    try:
        return _sound(data.decode(name)), None
    except UnicodeDecodeError:
        return _lossy(data, name)


def _lossy(data: bytes, name: str) -> tuple[str, str | None]:
    text = data.decode(name, "replace")
    count = text.count("\ufffd")
    if count > max(8, len(text) * _LOST):
        raise Refused(NO_TEXT)
    return _sound(text), LOSSY.format(count=count, name=name.upper().removesuffix("-SIG"))


def _lost(decoded: tuple[str, str | None]) -> int:
    return decoded[0].count("\ufffd")


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, by where the zeros of plain letters stand."""
    if len(head) < 4:  # noqa: PLR2004 - one character of the widest
        return None
    zeros = [head[at::4].count(0) for at in range(4)]
    quarter = len(head) // 4
    most, none = quarter * 0.7, max(1, quarter * 0.05)
    if all(count >= most for count in zeros[1:]) and zeros[0] <= none:
        return "utf-32-le"
    if all(count >= most for count in zeros[:3]) and zeros[3] <= none:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    # Chinese has few zeros, but the line ends and separators of a table always do.
    if odd >= max(2, quarter * 0.04) and even <= odd * 0.02:
        return "utf-16-le"
    if even >= max(2, quarter * 0.04) and odd <= even * 0.02:
        return "utf-16-be"
    return None


def _far_fetched(text: str) -> bool:
    """Whether most of the Chinese characters are ones nobody writes: it was no Chinese."""
    foreign = [letter for letter in text[:SAMPLE] if letter > "\x7f"]
    rare = sum(1 for letter in foreign if not _usual(letter))
    return bool(foreign) and rare > len(foreign) * _RARE


def _usual(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _sound(text: str) -> str:
    if len(_CONTROLS.findall(text[:SAMPLE])) > max(2, len(text[:SAMPLE]) * _LOST):
        raise Refused(NO_TEXT)
    return text
