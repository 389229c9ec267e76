"""The second, independent reader of workbooks, and its opinion of what the first one read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, BinaryIO

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from sheets.reading.book import Refused, Value
from sheets.reading.cells import Cells
from sheets.reading.out import Out, mark
from sheets.reading.package import DAMAGED, LOCKED
from sheets.reading.xlsx_strings import plain_text

PICTURES = ("=DISPIMG(", "=_xlfn.DISPIMG(")
"""How texts begin that stand for a picture."""


class SecondReader:
    """Opens the same file when first asked. It may panic: what it raises is no Exception."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._book: CalamineWorkbook | None = None

    def names(self) -> list[tuple[str, bool]]:
        """The sheets and whether they are hidden; raises Refused."""
        try:
            sheets = self._open().sheets_metadata
            names = [(sheet.name, sheet.visible != SheetVisibleEnum.Visible) for sheet in sheets]
        except BaseException as error:
            _pass_on(error)
            raise Refused(LOCKED if isinstance(error, PasswordError) else DAMAGED) from error
        if not names:
            raise Refused(DAMAGED)
        return names

    def tell(self, out: Out, name: str, *, hidden: bool) -> None:
        """Tell a sheet that the first reader could not read; raises Refused."""
        try:
            sheet = self._open().get_sheet_by_name(name)
            out.sheet(name, hidden=hidden, rows=_filled(sheet))
        except BaseException as error:
            _pass_on(error)
            raise Refused(LOCKED if isinstance(error, PasswordError) else DAMAGED) from error

    def compare(self, out: Out, at: int, name: str) -> None:
        """Tell the rows in which this reader differs; `at` counts the sheets told."""
        digests = out.digests[at].as_mapping()
        try:
            rest = set(digests)
            for row, raw in _raw_rows(self._open().get_sheet_by_name(name)):
                seen = digests.get(row)
                if seen is not None and seen == mark(raw):
                    rest.discard(row)
                    continue
                cells = _cleaned(raw)
                if cells and seen != mark(cells):
                    out.other(at, row, cells)
                if cells:
                    rest.discard(row)
            for row in sorted(rest):
                out.other(at, row, [])
        except BaseException as error:  # its opinion is not needed, only wished for
            _pass_on(error)
        else:
            out.checked(at)

    def _open(self) -> CalamineWorkbook:
        if self._book is None:
            self._source.seek(0)
            self._book = CalamineWorkbook.from_filelike(self._source)
        return self._book


def _pass_on(error: BaseException) -> None:
    """Raise again what is not this reader's failing; its panics are no Exceptions."""
    if isinstance(error, Refused | MemoryError | OSError | KeyboardInterrupt | SystemExit):
        raise error


def _raw_rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[tuple[int, Any]]]]:
    if sheet.end is None:
        return
    width = sheet.end[1] + 1
    for row, values in enumerate(sheet.iter_rows()):  # from the first row, but not column
        left = width - len(values)
        yield row, [cell for cell in enumerate(values, left) if cell[1] != ""]


def _filled(sheet: CalamineSheet) -> Iterator[tuple[int, Cells]]:
    for row, raw in _raw_rows(sheet):
        cells = _cleaned(raw)
        if cells:
            yield row, cells


def _cleaned(raw: list[tuple[int, Any]]) -> Cells:
    cells = [(col, _value(value)) for col, value in raw]
    return [cell for cell in cells if cell[1] is not None]


def _value(raw: Any) -> Value:
    if isinstance(raw, str):
        text = plain_text(raw)
        return None if not text or text.isspace() or text.startswith(PICTURES) else text
    if isinstance(raw, timedelta):
        return raw.total_seconds() / 86_400
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 10**15:
        return int(raw)
    value: Value = raw
    return value
