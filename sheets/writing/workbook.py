"""A layout and rows into one workbook, row by row, complete or not there at all."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheets.fields.base import ExcelCell
from sheets.text import clean_text, one_line
from sheets.writing import styles
from sheets.writing.cells import (
    CELL_LIMIT,
    CENTRED,
    chunks,
    cleaned,
    is_formula_like,
    lines_needed,
    put,
    put_text,
    text_of,
    to_cell,
    units,
)
from sheets.writing.head import (
    CELL_PADDING,
    PIXELS_A_CHARACTER,
    column_widths,
    merged,
    set_up_print,
    sheet_name,
    write_head,
)
from sheets.writing.layout import Column, Layout, Picture, Values, Written
from sheets.writing.notes import NotesSheet
from sheets.writing.pictures import Thumbnail, thumbnail

PHOTO_HEIGHT, CAPTION_HEIGHT, LINE_HEIGHT = 92, 12, 14.5  # points
SIGNATURE_HEIGHT, TALLEST = 30, 409
PIXELS_A_POINT = 4 / 3
PHOTO_PIXELS = 120  # the height of a picture that PHOTO_HEIGHT has room for
MOVE_AND_SIZE_WITH_CELLS = 1
PROGRESS_STEP = 50
Progress = Callable[[int], None]


def write_workbook(
    target: Path,
    layout: Layout,
    rows: Iterable[Values],
    *,
    progress: Progress | None = None,
    first_serial: int = 1,
    last_notes: Callable[[], Iterable[tuple[str, str]]] = tuple,
) -> Written:
    """Write the rows to ``target``, which appears only when complete; raises OSError.

    ``progress`` is told the number of rows now and then.  ``last_notes`` is asked for more
    lines on the sheet 说明 once all rows are written.
    """
    # Beside the target, so that the last step is a rename on one disk.
    with TemporaryDirectory(prefix=".sheet-", dir=target.parent) as folder:
        draft = Path(folder) / target.name
        with _open(draft) as workbook:
            writer = _Writer(workbook, layout, first_serial)
            for number, row in enumerate(rows, 1):
                writer.row(row)
                if progress and number % PROGRESS_STEP == 0:
                    progress(number)
            writer.finish(last_notes())
        digest = _flushed(draft)
        draft.replace(target)
    if progress:
        progress(writer.count)
    return Written(target, writer.count, digest, writer.checksum)


@contextmanager
def _open(draft: Path) -> Iterator[Workbook]:
    # Constant memory: a row goes to disk when the next begins, so rows are written in order.
    workbook = Workbook(str(draft), {"constant_memory": True, "tmpdir": str(draft.parent)})
    try:
        yield workbook
        workbook.close()
    except FileCreateError as error:
        # The library hides what went wrong; whoever asks whether the disk is full needs it.
        number = getattr(error.args[0] if error.args else None, "errno", None)
        raise OSError(number, f"cannot write {draft.name}: {error}") from error
    finally:
        for sheet in workbook.worksheets():
            sheet.row_data_fh.close()  # which the library leaves open when something fails


def _flushed(path: Path) -> str:
    with path.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest


class _Writer:
    def __init__(self, workbook: Workbook, layout: Layout, first_serial: int) -> None:
        if not layout.columns:
            raise ValueError("a layout needs columns")
        self.layout = layout
        self.styles = styles.Styles(workbook)
        self.sheet: Worksheet = workbook.add_worksheet(sheet_name(layout.sheet_name))
        self.notes = NotesSheet(workbook, self.styles, layout.notes)
        self.widths = column_widths(layout)
        self.first_serial = first_serial
        self.count = 0
        self.hash = hashlib.sha256()
        self.known_styles: dict[tuple[str, str, bool], Format] = {}
        workbook.set_properties({"title": one_line(layout.title)})
        set_up_print(self.sheet, layout, self.widths)
        self.first_row = self.next_row = write_head(self.sheet, layout, self.widths, self.styles)

    @property
    def checksum(self) -> str:
        """Sixteen digits of the SHA-256 of all data cells' text, in order."""
        return self.hash.hexdigest()[:16].upper()

    def row(self, values: Values) -> None:
        """One row of data."""
        cells: list[ExcelCell] = []
        shown: dict[int, Thumbnail] = {}
        for col, column in enumerate(self.layout.columns):
            value = column.value(values)
            if column.kind == "photos" and not isinstance(value, ExcelCell):
                pictures = _pictures(value)
                made = thumbnail(pictures[0], self.layout.photo_size) if pictures else None
                value = _caption(pictures, is_shown=made is not None)
                if made:
                    shown[col] = made
            elif column.kind == "serial" and not value:
                value = self.first_serial + self.count
            cells.append(cleaned(to_cell(value, column.kind)))
        height = self._set_height(cells, pictures=bool(shown))
        for col, cell in enumerate(cells):
            self._put(col, cell)
            if col in shown:
                self._picture(col, shown[col], cell, height)
        self.hash.update(("\x1f".join(text_of(cell) for cell in cells) + "\x1e").encode())
        self.next_row += 1
        self.count += 1

    def finish(self, last_notes: Iterable[tuple[str, str]]) -> None:
        """The signature, what depends on the number of rows, and the last notes."""
        last_col = len(self.layout.columns) - 1
        if not self.count:
            empty = clean_text(self.layout.when_empty)
            put_text(self.sheet, self.next_row, 0, empty, self.styles.get(styles.PLAIN))
            self.next_row += 1
        last_data = max(self.first_row - 1, self.first_row + self.count - 1)
        self.sheet.autofilter(self.first_row - 1, 0, last_data, last_col)
        if self.layout.signature:
            self.sheet.set_row(self.next_row, SIGNATURE_HEIGHT)
            style = self.styles.get(styles.SUBTITLE, align="left")
            merged(self.sheet, self.next_row, 0, last_col, self.layout.signature, style)
            self.next_row += 1
        self.sheet.print_area(0, 0, self.next_row - 1, last_col)
        for label, text in (*last_notes, ("行数", str(self.count)), ("校验码", self.checksum)):
            self.notes.add(label, text)

    def _set_height(self, cells: list[ExcelCell], *, pictures: bool) -> float:
        """Room for pictures and text, in points; a row of single lines keeps its own height.

        Not every office fits a row to its text when it opens a file.
        """
        text_lines = caption_lines = 1
        for cell, column, width in zip(cells, self.layout.columns, self.widths, strict=True):
            if cell.kind != "text" or column.folded:
                continue
            text = text_of(cell)[:CELL_LIMIT]
            if column.kind == "photos":
                caption_lines = max(caption_lines, text.count("\n") + 1)
            else:
                text_lines = max(text_lines, lines_needed(text, width))
        if not pictures and text_lines == 1:
            return 0
        box = PHOTO_HEIGHT * self.layout.photo_size[1] / PHOTO_PIXELS
        room = box + CAPTION_HEIGHT * caption_lines if pictures else 0
        needed = max(room, LINE_HEIGHT * text_lines)
        height = min(needed, TALLEST)
        self.sheet.set_row(self.next_row, height)
        return height

    def _put(self, col: int, cell: ExcelCell) -> None:
        column = self.layout.columns[col]
        quoted = False
        if cell.kind == "text":
            cell = ExcelCell("text", self._fitting(str(cell.value), column), "@")
            quoted = is_formula_like(str(cell.value))
        put(self.sheet, self.next_row, col, cell, self._style(column, cell.number_format, quoted))

    def _style(self, column: Column, number_format: str, quoted: bool) -> Format:
        known = (column.kind, number_format, quoted)
        if known not in self.known_styles:
            is_photo = column.kind == "photos"
            self.known_styles[known] = self.styles.get(
                styles.PHOTO if is_photo else styles.DATA,
                align="center" if is_photo or column.kind in CENTRED else "",
                num_format=number_format,
                quote_prefix=quoted,
            )
        return self.known_styles[known]

    def _fitting(self, text: str, column: Column) -> str:
        """The text, or its beginning with a note where the whole of it stands."""
        if units(text) <= CELL_LIMIT:
            return text
        label = f"第 {self.next_row + 1} 行“{column.caption}”全文"
        line = self.notes.add(label, text)
        return f"{next(chunks(text))}（全文见“{self.notes.name}”页第 {line} 行）"

    def _picture(self, col: int, made: Thumbnail, caption: ExcelCell, height: float) -> None:
        """The picture in the middle of the column, right above its caption."""
        text = text_of(caption)
        room = int(self.widths[col] * PIXELS_A_CHARACTER + CELL_PADDING)
        above = height - CAPTION_HEIGHT * (text.count("\n") + 1)
        slack = self.layout.photo_size[1] - made.height
        top = int(above * PIXELS_A_POINT) - made.height - slack // 2
        self.sheet.insert_image(
            self.next_row,
            col,
            "photo.jpg",
            {
                "image_data": made.data,
                "x_offset": max((room - made.width) // 2, 0),
                "y_offset": max(top, 1),
                "object_position": MOVE_AND_SIZE_WITH_CELLS,
                "description": one_line(text),
            },
        )


def _pictures(value: object) -> list[Picture]:
    if isinstance(value, Picture):
        return [value]
    return list(value) if isinstance(value, list | tuple) else []


def _caption(pictures: list[Picture], *, is_shown: bool) -> str:
    """The number of the first picture, and how many more there are."""
    if not pictures:
        return ""
    missing = "" if is_shown else "照片无法显示"
    more = f"另有 {len(pictures) - 1} 张" if len(pictures) > 1 else ""
    return "\n".join(part for part in (missing, one_line(pictures[0].number), more) if part)
