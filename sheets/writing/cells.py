"""One value into one cell: numbers as numbers, dates as dates, and people's text as text."""

import math
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sheets.fields.base import ExcelCell
from sheets.moments import FIRST_YEAR, to_local
from sheets.text import clean_text
from sheets.writing.layout import Kind

CELL_LIMIT = 32_000  # Excel takes 32,767 UTF-16 units; the rest is room for the note that follows
EXACT_DIGITS = 15
# What a spreadsheet would read as a formula once somebody opens and leaves the cell.
FORMULA_STARTS = frozenset("=+-@＝＋－＠\t")
ESCAPED = re.compile(r"(?<=_x)(?=[0-9A-Fa-f]{4}_)")
FORMATS: dict[str, str] = {
    "integer": "0",
    "ratio": "0.00%",
    "date": "yyyy-mm-dd",
    "date_time": "yyyy-mm-dd hh:mm",
}
CENTRED = frozenset({"serial", "code", "integer", "ratio", "date", "date_time", "tick"})


def to_cell(value: object, kind: Kind) -> ExcelCell:
    """The value as this kind of cell; as text when it is no such thing."""
    if isinstance(value, ExcelCell):
        return value
    if value is None or value == "":
        return ExcelCell("blank", None)
    if isinstance(value, bool):
        return ExcelCell("text", "是" if value else "否")
    if kind in {"number", "integer", "ratio", "serial"}:
        number = _number(value)
        if number is not None:
            number = cut(number) if kind == "ratio" else number
            return ExcelCell("number", number, FORMATS.get(kind, ""))
    if kind in {"date", "date_time"} and isinstance(value, date):
        return _moment(value, kind)
    return ExcelCell("text", value if isinstance(value, str) else str(value))


def cut(ratio: Decimal) -> Decimal:
    """A ratio cut to two decimals of its percentage, so that 100.00 % means all of it."""
    return ratio.quantize(Decimal("0.0001"), rounding=ROUND_DOWN)


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula."""
    return text[:1] in FORMULA_STARTS or text.lstrip()[:1] in FORMULA_STARTS


def units(text: str) -> int:
    """The length as Excel counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def chunks(text: str, limit: int = CELL_LIMIT) -> Iterator[str]:
    """The text in pieces of at most ``limit`` UTF-16 units, none of it lost."""
    start = size = 0
    for place, letter in enumerate(text):
        width = 2 if letter > "\uffff" else 1
        if size + width > limit:
            yield text[start:place]
            start, size = place, 0
        size += width
    yield text[start:]


def put_text(sheet: Worksheet, row: int, col: int, text: str, style: Format) -> None:
    """Write a cleaned text that fits; never a formula, a link or mark-up."""
    if text.startswith("<r>") and text.endswith("</r>"):
        # The library takes such a string for its own mark-up and would write it as it is.
        # In fragments it is escaped; one that cuts every _xHHHH_ is not escaped twice.
        first, rest = text[:2], ESCAPED.split(text[2:])
        sheet.write_rich_string(row, col, first, *_between(rest, style), style)
    else:
        sheet.write_string(row, col, text, style)


def put(sheet: Worksheet, row: int, col: int, cell: ExcelCell, style: Format) -> None:
    """Write a cell whose text is clean and fits."""
    if cell.kind == "number":
        sheet.write_number(row, col, cell.value, style)
    elif cell.kind in {"date", "date_time"}:
        sheet.write_datetime(row, col, cell.value, style)
    elif cell.kind == "text" and cell.value:
        put_text(sheet, row, col, str(cell.value), style)
    else:
        sheet.write_blank(row, col, None, style)


def cleaned(cell: ExcelCell) -> ExcelCell:
    """The cell with its text as it may be written; a blank one when nothing is left of it."""
    if cell.kind != "text":
        return cell
    text = clean_text(str(cell.value))
    return ExcelCell("text", text, cell.number_format) if text else ExcelCell("blank", None)


def text_of(cell: ExcelCell) -> str:
    """The cell's value in a plain notation."""
    return "" if cell.value is None else str(cell.value)


def lines_needed(text: str, width: float) -> int:
    """About how many lines the text takes in a column of this width."""
    room = max(width - 1, 1)
    return sum(max(1, math.ceil(_breadth(part) / room)) for part in text.split("\n"))


def _breadth(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "FWA" else 1 for letter in text)


def _between(parts: list[str], style: Format) -> list[Any]:
    return [piece for part in parts for piece in (style, part)]


def _number(value: object) -> Decimal | None:
    if not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    digits = max(len(number.normalize().as_tuple().digits), number.adjusted() + 1)
    # A longer one would lose its last digits; a float has lost them before.
    return number if digits <= EXACT_DIGITS or isinstance(value, float) else None


def _moment(value: date, kind: Kind) -> ExcelCell:
    local: date = value
    if isinstance(value, datetime):
        local = to_local(value).replace(tzinfo=None)
        if kind == "date":
            local = local.date()
    if local.year < FIRST_YEAR:
        return ExcelCell("text", local.isoformat())
    return ExcelCell("date_time" if isinstance(local, datetime) else "date", local, FORMATS[kind])
