"""Pictures of workbooks: the cell each belongs to, and the bytes as they are stored."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from sheets.reading import RawSheet, address, read_book
from tests.sheets.workbooks import (
    LEDGERS,
    OFFICE,
    inline,
    parts,
    picture,
    relations,
    sheet_of,
    written,
    zipped,
)

RED, BLUE = picture("red"), picture("blue")
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def _placed(sheet: RawSheet) -> list[tuple[str, bytes]]:
    return [(address(one.row, one.col), one.data) for one in sheet.pictures]


def _pic(link: str, extra: str = "") -> str:
    return (
        f'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" name="p"/></xdr:nvPicPr><xdr:blipFill>'
        f'<a:blip r:embed="{link}"/></xdr:blipFill><xdr:spPr>{extra}</xdr:spPr></xdr:pic>'
    )


def _corner(name: str, col: int, row: int, col_off: int = 0, row_off: int = 0) -> str:
    return (
        f"<xdr:{name}><xdr:col>{col}</xdr:col><xdr:colOff>{col_off}</xdr:colOff>"
        f"<xdr:row>{row}</xdr:row><xdr:rowOff>{row_off}</xdr:rowOff></xdr:{name}>"
    )


def _drawn(anchors: str, sheet: str = "", rows: str = "") -> bytes:
    """A workbook whose sheet has this drawing; its pictures are a (red) and b (blue)."""
    made = parts(f'<sheetData>{rows}</sheetData>{sheet}<drawing r:id="d"/>')
    made["xl/worksheets/_rels/s.xml.rels"] = relations(("d", "drawing", "../drawings/d.xml"))
    made["xl/drawings/d.xml"] = (
        f'<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="{A}" xmlns:r="{OFFICE}">{anchors}</xdr:wsDr>'
    )
    made["xl/drawings/_rels/d.xml.rels"] = relations(
        ("a", "image", "../media/a.jpeg"), ("b", "image", "/xl/media/b.jpeg")
    )
    made["xl/media/a.jpeg"], made["xl/media/b.jpeg"] = RED, BLUE
    return zipped(made)


def test_pictures_come_with_their_cell_bytes_hashes_and_kind() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.set_row(2, 90)
        sheet.set_column(1, 1, 20)
        sheet.insert_image(2, 1, "a.jpg", {"image_data": io.BytesIO(RED), "x_offset": 5})
        sheet.insert_image(2, 2, "b.png", {"image_data": io.BytesIO(picture("blue", kind="PNG"))})

    one, two = sheet_of(written(fill)).pictures
    assert (address(one.row, one.col), one.data, one.media_type) == ("B3", RED, "image/jpeg")
    assert one.sha1 == hashlib.sha1(RED, usedforsecurity=False).hexdigest()
    assert one.sha256 == hashlib.sha256(RED).hexdigest()
    assert (address(two.row, two.col), two.media_type) == ("C3", "image/png")


def test_a_picture_belongs_to_the_cell_that_holds_most_of_it() -> None:
    # It begins at the lower right end of A1 and lies nearly whole on B2.
    anchor = (
        f"<xdr:twoCellAnchor>{_corner('from', 0, 0, 600_000, 185_000)}"
        f"{_corner('to', 1, 1, 500_000, 180_000)}{_pic('a')}</xdr:twoCellAnchor>"
    )
    assert _placed(sheet_of(_drawn(anchor))) == [("B2", RED)]


def test_one_corner_and_a_size_are_measured_on_the_rows_there_are() -> None:
    anchor = (
        f"<xdr:oneCellAnchor>{_corner('from', 3, 0, 0, 120_000)}"
        f'<xdr:ext cx="400000" cy="300000"/>{_pic("b")}</xdr:oneCellAnchor>'
    )
    tall = "".join(f'<row r="{number}" ht="40"/>' for number in (1, 2, 3))
    assert _placed(sheet_of(_drawn(anchor))) == [("D2", BLUE)]
    assert _placed(sheet_of(_drawn(anchor, rows=tall))) == [("D1", BLUE)]


def test_a_place_counted_from_the_corner_of_the_sheet_is_found() -> None:
    anchor = (
        '<xdr:absoluteAnchor><xdr:pos x="1300000" y="400000"/><xdr:ext cx="300000" cy="150000"/>'
        f"{_pic('a')}</xdr:absoluteAnchor>"
    )
    assert _placed(sheet_of(_drawn(anchor))) == [("C3", RED)]


def test_merged_cells_count_as_one() -> None:
    anchor = (
        f"<xdr:twoCellAnchor>{_corner('from', 1, 4)}{_corner('to', 1, 6, 500_000, 100_000)}"
        f"{_pic('a')}</xdr:twoCellAnchor>"
    )
    merge = '<mergeCells><mergeCell ref="B4:B8"/></mergeCells>'
    assert _placed(sheet_of(_drawn(anchor, merge))) == [("B4", RED)]


def test_one_file_used_twice_is_two_pictures() -> None:
    anchors = "".join(
        f"<xdr:twoCellAnchor>{_corner('from', col, 1)}{_corner('to', col, 1, 9999, 9999)}"
        f"{_pic('a')}</xdr:twoCellAnchor>"
        for col in (1, 2)
    )
    assert _placed(sheet_of(_drawn(anchors))) == [("B2", RED), ("C2", RED)]


def test_two_grouped_pictures_lie_each_in_its_own_cell() -> None:
    frame = '<a:xfrm><a:off x="{0}" y="0"/><a:ext cx="100" cy="100"/></a:xfrm>'
    group = (
        '<xdr:grpSp><xdr:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/>'
        '<a:chOff x="0" y="0"/><a:chExt cx="200" cy="100"/></a:xfrm></xdr:grpSpPr>'
        f"{_pic('a', frame.format(0))}{_pic('b', frame.format(100))}</xdr:grpSp>"
    )
    anchor = (
        f"<xdr:twoCellAnchor>{_corner('from', 0, 0)}{_corner('to', 1, 0, 600_000, 150_000)}"
        f"{group}</xdr:twoCellAnchor>"
    )
    assert _placed(sheet_of(_drawn(anchor))) == [("A1", RED), ("B1", BLUE)]


def test_a_picture_the_file_names_and_does_not_hold_is_noted() -> None:
    anchor = f"<xdr:twoCellAnchor>{_corner('from', 2, 3)}{_corner('to', 2, 3)}{_pic('x')}"
    sheet = sheet_of(_drawn(f"{anchor}</xdr:twoCellAnchor>"))
    assert sheet.pictures == []
    assert [(note.row, note.col, note.kind) for note in sheet.errors] == [(3, 2, "no_picture")]


def test_pictures_wps_sets_into_cells_are_found_by_their_id() -> None:
    formula = '<c r="{0}" t="str"><f>{2}DISPIMG("{1}",1)</f><v>=DISPIMG("{1}",1)</v></c>'
    row = (
        f'<sheetData><row r="2">{inline("A2", "甲")}{formula.format("B2", "ID_1", "")}'
        f"{formula.format('C2', 'ID_2', '_xlfn.')}{formula.format('D2', 'ID_9', '')}</row>"
        f'<row r="3">{inline("B3", "=DISPIMG(&quot;ID_1&quot;,1)")}</row></sheetData>'
    )
    made = parts(row)
    made["xl/cellimages.xml"] = (
        f'<etc:cellImages xmlns:xdr="{XDR}" xmlns:a="{A}" xmlns:r="{OFFICE}" xmlns:etc="e">'
        + "".join(
            f"<etc:cellImage>{_pic(link).replace('name=' + chr(34) + 'p', 'name=' + chr(34) + key)}"
            "</etc:cellImage>"
            for key, link in (("ID_1", "a"), ("ID_2", "b"))
        )
        + "</etc:cellImages>"
    )
    made["xl/_rels/cellimages.xml.rels"] = relations(
        ("a", "image", "media/a.jpeg"), ("b", "image", "media/b.jpeg")
    )
    made["xl/media/a.jpeg"], made["xl/media/b.jpeg"] = RED, BLUE
    sheet = sheet_of(zipped(made))
    assert _placed(sheet) == [("B2", RED), ("C2", BLUE), ("B3", RED)]
    assert sheet.rows == [(), ("甲",)]
    assert [(note.kind, note.col) for note in sheet.errors] == [("no_picture", 3)]


def test_pictures_excel_places_in_cells_are_found() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write(0, 0, "整改前")
        sheet.embed_image(1, 0, "a.jpg", {"image_data": io.BytesIO(RED)})
        sheet.embed_image(1, 1, "b.jpg", {"image_data": io.BytesIO(BLUE)})
        sheet.embed_image(2, 1, "a.jpg", {"image_data": io.BytesIO(RED)})

    sheet = sheet_of(written(fill))
    assert _placed(sheet) == [("A2", RED), ("B2", BLUE), ("B3", RED)]
    assert sheet.rows == [("整改前",)]
    assert sheet.errors == []


@pytest.mark.skipif(not LEDGERS.is_dir(), reason="no ledgers lie near by")
def test_every_picture_of_the_ledger_lies_in_its_cell_with_its_bytes() -> None:
    path = next(LEDGERS.glob("03*.xlsx"))
    truth = json.loads(Path(f"{path}.truth.json").read_text("utf-8"))
    wanted = sorted(
        (photo["cell"], photo["sha1"]) for record in truth["records"] for photo in record["photos"]
    )
    found = [
        (address(one.row, one.col), one.sha1)
        for one in read_book(path.read_bytes(), path.name).sheets[0].pictures
    ]
    assert len(wanted) > 60
    assert sorted(found) == wanted
