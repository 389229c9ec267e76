"""The sheet 说明: who exported what and when, and the whole of texts too long for a cell."""

from collections.abc import Iterable

from xlsxwriter.workbook import Workbook

from sheets.text import clean_text
from sheets.writing import styles
from sheets.writing.cells import chunks, is_formula_like, put_text


class NotesSheet:
    """Lines of a label and a text, written in order."""

    name = "说明"

    def __init__(
        self, workbook: Workbook, made: styles.Styles, notes: Iterable[tuple[str, str]]
    ) -> None:
        self._sheet = workbook.add_worksheet(self.name)
        self._styles = made
        self._next_row = 0
        self._sheet.set_column(0, 0, 24)
        self._sheet.set_column(1, 1, 100)
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        for label, text in notes:
            self.add(label, text)

    def add(self, label: str, text: str) -> int:
        """Add a text, in several lines when it is long; the number of its first line, from 1."""
        first = self._next_row + 1
        parts = list(chunks(clean_text(text)))
        for number, part in enumerate(parts, 1):
            place = f"（{number}/{len(parts)}）" if len(parts) > 1 else ""
            self._line(clean_text(label) + place, part)
        return first

    def _line(self, label: str, text: str) -> None:
        for col, each in enumerate((label, text)):
            style = self._styles.get(
                styles.NOTE, num_format="@", quote_prefix=is_formula_like(each)
            )
            put_text(self._sheet, self._next_row, col, each, style)
        self._next_row += 1
