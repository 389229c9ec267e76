"""The rows of a sheet come out the same however its XML is cut, plain ones and odd ones."""

from datetime import date, datetime
from xml.parsers import expat

import pytest

from sheets.reading import numbers
from sheets.reading.book import Limits
from sheets.reading.cells import Cells, Found
from sheets.reading.xlsx_cells import SheetScan
from sheets.reading.xlsx_strings import Formats

BIRDS = [f"鸟{at}" for at in range(200)]
FORMATS = Formats([0, numbers.DATE], ["General", "yyyy-m-d"])
PLAIN = '<row r="{r}" spans="1:4"><c r="A{r}"><v>{r}</v></c><c r="B{r}" t="s"><v>1{n:02}</v></c>'
PLAIN += '<c r="C{r}" s="1"><v>45240</v></c><c r="D{r}" s="1"/><c r="E{r}"><v>-1.5E-2</v></c></row>'
ROWS = "".join(PLAIN.format(r=at + 1, n=at) for at in range(20))
EXPECTED = [
    (at, [(0, at + 1), (1, f"鸟{100 + at}"), (2, date(2023, 11, 10)), (4, -0.015)])
    for at in range(20)
]


def _read(
    rows: str, size: int = 1_000_000, head: str = ""
) -> tuple[list[tuple[int, Cells]], Found]:
    xml = f"<?xml version='1.0'?><worksheet>{head}<sheetData>{rows}</sheetData>"
    data = f'{xml}<mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>'.encode()
    scan = SheetScan(BIRDS, FORMATS, Limits(), from_1904=False)
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    return list(scan.rows(pieces)), scan.found


@pytest.mark.parametrize("size", [1, 7, 50, 333, 1_000_000])
def test_a_sheet_cut_anywhere_says_the_same(size: int) -> None:
    rows, found = _read(ROWS, size)
    assert rows == EXPECTED
    assert found.merges == [(0, 0, 1, 1)]
    assert found.formats == {2: [[0, 19, 1]]}


@pytest.mark.parametrize("size", [1, 90, 1_000_000])
def test_rows_of_another_make_stand_among_plain_ones(size: int) -> None:
    odd = (
        '<row r="21"><c r="A21" t="inlineStr"><is><t>鹤 &amp; 鹭</t></is></c></row>\n'
        '<row r="22"><c r="B22"><f>1+1</f><v>2</v></c><c r="A22"><v>1</v></c></row>'
        '<row r="23" hidden="1"><c r="B23"><v>2</v></c><c r="A23"><v>1</v></c></row>'
        "<row><c><v>3</v></c></row>\n"
    )
    rows, found = _read(odd + ROWS, size)
    assert rows[:4] == [
        (20, [(0, "鹤 & 鹭")]), (21, [(0, 1), (1, 2)]), (22, [(0, 1), (1, 2)]), (23, [(0, 3)]),
    ]  # fmt: skip
    assert rows[4:] == EXPECTED
    assert found.hidden_rows == [22]


@pytest.mark.parametrize("size", [1, 90, 1_000_000])
def test_a_row_in_a_comment_is_none(size: int) -> None:
    assert _read(f"<!-- {ROWS} -->{ROWS}", size)[0] == EXPECTED
    assert _read(ROWS, size, head="<!-- <sheetData> -->")[0] == EXPECTED


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1" ht="2" ht="3"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="AAAA1"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="0"><c r="A1"><v>1</v></c></row>',
    ],
)
def test_what_is_no_row_is_told(row: str) -> None:
    with pytest.raises(expat.ExpatError):
        _read(ROWS + row)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("yyyy-m-d h:mm", "2026-3-7 9:05"),
        ('yyyy"年"mm"月"dd"日"', "2026年03月07日"),
        ('yyyy"{0}"m', "2026{0}3"),
        ("mm:ss", "05:09"),
        ("yy-mmm-d h:mm AM/PM", "26-Mar-7 9:05 AM"),
    ],
)
def test_a_moment_is_shown_by_its_format(code: str, shown: str) -> None:
    assert numbers.show(datetime(2026, 3, 7, 9, 5, 9), code) == shown  # noqa: DTZ001 - as in a cell
