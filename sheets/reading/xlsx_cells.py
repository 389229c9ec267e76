"""The cells of one XLSX sheet, row by row, while its XML streams by."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import datetime
from xml.parsers import expat

from sheets.reading import numbers
from sheets.reading.book import Limits, Refused, Value
from sheets.reading.cells import Cells, Found, kept_text
from sheets.reading.package import local, parser_of
from sheets.reading.plain_rows import Cell, PlainRows
from sheets.reading.xlsx_strings import Formats, OddText, plain_text

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
PRECISE = 10**15
NO_VALUE = "这格是公式，文件里没有存下结果。请在 Excel 中打开并保存一次，或把它粘贴为数值。"
ERROR_VALUE = "这格的公式出错，没有可用的值。请在原表中改正。"
PRECISION = "这是超过 15 位的数字，Excel 只保留前 15 位。编号请在原表中设为文本格式后重新填写。"
MANY_MERGES = "合并单元格超过 {limit} 处，没有读取。请在 Excel 中取消不需要的合并后再上传。"
_ERROR_KINDS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")


class SheetScan:
    """Reads a sheet once. ``rows`` yields what rows hold; the rest is in ``found`` afterwards."""

    def __init__(
        self,
        strings: list[str | OddText | None],
        styles: Formats,
        limits: Limits,
        *,
        from_1904: bool,
        placed: Container[str] = (),
    ) -> None:
        self.found = Found()
        self.row_heights: dict[int, float] = {}
        self.column_widths: list[tuple[int, int, float]] = []
        self.default_height: float | None = None
        self.default_width: float | None = None
        self.drawings: list[str] = []
        self._strings, self._styles, self._limits = strings, styles, limits
        self._from_1904, self._placed = from_1904, placed
        self._done: list[tuple[int, Cells]] = []
        self._cells: Cells = []
        self._row, self._col = -1, -1
        self._attrs: dict[str, str] = {}
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._into: list[str] | None = None
        self._ruby = False
        self._opened = False  # whether the rows began with the tag read last
        self._columns: dict[str, int] = {}
        self._starts = {
            "row": self._start_row, "c": self._start_cell, "v": self._start_value,
            "f": self._start_formula, "t": self._start_text, "rPh": self._start_ruby,
            "mergeCell": self._merge, "col": self._column, "sheetFormatPr": self._defaults,
            "drawing": self._drawing, "sheetData": self._open_rows,
        }  # fmt: skip
        self._ends = {
            "row": self._end_row, "c": self._end_cell, "v": self._end_value,
            "f": self._end_value, "t": self._end_value, "rPh": self._end_ruby,
        }  # fmt: skip

    def rows(self, chunks: Iterator[bytes]) -> Iterator[tuple[int, Cells]]:
        """Row number and filled cells, as they come; raises expat.ExpatError, Refused."""
        parser = parser_of(self._start, self._end, self._text)
        walk = PlainRows(
            lambda data: parser.Parse(data, False), self._plain_row, lambda: self._opened
        )
        for _ in walk.through(chunks):
            yield from self._finished()
        parser.Parse(b"", True)
        yield from self._finished()

    def _finished(self) -> list[tuple[int, Cells]]:
        done, self._done = self._done, []
        return done

    def _plain_row(self, attrs: dict[str, str], cells: list[Cell]) -> None:
        """A row whose cells are nothing but shared strings and numbers."""
        self._start_row(attrs)
        row, strings, columns = self._cells, self._strings, self._columns
        last, rising = -1, True
        for name, style, kind, raw in cells:
            col = columns.get(name)
            if col is None:
                col = columns[name] = column_number(name)
            if not raw:
                continue
            value: Value
            if kind == "s":
                text = strings[int(raw)]
                value = text if type(text) is str else self._looked_at(col, text)
            else:
                self._col = col
                value = self._number(raw, style)
            if value is not None:
                rising = rising and last < col
                last = col
                row.append((col, value))
        self._finish_row(rising=rising)

    def _looked_at(self, col: int, text: str | OddText | None) -> Value:
        self._col = col
        return None if text is None else self._kept(str(text))

    def _open_rows(self, _: dict[str, str]) -> None:
        self._opened = True

    def _start(self, tag: str, attrs: dict[str, str]) -> None:
        # These two are nearly all there is: a call saved here is a million calls saved.
        if tag == "v":
            self._into = self._value
        elif tag == "c":
            self._start_cell(attrs)
        else:
            handler = self._starts.get(tag) or self._starts.get(local(tag))
            if handler is not None:
                handler(attrs)

    def _end(self, tag: str) -> None:
        if tag == "v":
            self._into = None
        elif tag == "c":
            self._end_cell()
        else:
            handler = self._ends.get(tag) or self._ends.get(local(tag))
            if handler is not None:
                handler()

    def _text(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)

    def _start_row(self, attrs: dict[str, str]) -> None:
        number = attrs.get("r")
        self._row = int(number) - 1 if number else self._row + 1
        if not 0 <= self._row < LAST_ROW:
            raise expat.ExpatError("row")
        self._col, self._cells = -1, []
        height = attrs.get("ht")
        if height is not None:
            self.row_heights[self._row] = float(height)
        if attrs.get("hidden") in {"1", "true"}:
            self.found.hidden_rows.append(self._row)

    def _end_row(self) -> None:
        self._finish_row(rising=False)

    def _finish_row(self, *, rising: bool) -> None:
        if self._cells:
            if not rising:
                self._cells.sort(key=_column_of)
            self._done.append((self._row, self._cells))
            self._cells = []

    def _start_cell(self, attrs: dict[str, str]) -> None:
        self._attrs = attrs
        reference = attrs.get("r")
        if reference is None:
            self._col += 1
        else:
            name = reference.rstrip("0123456789")
            col = self._columns.get(name)
            if col is None:
                col = self._columns[name] = column_number(name)
            self._col = col
        self._value, self._formula = [], None

    def _start_value(self, _: dict[str, str]) -> None:
        self._into = self._value

    def _start_formula(self, _: dict[str, str]) -> None:
        self._into = self._formula = []

    def _start_text(self, _: dict[str, str]) -> None:
        if not self._ruby:
            self._into = self._value

    def _start_ruby(self, _: dict[str, str]) -> None:
        self._ruby = True

    def _end_value(self) -> None:
        self._into = None

    def _end_ruby(self) -> None:
        self._ruby = False

    def _end_cell(self) -> None:
        kind = self._attrs.get("t")
        if self._formula is not None or "vm" in self._attrs:
            if self._is_special():
                return
        elif kind == "s" and len(self._value) == 1:  # more where two chunks meet in it
            text = self._strings[int(self._value[0])]
            if type(text) is str:
                self._cells.append((self._col, text))
                return
        if self._value:
            value = self._typed("".join(self._value), kind or "n")
            if value is not None:
                self._cells.append((self._col, value))

    def _is_special(self) -> bool:
        """Whether the cell is a picture and not a value."""
        if self._formula is not None:
            formula = "".join(self._formula)
            if "DISPIMG(" in formula:
                self.found.in_cell.append((self._row, self._col, "name", formula))
                return True
            if not self._value and formula:
                self.found.note(self._row, self._col, "no_value", f"={formula}", NO_VALUE)
        if self._attrs.get("vm", "") in self._placed:
            self.found.in_cell.append((self._row, self._col, "value", self._attrs["vm"]))
            return True
        return False

    def _typed(self, raw: str, kind: str) -> Value:
        if kind == "n":
            return self._number(raw, self._attrs.get("s"))
        if kind == "s":
            text = self._strings[int(raw)]
            return None if text is None else self._kept(str(text))
        if kind == "b":
            return raw.strip() in {"1", "true"}
        if kind == "e":
            self.found.note(self._row, self._col, "error", raw, ERROR_VALUE)
            return raw
        if kind == "d":
            return _iso(raw)
        return self._kept(plain_text(raw))

    def _kept(self, text: str) -> str | None:
        if "DISPIMG(" in text and text.startswith("="):
            self.found.in_cell.append((self._row, self._col, "name", text))
            return None
        return kept_text(text, self._row, self._col, self._limits, self.found)

    def _number(self, raw: str, style: str | None) -> Value:
        value = number_of(raw)
        if style:
            index = int(style)
            kind = self._styles.kinds[index] if index < len(self._styles.kinds) else 0
            if kind:
                self.found.formatted(self._row, self._col, index)
                if kind in DATES and not isinstance(value, str):
                    return numbers.from_serial(value, kind, from_1904=self._from_1904)
        if not isinstance(value, str) and abs(value) >= PRECISE:
            self.found.note(self._row, self._col, "precision", raw, PRECISION)
        return value

    def _merge(self, attrs: dict[str, str]) -> None:
        self.found.merges.append(range_of(attrs.get("ref", "")))
        if len(self.found.merges) > self._limits.merges:
            raise Refused(MANY_MERGES.format(limit=self._limits.merges))

    def _column(self, attrs: dict[str, str]) -> None:
        first, last = int(attrs.get("min", 1)) - 1, int(attrs.get("max", 1)) - 1
        if "width" in attrs:
            self.column_widths.append((first, last, float(attrs["width"])))
        if attrs.get("hidden") in {"1", "true"}:
            self.found.hidden_columns.append((first, min(last, LAST_COLUMN - 1)))

    def _defaults(self, attrs: dict[str, str]) -> None:
        if "defaultRowHeight" in attrs:
            self.default_height = float(attrs["defaultRowHeight"])
        if "defaultColWidth" in attrs:
            self.default_width = float(attrs["defaultColWidth"])

    def _drawing(self, attrs: dict[str, str]) -> None:
        self.drawings.extend(value for key, value in attrs.items() if local(key) == "id")


DATES = frozenset({numbers.DATE, numbers.TIME, numbers.MOMENT})


def _column_of(cell: tuple[int, Value]) -> int:
    return cell[0]


def number_of(raw: str) -> int | float | str:
    """The number a text stands for; the text itself when it stands for none."""
    try:
        if raw.isdigit() and len(raw) < 16:  # noqa: PLR2004 - beyond it a file holds fractions
            return int(raw)
        value = float(raw)
    except ValueError:
        return raw
    if value.is_integer() and abs(value) < PRECISE:
        return int(value)
    return value if abs(value) < 1e308 else raw  # noqa: PLR2004 - infinity is no value


def _iso(raw: str) -> Value:
    try:
        moment = datetime.fromisoformat(raw.strip()).replace(tzinfo=None)
    except ValueError:
        return raw
    return moment if "T" in raw else moment.date()


def column_number(name: str) -> int:
    """The column of its letters, from 0; raises expat.ExpatError for what no sheet has."""
    number = 0
    for letter in name:
        value = ord(letter) - 64
        if not 1 <= value <= 26:  # noqa: PLR2004 - A to Z
            raise expat.ExpatError("column")
        number = number * 26 + value
    if not 1 <= number <= LAST_COLUMN:
        raise expat.ExpatError("column")
    return number - 1


def range_of(reference: str) -> tuple[int, int, int, int]:
    """Top, left, bottom, right of a reference such as B2:D5; raises expat.ExpatError."""
    corners = reference.replace("$", "").split(":")
    found = []
    for corner in (corners[0], corners[-1]):
        name = corner.rstrip("0123456789")
        digits = corner[len(name) :]
        if not digits or len(digits) > 7:  # noqa: PLR2004 - 1048576
            raise expat.ExpatError("range")
        found.append((int(digits) - 1, column_number(name)))
    (top, left), (bottom, right) = found
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)
