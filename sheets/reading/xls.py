"""A workbook of the older kind (.xls): cells, formats, merges and hidden lines of its sheets."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any, BinaryIO

import xlrd

from sheets.reading import kinds, numbers
from sheets.reading.book import Limits, Refused, Value
from sheets.reading.cells import Cells, Found, kept_text
from sheets.reading.out import Out
from sheets.reading.package import LOCKED
from sheets.reading.second import SecondReader
from sheets.reading.xlsx_cells import DATES, ERROR_VALUE, PRECISE, PRECISION
from sheets.reading.xlsx_strings import plain_text

ONE_READER = "这个 .xls 文件的结构不规范，只读到了格子里的值；合并和隐藏的行没有读到，请核对。"
NO_PICTURES = "“.xls”文件里的图片读不出来。要带上图片，请另存为 .xlsx 后再上传。"
MALFORMED = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError)
"""What a damaged sheet raises while its cells are looked at."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
_PICTURES = (b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n")
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5  # as the library counts kinds of cells


def read(source: BinaryIO, out: Out) -> None:
    """Tell what an OLE file holds; raises Refused."""
    data = source.read()
    if _ENCRYPTED in data:
        raise Refused(LOCKED)
    if _WORD in data:
        raise Refused(kinds.WORD)
    out.kind("xls")
    second = SecondReader(source)
    book = _opened(data)
    if book is None:
        out.note(ONE_READER)
        for name, hidden in second.names():
            second.tell(out, name, hidden=hidden)
        out.read()
        return
    whole = [_sheet(book, sheet, out, second) for sheet in book.sheets()]
    if any(mark in data for mark in _PICTURES):
        out.note(NO_PICTURES)
    out.read()
    for at, sheet in enumerate(book.sheets()):
        if whole[at]:
            second.compare(out, at, sheet.name)


def _sheet(book: Any, sheet: Any, out: Out, second: SecondReader) -> bool:
    """Tell one sheet; whether the first reader could."""
    found = Found()
    hidden = bool(sheet.visibility)
    try:
        out.sheet(sheet.name, hidden=hidden, rows=_rows(book, sheet, out.limits, found))
        _lines(sheet, found)
        out.found(found, {index: _code(book, index) for index in range(len(book.xf_list))})
    except MALFORMED:
        out.restart()
        second.tell(out, sheet.name, hidden=hidden)
        out.note(ONE_READER)
        return False
    return True


def _opened(data: bytes) -> Any:
    try:
        return xlrd.open_workbook(
            file_contents=data, formatting_info=True, logfile=StringIO(), ragged_rows=True
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise Refused(LOCKED) from error
        return None
    except MemoryError:
        raise
    except Exception:  # whatever a damaged file breaks in it: the other reader may do better
        return None


def _rows(book: Any, sheet: Any, limits: Limits, found: Found) -> Iterator[tuple[int, Cells]]:
    for row in range(sheet.nrows):
        kinds_of = sheet.row_types(row)
        cells: Cells = []
        for col, raw in enumerate(sheet.row_values(row)):
            value = _value(book, sheet, limits, found, (row, col, kinds_of[col], raw))
            if value is not None:
                cells.append((col, value))
        if cells:
            yield row, cells


def _value(
    book: Any, sheet: Any, limits: Limits, found: Found, cell: tuple[int, int, int, Any]
) -> Value:
    row, col, kind, raw = cell
    if kind == _TEXT:
        return kept_text(plain_text(raw), row, col, limits, found)
    if kind == _BOOLEAN:
        return bool(raw)
    if kind == _ERROR:
        text = str(xlrd.error_text_from_code.get(raw, "#N/A"))
        found.note(row, col, "error", text, ERROR_VALUE)
        return text
    if kind not in {_NUMBER, _DATE}:
        return None
    number = int(raw) if raw.is_integer() and abs(raw) < PRECISE else float(raw)
    style = sheet.cell_xf_index(row, col)
    look = numbers.kind_of(_code(book, style))
    if look:
        found.formatted(row, col, style)
    if look in DATES:
        return numbers.from_serial(number, look, from_1904=bool(book.datemode))
    if abs(number) >= PRECISE:
        found.note(row, col, "precision", f"{number:.0f}", PRECISION)
    return number


def _code(book: Any, style: int) -> str:
    key = book.xf_list[style].format_key
    own = book.format_map.get(key)
    return numbers.BUILT_IN.get(key, own.format_str if own else "General")


def _lines(sheet: Any, found: Found) -> None:
    found.merges.extend(
        (top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells
    )
    found.hidden_rows.extend(
        row for row, line in sheet.rowinfo_map.items() if line.hidden or line.height == 0
    )
    found.hidden_columns.extend(
        (col, col) for col, line in sheet.colinfo_map.items() if line.hidden or line.width == 0
    )
