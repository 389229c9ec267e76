"""CSV, pasted blocks and saved web tables: encodings, separators, quotes; all cells stay text."""

from __future__ import annotations

import pytest

from sheets.reading import Merge, Refused, read_block, read_book
from tests.sheets.workbooks import HOSTILE, refusal, sheet_of

TABLE = "编号,地点,描述\r\n001000,站前街道,垃圾散落\r\n001001,新抚街道,污水外溢\r\n"
ROWS = [tuple(line.split(",")) for line in TABLE.splitlines()]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_the_encoding_is_told_by_the_bytes(encoding: str) -> None:
    book = read_book(TABLE.encode(encoding), "导出.csv")
    assert book.sheets[0].rows == ROWS
    assert (book.kind, book.notes) == ("csv", ())


@pytest.mark.parametrize("separator", ["\t", ";", "|"])
def test_the_separator_is_told_by_what_it_divides(separator: str) -> None:
    assert sheet_of(TABLE.replace(",", separator).encode("gbk"), "导出.xls").rows == ROWS


def test_commas_within_cells_do_not_mislead() -> None:
    text = "编号\t描述\n1\t东侧,西侧,南侧\n2\t完好,整洁,无异味\n"
    assert sheet_of(text.encode()).rows[1] == ("1", "东侧,西侧,南侧")


def test_a_first_line_may_name_the_separator() -> None:
    assert sheet_of(b"sep=;\r\nA;1,5\r\n2;3\r\n").rows == [("A", "1,5"), ("2", "3")]


def test_quotes_hold_line_ends_and_quotes() -> None:
    text = '编号,描述\n1,"第一行\r\n第二行，""三包""不到位"\n'
    assert sheet_of(text.encode()).rows[1] == ("1", '第一行\r\n第二行，"三包"不到位')


def test_a_quote_that_never_closes_does_not_swallow_the_file() -> None:
    text = "编号,描述\n" + '1,"缺一半引号\n' + "".join(f"{n},甲\n" for n in range(2, 50))
    book = read_book(text.encode(), "a.csv")
    assert len(book.sheets[0].rows) == 50
    assert any("引号" in note for note in book.notes)


def test_zeros_guarded_against_excel_are_freed_and_formulas_are_not_touched() -> None:
    text = '"=""00123""",=1+1,"=""a""&""b"""\n'
    assert sheet_of(text.encode()).rows == [("00123", "=1+1", '="a"&"b"')]


def test_blank_lines_keep_the_numbers_of_the_rows_after_them() -> None:
    assert sheet_of(b"a,b\n\n,\n1,2\n").rows == [("a", "b"), (), (), ("1", "2")]


def test_a_few_broken_characters_are_marked_where_they_stand() -> None:
    data = TABLE.encode() + "001002,东洲".encode() + b"\xe5\xff" + "街道,积水\r\n".encode() * 40
    book = read_book(data, "a.csv")
    assert any("读不出来" in note for note in book.notes)
    assert [(note.row, note.col, note.kind) for note in book.sheets[0].errors] == [
        (3, 1, "unreadable")
    ]


def test_western_text_that_happens_to_decode_as_chinese_is_doubted() -> None:
    book = read_book("première,second\nQuatrième,cinquième\n".encode("cp1252"), "a.csv")
    assert book.sheets[0].rows[0] == ("première", "second")
    assert any("请核对" in note for note in book.notes)


def test_control_characters_are_left_out() -> None:
    assert sheet_of(b"a\x07b,c\n1,2\n").rows[0] == ("ab", "c")


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="no hostile files lie near by")
def test_one_text_in_eleven_encodings_reads_the_same() -> None:
    found = {
        path.name: sheet_of(path.read_bytes()).rows[0]
        for path in (HOSTILE / "phpspreadsheet_csv_mit").glob("premiere.*")
    }
    assert len(found) == 11
    assert set(found.values()) == {("première", "second", "troisième")}


def test_a_pasted_block_is_a_sheet() -> None:
    book = read_block('编号\t描述\n001\t"第一行\n第二行"\n002\t=1+1')
    assert book.kind == "csv"
    assert book.sheets[0].rows == [("编号", "描述"), ("001", "第一行\n第二行"), ("002", "=1+1")]


def test_pasting_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="空"):
        read_block("")


PAGE = """<html><head><meta charset="{charset}"><style>td {{}}</style></head><body><table border=1>
<tr><td colspan=2>问题台账</td></tr><tr><th>编号</th><th>描述</th></tr>
<tr><td rowspan="2">001</td><td>东侧<br>西侧&amp;南侧</td></tr><tr><td> 北侧 </td></tr>
</table></body></html>"""


@pytest.mark.parametrize(("charset", "encoding"), [("gb2312", "gbk"), ("utf-8", "utf-8")])
def test_a_page_saved_as_a_workbook_is_read(charset: str, encoding: str) -> None:
    book = read_book(PAGE.format(charset=charset).encode(encoding), "台账.xls")
    sheet = book.sheets[0]
    assert book.kind == "html"
    assert sheet.rows == [
        ("问题台账",), ("编号", "描述"), ("001", "东侧\n西侧&南侧"), (None, "北侧"),
    ]  # fmt: skip
    assert sheet.merges == [Merge(0, 0, 0, 1), Merge(2, 0, 3, 0)]


def test_a_page_without_a_table_and_other_markup_are_refused() -> None:
    assert "没有表格" in refusal(b"<html><body>login</body></html>", "台账.xls")
    old = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    assert "XML 格式" in refusal(old)
    assert ".mht" in refusal(b"MIME-Version: 1.0\r\nContent-Type: multipart/related")
