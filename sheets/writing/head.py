"""The top of a ledger: title, the line under it, one or two header rows, print settings."""

from collections.abc import Sequence
from itertools import groupby
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sheets.text import clean_text, one_line
from sheets.writing import styles
from sheets.writing.cells import put_text
from sheets.writing.layout import Column, Layout
from sheets.writing.notes import NotesSheet

TITLE_HEIGHT, SUBTITLE_HEIGHT, HEADER_HEIGHT = 36, 22, 30  # points
HEADER_ROW = 2
PIXELS_A_CHARACTER, CELL_PADDING = 7, 5
MARGIN, FOOTER_MARGIN = 1.5 / 2.54, 0.8 / 2.54  # inches
A4 = 9
WIDEST_PAGE = {"landscape": 2_500, "portrait": 1_700}
"""Pixels of columns on one page: A4 has room for 1,009 and 680 of them at their own size, and
smaller than two fifths of it nobody reads them."""
SHEET_NAME_LIMIT = 31
NARROWEST = {"date": 11.5, "date_time": 17.0}  # a date in less shows as ####
PARTS = 3  # of the line under the title: left, middle, right


def sheet_name(name: str) -> str:
    """The name without what Excel forbids in one."""
    kept = "".join(letter for letter in one_line(name) if letter not in "[]:*?/\\")
    cut = kept[:SHEET_NAME_LIMIT].strip("' ")
    return "台账" if cut in {"", NotesSheet.name} else cut


def column_widths(layout: Layout) -> list[float]:
    """Widths in characters, where a picture, a day or an instant needs no less than its room."""
    pixels = layout.photo_size[0] + CELL_PADDING * 2
    least = {**NARROWEST, "photos": round(pixels / PIXELS_A_CHARACTER, 1)}
    return [max(column.width, least.get(column.kind, 1)) for column in layout.columns]


def set_up_print(sheet: Worksheet, layout: Layout, widths: Sequence[float]) -> None:
    """A4, one page wide unless it may spread, header on each page, frozen on the screen."""
    if layout.orientation == "landscape":
        sheet.set_landscape()
    sheet.set_paper(A4)
    across = pages_across(layout, widths)
    sheet.fit_to_pages(across, 0)
    if across > 1:
        sheet.print_across()
        sheet.repeat_columns(0)
    sheet.set_margins(MARGIN, MARGIN, MARGIN, MARGIN)
    sheet.set_footer(f"&C{layout.footer}", {"margin": FOOTER_MARGIN})
    sheet.center_horizontally()
    sheet.repeat_rows(HEADER_ROW, HEADER_ROW + layout.header_rows - 1)
    sheet.freeze_panes(HEADER_ROW + layout.header_rows, 0)
    before = False
    for col, (column, width) in enumerate(zip(layout.columns, widths, strict=True)):
        folding = {"level": 1, "hidden": True} if column.folded else {"collapsed": before}
        sheet.set_column(col, col, width, None, folding)
        before = column.folded
    if before:
        sheet.set_column(len(widths), len(widths), None, None, {"collapsed": True})


def pages_across(layout: Layout, widths: Sequence[float]) -> int:
    """How many pages lie side by side; folded columns are not printed."""
    if not layout.may_spread:
        return 1
    shown = zip(layout.columns, widths, strict=True)
    pixels = sum(
        width * PIXELS_A_CHARACTER + CELL_PADDING for column, width in shown if not column.folded
    )
    return max(ceil(pixels / WIDEST_PAGE[layout.orientation]), 1)


def write_head(
    sheet: Worksheet, layout: Layout, widths: Sequence[float], made: styles.Styles
) -> int:
    """Write all rows above the data; the number of the first data row, from 0."""
    sheet.set_row(0, TITLE_HEIGHT)
    # In the middle of several pages a title would be cut between two of them.
    align = "left" if pages_across(layout, widths) > 1 else "center"
    title = made.get(styles.TITLE, align=align)
    merged(sheet, 0, 0, len(widths) - 1, layout.title, title)
    sheet.set_row(1, SUBTITLE_HEIGHT)
    _write_subtitle(sheet, layout, widths, made)
    for row in range(HEADER_ROW, HEADER_ROW + layout.header_rows):
        sheet.set_row(row, HEADER_HEIGHT)
    style = made.get(styles.HEADER)
    if layout.header_rows == 1:
        for col, column in enumerate(layout.columns):
            put_text(sheet, HEADER_ROW, col, clean_text(column.caption), style)
    else:
        _write_two_levels(sheet, layout.columns, style)
    return HEADER_ROW + layout.header_rows


def merged(sheet: Worksheet, row: int, first: int, last: int, text: str, style: Format) -> None:
    """A text over several columns of one row."""
    put_text(sheet, row, first, clean_text(text), style)
    for col in range(first + 1, last + 1):
        sheet.write_blank(row, col, None, style)
    _join(sheet, row, first, row, last)


def _join(sheet: Worksheet, row: int, first: int, last_row: int, last: int) -> None:
    # merge_range() writes the cells as well, lower rows too, and a row that has gone to disk
    # cannot be written again: so cells are written in order and only joined here.
    if (row, first) != (last_row, last):
        sheet.merge.append([row, first, last_row, last])


def _write_two_levels(sheet: Worksheet, columns: Sequence[Column], style: Format) -> None:
    col = 0
    for group, members in groupby(columns, key=lambda column: column.group):
        alike = list(members)
        if group:
            merged(sheet, HEADER_ROW, col, col + len(alike) - 1, group, style)
        for place, column in enumerate(alike, col):
            if not group:
                put_text(sheet, HEADER_ROW, place, clean_text(column.caption), style)
                _join(sheet, HEADER_ROW, place, HEADER_ROW + 1, place)
        col += len(alike)
    for place, column in enumerate(columns):
        text = clean_text(column.caption) if column.group else ""
        put_text(sheet, HEADER_ROW + 1, place, text, style)


def _write_subtitle(
    sheet: Worksheet, layout: Layout, widths: Sequence[float], made: styles.Styles
) -> None:
    texts = (layout.subtitle_left, layout.subtitle_middle, layout.subtitle_right)
    seen = [0.0 if c.folded else w for c, w in zip(layout.columns, widths, strict=True)]
    ends = _thirds(seen)
    if ends is None:
        joined = "　".join(text for text in texts if text)
        merged(sheet, 1, 0, len(widths) - 1, joined, made.get(styles.SUBTITLE, align="left"))
        return
    starts = (0, ends[0] + 1, ends[1] + 1)
    aligned = ("left", "center", "right")
    for start, end, text, align in zip(starts, ends, texts, aligned, strict=True):
        merged(sheet, 1, start, end, text, made.get(styles.SUBTITLE, align=align))


def _thirds(widths: Sequence[float]) -> tuple[int, int, int] | None:
    """The last columns of three parts of about one width; None for too few columns."""
    last = len(widths) - 1
    if len(widths) < PARTS:
        return None
    total, so_far = sum(widths), 0.0
    ends: list[int] = []
    for col, width in enumerate(widths):
        so_far += width
        if so_far >= total * (len(ends) + 1) / 3:
            ends.append(col)
    first = min(ends[0], last - 2)
    return first, min(max(ends[1], first + 1), last - 1), last
