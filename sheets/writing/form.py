"""A workbook to be filled in: captions, lists to choose from, hints, and a row that shows how."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheets.text import clean_text, one_line
from sheets.writing import styles
from sheets.writing.cells import CENTRED, cleaned, is_formula_like, put, put_text, text_of, to_cell
from sheets.writing.head import A4, HEADER_HEIGHT, MARGIN, TITLE_HEIGHT, merged, sheet_name
from sheets.writing.notes import NotesSheet

Entry = Literal["text", "date", "date_time", "number"]
FORMATS: dict[Entry, str] = {"text": "@", "date": "yyyy-mm-dd", "date_time": "yyyy-mm-dd hh:mm"}
EXAMPLE_MARK = "样例"
LISTS = "选项"
ENTRY_ROWS = 200  # with borders, ready to be filled
CHECKED_ROWS = 5_000  # with lists and hints
NOTE_HEIGHT, ROW_HEIGHT = 34, 22  # points
LONGEST_TITLE, LONGEST_HINT = 32, 255  # of the messages of a spreadsheet, in characters
TOP = 3  # rows above the example: title, note, captions
REQUIRED = {"bg_color": "#FCE4D6"}
EXAMPLE = {"italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2"}


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column to fill in; ``options`` become a list to choose from.

    ``strict`` lists take nothing else. ``width`` is in characters, ``hint`` stands beside the
    cell when somebody enters it.
    """

    caption: str
    width: float
    entry: Entry = "text"
    hint: str = ""
    options: tuple[str, ...] = ()
    strict: bool = False
    required: bool = False
    example: object = None


@dataclass(frozen=True, kw_only=True)
class Form:
    """The sheet to fill in: the first column marks the example row."""

    title: str
    note: str
    columns: Sequence[FormColumn]
    sheet_name: str = "台账"
    notes: Sequence[tuple[str, str]] = ()


def write_form(form: Form) -> bytes:
    """The workbook: the form, the sheet 说明, and the lists on a sheet that is hidden."""
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": one_line(form.title)})
        _Form(workbook, form).write()
    return made.getvalue()


class _Form:
    def __init__(self, workbook: Workbook, form: Form) -> None:
        self.form = form
        self.styles = styles.Styles(workbook)
        self.sheet: Worksheet = workbook.add_worksheet(sheet_name(form.sheet_name))
        self.notes = NotesSheet(workbook, self.styles, form.notes)
        self.lists: Worksheet = workbook.add_worksheet(LISTS)
        self.lists.hide()
        self.used_lists: dict[tuple[str, ...], str] = {}

    def write(self) -> None:
        """Everything, from the top."""
        last = len(self.form.columns) - 1
        self.sheet.set_row(0, TITLE_HEIGHT)
        merged(self.sheet, 0, 0, last, self.form.title, self.styles.get(styles.TITLE))
        self.sheet.set_row(1, NOTE_HEIGHT)
        note = self.styles.get(styles.SUBTITLE, align="left")
        merged(self.sheet, 1, 0, last, self.form.note, note)
        self.sheet.set_row(TOP - 1, HEADER_HEIGHT)
        for row in range(TOP, TOP + 1 + ENTRY_ROWS):
            self.sheet.set_row(row, ROW_HEIGHT)
        for col, column in enumerate(self.form.columns):
            self._column(col, column)
        self._print_settings()

    def _column(self, col: int, column: FormColumn) -> None:
        head = self.styles.get(styles.HEADER, **(REQUIRED if column.required else {}))
        put_text(self.sheet, TOP - 1, col, clean_text(column.caption), head)
        self.sheet.set_column(col, col, column.width, self._style(column, styles.PLAIN))
        self._example(col, column)
        empty = self._style(column, styles.DATA)
        for row in range(TOP + 1, TOP + 1 + ENTRY_ROWS):
            self.sheet.write_blank(row, col, None, empty)
        rules = self._rules(column)
        if rules:
            self.sheet.data_validation(TOP + 1, col, TOP + CHECKED_ROWS, col, rules)

    def _style(self, column: FormColumn, base: dict[str, Any], **more: Any) -> Format:
        align = "center" if column.entry in CENTRED else ""
        return self.styles.get(base, num_format=FORMATS.get(column.entry, ""), align=align, **more)

    def _example(self, col: int, column: FormColumn) -> None:
        value = EXAMPLE_MARK if col == 0 else column.example
        cell = cleaned(to_cell(value, "text" if isinstance(value, str) else column.entry))
        quoted = cell.kind == "text" and is_formula_like(text_of(cell))
        style = self._style(column, styles.DATA, **EXAMPLE, quote_prefix=quoted)
        put(self.sheet, TOP, col, cell, style)

    def _rules(self, column: FormColumn) -> dict[str, Any]:
        """The list and the hint of a column's cells."""
        rules: dict[str, Any] = {"validate": "any"} if column.hint else {}
        if column.options:
            rules = {
                "validate": "list",
                "source": self._list(column.options),
                "error_type": "stop" if column.strict else "warning",
                "error_title": "请从列表中选择" if column.strict else "不在列表中",
                "error_message": _refused(strict=column.strict),
            }
        if column.hint:
            rules["input_title"] = one_line(column.caption)[:LONGEST_TITLE]
            rules["input_message"] = clean_text(column.hint)[:LONGEST_HINT]
        return rules

    def _list(self, options: tuple[str, ...]) -> str:
        """Where the options stand: in cells, for a list in a rule ends after 255 characters."""
        known = self.used_lists.get(options)
        if known is None:
            col = len(self.used_lists)
            for row, option in enumerate(options):
                text = clean_text(option)
                quoted = is_formula_like(text)
                style = self.styles.get(styles.PLAIN, num_format="@", quote_prefix=quoted)
                put_text(self.lists, row, col, text, style)
            self.lists.set_column(col, col, 24)
            known = self.used_lists[options] = _area(col, len(options))
        return known

    def _print_settings(self) -> None:
        self.sheet.freeze_panes(TOP, 0)
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(MARGIN, MARGIN, MARGIN, MARGIN)
        self.sheet.repeat_rows(TOP - 1)


def _refused(*, strict: bool) -> str:
    if strict:
        return "这一列只能填列表里的内容，请从下拉列表中选择。"
    return "列表里没有这一项。确实要这样填，请选“是”；导入时会请您核对。"


def _area(col: int, count: int) -> str:
    letters = xl_col_to_name(col, col_abs=True)
    return f"='{LISTS}'!{letters}$1:{letters}${count}"
