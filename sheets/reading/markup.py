"""Tables of a web page saved under a workbook's name, as many office systems export them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from sheets.reading.book import Limits, Refused, Value
from sheets.reading.cells import Cells, Found, kept_text
from sheets.reading.encodings import decode
from sheets.reading.out import Out
from sheets.reading.xlsx_cells import LAST_COLUMN, LAST_ROW
from sheets.text import clean_text

NO_TABLE = "这是网页，里面没有表格。请在 Excel 中打开它，另存为 .xlsx 后再上传。"
OLD_XML = "这是 XML 格式的电子表格，读不了。请在 Excel 或 WPS 中打开它，另存为 .xlsx 后再上传。"
SAVED_MAIL = "这是保存的网页（.mht），读不了。请在 Excel 或 WPS 中打开它，另存为 .xlsx 后再上传。"
HEAD = 4096
MOST_TABLES = 200
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_CHINESE = frozenset({"gb2312", "gbk", "gb18030"})
_BREAKS = frozenset({"br", "p", "div", "li"})
_SILENT = frozenset({"style", "script", "head", "title"})


def refusal(data: bytes) -> str | None:
    """The sentence for markup that is no table this room reads."""
    head = _head(data)
    if head.startswith("mime-version:"):
        return SAVED_MAIL
    if head.startswith("<?xml") and "office:spreadsheet" in head:
        return OLD_XML
    return None


def looks_like(data: bytes) -> bool:
    """Whether some bytes begin a web page or a bare table."""
    head = _head(data)
    return bool(
        re.match(
            r"(<!--.*?-->\s*|<\?xml.*?\?>\s*)*<(!doctype html|html|head|body|table|meta)\b",
            head,
            re.S,
        )
    )


def _head(data: bytes) -> str:
    return data[:HEAD].replace(b"\0", b"").decode("ascii", "ignore").lstrip().lower()


def read(data: bytes, out: Out) -> None:
    """Tell the tables of a page, each as a sheet; raises Refused."""
    named = _CHARSET.search(data[:HEAD])
    text, doubt = _decoded(data, named[1].decode("ascii").lower() if named else "")
    page = _Page(out.limits)
    page.feed(text)
    page.close()
    tables = [table for table in page.tables if table.rows]
    if not tables:
        raise Refused(NO_TABLE)
    out.kind("html")
    if doubt is not None:
        out.note(doubt)
    for number, table in enumerate(tables, start=1):
        out.sheet(f"表{number}", hidden=False, rows=table.filled())
        out.found(table.found, {})
    out.read()


def _decoded(data: bytes, charset: str) -> tuple[str, str | None]:
    if charset in _CHINESE:
        try:
            return data.decode("gb18030"), None
        except UnicodeDecodeError:
            return decode(data)
    return decode(data)


class _Table:
    """Cells put in their places, past those that others stretch over."""

    def __init__(self) -> None:
        self.rows: dict[int, Cells] = {}
        self.found = Found()
        self._row, self._col = -1, 0
        self._taken: dict[int, int] = {}
        """By column: the last row a cell from above reaches."""

    def next_row(self) -> None:
        self._row, self._col = self._row + 1, 0

    def place(self, text: str, down: int, across: int, limits: Limits) -> None:
        if self._row < 0:
            self.next_row()
        while self._taken.get(self._col, -1) >= self._row:
            self._col += 1
        row, col = self._row, self._col
        if row >= LAST_ROW or col + across > LAST_COLUMN:
            raise Refused(NO_TABLE)
        value = kept_text(text, row, col, limits, self.found)
        if value is not None:
            self.rows.setdefault(row, []).append((col, value))
        if down > 1 or across > 1:
            self.found.merges.append((row, col, row + down - 1, col + across - 1))
        if down > 1:
            self._taken.update(dict.fromkeys(range(col, col + across), row + down - 1))
        self._col += across

    def filled(self) -> Iterator[tuple[int, list[tuple[int, Value]]]]:
        yield from self.rows.items()


class _Page(HTMLParser):
    """Collects outer tables; a table within a cell counts as the cell's text."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._limits = limits
        self._depth = 0
        self._silent = 0
        self._text: list[str] | None = None
        self._spans = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1 and len(self.tables) < MOST_TABLES:
                self.tables.append(_Table())
        elif tag in _SILENT:
            self._silent += 1
        elif self._depth == 1 and tag == "tr":
            self._finish_cell()
            self.tables[-1].next_row()
        elif self._depth == 1 and tag in {"td", "th"}:
            self._finish_cell()
            given = dict(attrs)
            self._spans = (_span(given.get("rowspan")), _span(given.get("colspan")))
            self._text = []
        elif self._text and tag in _BREAKS:
            self._text.append("\0")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._finish_cell()
            self._depth -= 1
        elif tag in _SILENT and self._silent:
            self._silent -= 1
        elif self._depth == 1 and tag in {"td", "th", "tr"}:
            self._finish_cell()

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._silent:
            self._text.append(data)

    def _finish_cell(self) -> None:
        if self._text is None:
            return
        lines = _BLANKS.sub(" ", "".join(self._text)).split("\0")
        text = clean_text("\n".join(line.strip(" \xa0") for line in lines).strip("\n"))
        self.tables[-1].place(text, *self._spans, self._limits)
        self._text = None


def _span(raw: str | None) -> int:
    if raw and raw.strip().isascii() and raw.strip().isdigit():
        return min(max(int(raw[:6]), 1), 16_384)
    return 1
