"""Workbooks for the tests of reading: made by a library, or zipped by hand where none would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import xlsxwriter
from PIL import Image

from sheets.reading import RawSheet, Refused, read_book

DATA = Path(__file__).parents[3] / "shared" / "data"
LEDGERS, PUBLIC, HOSTILE = (
    DATA / name for name in ("section_ledgers", "public_workbooks", "hostile")
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def written(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    """An XLSX of one sheet, filled by a function of the workbook and the sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet("台账"))
    return buffer.getvalue()


def sheet_of(data: bytes, name: str = "台账.xlsx") -> RawSheet:
    """The first sheet read from these bytes."""
    return read_book(data, name).sheets[0]


def refusal(data: bytes, name: str = "台账.xlsx") -> str:
    """The sentence with which these bytes are refused."""
    try:
        read_book(data, name)
    except Refused as refused:
        return refused.sentence
    raise AssertionError("it was read")


def picture(colour: str = "red", side: int = 64, kind: str = "JPEG") -> bytes:
    """A small picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(buffer, kind)
    return buffer.getvalue()


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def relations(*links: tuple[str, str, str]) -> str:
    """A part of relations: id, last word of the type, target."""
    inner = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, kind, target in links
    )
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'


def parts(sheet: str, *, more: Iterable[tuple[str, str, str]] = ()) -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet, given as the inside of its <worksheet>."""
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="台账" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relations(("r1", "worksheet", "worksheets/s.xml"), *more),
        "xl/worksheets/s.xml": f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheet}</worksheet>',
    }


def by_hand(sheet: str) -> bytes:
    """A workbook of one sheet, given as the inside of its <worksheet>."""
    return zipped(parts(sheet))


def inline(reference: str, text: str) -> str:
    """A cell with its text inside."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
