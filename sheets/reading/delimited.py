"""CSV and its relations: commas, tabs, semicolons or bars between cells; every cell stays text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from sheets.reading.book import Limits, Refused
from sheets.reading.cells import Cells, Found, kept_text
from sheets.reading.encodings import decode
from sheets.reading.out import Out
from sheets.reading.xlsx_cells import LAST_COLUMN, LAST_ROW
from sheets.text import clean_text

SHEET = "csv"
SEPARATORS = ",\t;|"
SAMPLE_RECORDS = 50
SAMPLE_TEXT = 256 * 1024
OPEN_QUOTE = "有一处引号没有成对，已按没有引号的规则读取，请核对。"
LOST = "这格里有读不出来的字。请用 UTF-8 编码重新导出这个文件。"
TOO_WIDE = "第 {row} 行有 {width} 列，超过 {limit} 列的上限。请检查文件的分隔符后再上传。"
_NAMED = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_GUARDED = re.compile(r'="([0-9A-Za-z-]*)"')


def read(data: bytes, out: Out) -> None:
    """Tell what a text file holds, as one sheet; raises Refused."""
    text, doubt = decode(data)
    out.kind("csv")
    if doubt is not None:
        out.note(doubt)
    separator, text = _separator(text)
    quoted = _closed(text, separator)
    if not quoted:
        out.note(OPEN_QUOTE)
    found = Found()
    out.sheet(SHEET, hidden=False, rows=_rows(text, separator, out.limits, found, quoted=quoted))
    out.found(found, {})
    out.read()


def _records(text: str, separator: str, *, quoted: bool) -> Iterator[list[str]]:
    csv.field_size_limit(max(len(text), 1))
    source = io.StringIO(text, newline="")
    if quoted:
        return csv.reader(source, delimiter=separator)
    return csv.reader(source, delimiter=separator, quoting=csv.QUOTE_NONE)


def _rows(
    text: str, separator: str, limits: Limits, found: Found, *, quoted: bool
) -> Iterator[tuple[int, Cells]]:
    for row, record in enumerate(_records(text, separator, quoted=quoted)):
        if row >= LAST_ROW:
            raise Refused(f"文件超过 {LAST_ROW} 行，一次读不下。请拆成几个文件再上传。")
        if len(record) > LAST_COLUMN:
            why = TOO_WIDE.format(row=row + 1, width=len(record), limit=LAST_COLUMN)
            raise Refused(why)
        cells: Cells = []
        for col, raw in enumerate(record):
            kept = _kept(raw, row, col, limits, found) if raw else None
            if kept is not None:
                cells.append((col, kept))
        if cells:
            yield row, cells


def _kept(raw: str, row: int, col: int, limits: Limits, found: Found) -> str | None:
    text = clean_text(raw)
    if "\r\n" in raw and raw.count("\r\n") == raw.count("\n"):
        text = text.replace("\n", "\r\n")  # a cell is handed on as the file breaks its lines
    guarded = _GUARDED.fullmatch(text)
    if guarded is not None:  # how programs keep Excel from eating the zeros of 00123
        text = guarded[1]
    if "\ufffd" in text:
        found.note(row, col, "unreadable", text, LOST)
    return kept_text(text, row, col, limits, found)


def _separator(text: str) -> tuple[str, str]:
    named = _NAMED.match(text)
    if named is not None:
        return named[1], text[named.end() :]
    sample = text[:SAMPLE_TEXT]
    found = {candidate: _merit(sample, candidate) for candidate in SEPARATORS}
    best = max(SEPARATORS, key=lambda candidate: found[candidate])
    return best, text


def _merit(sample: str, separator: str) -> tuple[float, int]:
    """How well a separator divides: the share of records of one width, and that width."""
    if separator not in sample:
        return (0.0, 0)
    widths: Counter[int] = Counter()
    try:
        for record in _records(sample, separator, quoted=True):
            widths[len(record)] += bool(record)
            if widths.total() >= SAMPLE_RECORDS:
                break
    except csv.Error:
        return (0.0, 0)
    total = widths.total()
    split = {width: count for width, count in widths.items() if width > 1}
    if not total or not split:
        return (0.0, 0)
    width, count = max(split.items(), key=lambda item: (item[1], item[0]))
    return (round(count / total, 1), width)


def _closed(text: str, separator: str) -> bool:
    """Whether the quotes come in pairs; one too many would swallow the rest of the file."""
    if '"' not in text:
        return True
    csv.field_size_limit(max(len(text), 1))
    source = io.StringIO(text, newline="")
    try:
        for _ in csv.reader(source, delimiter=separator, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" not in str(error)
    return True
