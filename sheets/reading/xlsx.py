"""An XLSX workbook, part by part: its sheets with cells, merges, hidden lines and pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from sheets.reading import kinds, xlsx_pictures
from sheets.reading.book import Refused
from sheets.reading.out import Out
from sheets.reading.package import BROKEN, DAMAGED, Package, attribute, local, parse
from sheets.reading.second import SecondReader
from sheets.reading.xlsx_cells import SheetScan
from sheets.reading.xlsx_pictures import CellPictures
from sheets.reading.xlsx_strings import Formats, OddText, formats, shared_strings

MALFORMED = (expat.ExpatError, ValueError, IndexError, KeyError, *BROKEN)
"""What reading a part raises when the part is not as it should be."""
ONE_READER = (
    "工作表“{name}”的结构不规范，只读到了格子里的值；合并、隐藏的行和图片没有读到，请核对。"
)
LOST_PICTURES = "工作表“{name}”里的图片没能全部读出来，请在导入后核对、补上。"
LEFT_OUT = "“{name}”是图表，没有读取。"


@dataclass(slots=True)
class Workbook:
    """The list of contents."""

    part: str
    sheets: list[tuple[str, bool, str, str]] = field(default_factory=list)
    """Name, hidden, kind of part, part."""
    strings: str | None = None
    styles: str | None = None
    from_1904: bool = False


def read(source: BinaryIO, out: Out) -> None:
    """Tell what an XLSX file holds; raises Refused."""
    package = Package(source, out.limits)
    part = kinds.workbook_part(package)
    package.examine()
    out.kind("xlsx")
    try:
        book = _contents(package, part)
        strings = shared_strings(package, book.strings, out.limits)
        styles = formats(package, book.styles)
        pictures = CellPictures.of(package, part)
    except MALFORMED as error:
        raise Refused(DAMAGED) from error
    second = SecondReader(source)
    told: list[str | None] = []
    for name, hidden, kind, sheet_part in book.sheets:
        if kind != "worksheet":
            out.note(LEFT_OUT.format(name=name))
        elif _sheet(package, out, book, (name, hidden, sheet_part), strings, styles, pictures):
            told.append(name)
        else:
            second.tell(out, name, hidden=hidden)
            told.append(None)
            out.note(ONE_READER.format(name=name))
    out.read()
    for at, told_name in enumerate(told):
        if told_name is not None:
            second.compare(out, at, told_name)


def _sheet(
    package: Package,
    out: Out,
    book: Workbook,
    sheet: tuple[str, bool, str],
    strings: list[str | OddText | None],
    styles: Formats,
    pictures: CellPictures,
) -> bool:
    name, hidden, part = sheet
    scan = SheetScan(strings, styles, out.limits, from_1904=book.from_1904, placed=pictures.placed)
    try:
        out.sheet(name, hidden=hidden, rows=scan.rows(package.chunks(part)))
    except MALFORMED:
        out.restart()
        return False
    out.found(scan.found, dict(enumerate(styles.codes)))
    try:
        xlsx_pictures.tell(package, out, part, scan, pictures)
    except MALFORMED:
        out.note(LOST_PICTURES.format(name=name))
    return True


def _contents(package: Package, part: str) -> Workbook:
    book = Workbook(part)
    relations = package.relations(part)

    def start(tag: str, attrs: dict[str, str]) -> None:
        name = local(tag)
        if name == "sheet":
            kind, target = relations.get(attribute(attrs, "id") or "", ("", ""))
            if target:
                state = attrs.get("state", "visible")
                book.sheets.append((attrs.get("name", ""), state != "visible", kind, target))
        elif name == "workbookPr":
            book.from_1904 = attrs.get("date1904") in {"1", "true", "on"}

    parse(package.chunks(part), start)
    for kind, target in relations.values():
        if kind == "sharedStrings":
            book.strings = target
        elif kind == "styles":
            book.styles = target
    if not book.sheets:
        raise Refused(DAMAGED)
    return book
