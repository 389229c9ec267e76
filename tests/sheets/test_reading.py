"""Values, formats, merges and hidden lines of workbooks, as the files have them."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from sheets.reading import Merge, RawSheet, address, read_book
from sheets.reading.numbers import BUILT_IN, DATE, PLAIN, TELLING, TIME, from_serial, kind_of, show
from tests.sheets.workbooks import (
    LEDGERS,
    PUBLIC,
    by_hand,
    inline,
    parts,
    sheet_of,
    written,
    zipped,
)

needs_public = pytest.mark.skipif(not PUBLIC.is_dir(), reason="no public workbooks lie near by")


def test_values_come_typed() -> None:
    def fill(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy/m/d h:mm"})
        clock = book.add_format({"num_format": "h:mm:ss"})
        sheet.write_row(0, 0, ["站前街道", 3, 2.5, True])
        sheet.write_datetime(0, 4, datetime(2026, 3, 5), day)  # noqa: DTZ001
        sheet.write_datetime(0, 5, datetime(2026, 3, 5, 9, 13, 28), moment)  # noqa: DTZ001
        sheet.write_datetime(0, 6, time(9, 13, 28), clock)

    sheet = sheet_of(written(fill))
    assert sheet.rows == [
        (
            "站前街道", 3, 2.5, True, date(2026, 3, 5),
            datetime(2026, 3, 5, 9, 13, 28), time(9, 13, 28),  # noqa: DTZ001
        )
    ]  # fmt: skip
    assert type(sheet.rows[0][1]) is int
    assert sheet.checked
    assert sheet.errors == []


def test_an_empty_corner_keeps_its_places() -> None:
    sheet = sheet_of(written(lambda _, sheet: sheet.write(2, 3, "内容")))
    assert sheet.rows == [(), (), (None, None, None, "内容")]
    assert sheet.cell(2, 3) == "内容"
    assert sheet.cell(0, 0) is sheet.cell(99, 99) is None
    assert (sheet.height, sheet.width, sheet.checked) == (3, 4, True)


def test_dates_of_the_1904_calendar_are_the_same_dates() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_datetime(0, 0, datetime(2026, 3, 5), book.add_format({"num_format": 14}))  # noqa: DTZ001

    sheet = sheet_of(written(fill, date_1904=True))
    assert sheet.rows == [(date(2026, 3, 5),)]
    assert sheet.checked
    assert sheet.errors == []


@pytest.mark.parametrize("number", [27, 28, 31, 36, 50, 57, 58])
def test_formats_a_chinese_system_names_by_number_alone_are_dates(number: int) -> None:
    assert kind_of(BUILT_IN[number]) == DATE


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (7, "000", "007"),
        (0.2, "0.00%", "20.00%"),
        (9, '0"平方米"', "9平方米"),
        (date(2026, 3, 5), 'yyyy"年"m"月"d"日"', "2026年3月5日"),
        (date(2026, 3, 5), "yyyy.mm.dd", "2026.03.05"),
        (date(2026, 3, 5), 'm"月"d"日";@', "3月5日"),
        (date(2026, 3, 5), "[$-804]aaaa", "星期四"),
        (datetime(2026, 3, 5, 14, 7), "yyyy-mm-dd hh:mm", "2026-03-05 14:07"),  # noqa: DTZ001
        (datetime(2026, 3, 5, 14, 7), "h:mm AM/PM", "2:07 PM"),  # noqa: DTZ001
        (1.5, "[h]:mm", "36:00"),
        (1234.5, "#,##0.00", None),
        (12, "0", None),
        (0.5, "# ?/?", None),
    ],
)
def test_a_format_is_told_where_it_changes_the_meaning(
    value: Any, code: str, shown: str | None
) -> None:
    assert show(value, code) == shown


def test_formats_are_sorted_by_what_they_make_of_a_number() -> None:
    codes = ["General", "0.00", "@", "00000", "0%", "h:mm", "yyyy/m/d", "[Red]0.0;[Blue]-0.0"]
    wanted = [PLAIN, PLAIN, PLAIN, TELLING, TELLING, TIME, DATE, PLAIN]
    assert [kind_of(code) for code in codes] == wanted


def test_serial_numbers_around_the_day_that_never_was() -> None:
    assert from_serial(1, DATE, from_1904=False) == date(1900, 1, 1)
    assert from_serial(59, DATE, from_1904=False) == date(1900, 2, 28)
    assert from_serial(61, DATE, from_1904=False) == date(1900, 3, 1)
    assert from_serial(0, DATE, from_1904=False) == 0
    assert from_serial(3_000_000, DATE, from_1904=False) == 3_000_000


def test_zeros_a_format_adds_are_shown_and_texts_keep_their_own() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_number(0, 0, 123, book.add_format({"num_format": "00000"}))
        sheet.write_string(0, 1, "00123")

    sheet = sheet_of(written(fill))
    assert sheet.rows == [(123, "00123")]
    assert dict(sheet.shown) == {(0, 0): "00123"}
    assert sheet.shown.get((0, 1)) is None


def test_a_formula_gives_its_stored_result_and_says_when_there_is_none() -> None:
    sheet = sheet_of(
        by_hand(
            '<sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>A1*2</f></c>'
            '<c r="C1" t="str"><f>"a"</f><v>同上</v></c></row></sheetData>'
        )
    )
    assert sheet.rows == [(2, None, "同上")]
    assert [(note.row, note.col, note.kind, note.text) for note in sheet.errors] == [
        (0, 1, "no_value", "=A1*2")
    ]


def test_an_error_stays_an_error() -> None:
    sheet = sheet_of(
        by_hand('<sheetData><row r="1"><c r="A1" t="e"><f>X1</f><v>#REF!</v></c></row></sheetData>')
    )
    assert sheet.rows == [("#REF!",)]
    assert [(note.kind, note.text) for note in sheet.errors] == [("error", "#REF!")]


def test_text_that_looks_like_a_formula_stays_text() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://a")', "'=1"]

    def fill(_: Any, sheet: Any) -> None:
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, text)

    assert [row[0] for row in sheet_of(written(fill)).rows] == texts
    lines = "\r\n".join(f'"{text.replace(chr(34), chr(34) * 2)}"' for text in texts)
    assert [row[0] for row in sheet_of(lines.encode()).rows] == texts


def test_merges_and_hidden_lines_are_told() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 3, "市容环境问题台账")
        sheet.merge_range(1, 0, 2, 0, "新抚区")
        sheet.write_row(1, 1, ["甲", "乙", "丙"])
        sheet.write_row(2, 1, ["丁", "戊", "己"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})
        book.add_worksheet("字典").hide()

    book = read_book(written(fill), "台账.xlsx")
    sheet = book.sheets[0]
    assert sheet.merges == [Merge(0, 0, 0, 3), Merge(1, 0, 2, 0)]
    assert (2, 0) in sheet.merges[1]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {2})
    assert [(one.name, one.hidden) for one in book.sheets] == [("台账", False), ("字典", True)]


def test_rows_and_cells_without_addresses_follow_each_other() -> None:
    sheet = sheet_of(
        by_hand(
            "<sheetData><row><c><v>1</v></c><c><v>2</v></c></row>"
            '<row r="3"><c><v>3</v></c></row></sheetData>'
        )
    )
    assert sheet.rows == [(1, 2), (), (3,)]


def test_rich_text_is_joined_and_readings_beside_characters_are_left_out() -> None:
    sheet = sheet_of(
        by_hand(
            '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><r><t>整改</t></r><r><t>完成</t></r>'
            "<rPh><t>zhenggai</t></rPh></is></c></row></sheetData>"
        )
    )
    assert sheet.rows == [("整改完成",)]


def test_blanks_alone_are_nothing_and_escapes_are_resolved() -> None:
    data = by_hand(
        f'<sheetData><row r="1">{inline("A1", "一行_x000D_&#10;二行")}{inline("B1", " &#12288; ")}'
        "</row></sheetData>"
    )
    assert sheet_of(data).rows == [("一行\n二行",)]


def test_a_long_number_is_marked_as_having_lost_digits() -> None:
    sheet = sheet_of(written(lambda _, sheet: sheet.write_number(0, 0, 210401199001011234)))
    assert [note.kind for note in sheet.errors] == ["precision"]


def test_names_of_parts_may_differ_in_case_and_slashes() -> None:
    made = parts('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')
    made["XL\\Worksheets\\S.xml"] = made.pop("xl/worksheets/s.xml")
    assert sheet_of(zipped(made)).rows == [(1,)]


def test_a_row_that_one_reader_loses_is_found_by_the_other() -> None:
    # A wrong <dimension> makes some readers stop after the first row.
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 501))
    sheet = sheet_of(by_hand(f'<dimension ref="A1"/><sheetData>{rows}</sheetData>'))
    assert [row[0] for row in sheet.rows] == list(range(1, 501))
    assert sheet.checked


def test_what_another_library_writes_reads_the_same() -> None:
    book = openpyxl.Workbook()
    book.active.append(["序号", "发现时间"])  # type: ignore[union-attr]
    book.active.append([1, date(2026, 3, 5)])  # type: ignore[union-attr]
    buffer = io.BytesIO()
    book.save(buffer)
    assert sheet_of(buffer.getvalue()).rows == [("序号", "发现时间"), (1, date(2026, 3, 5))]


def test_whoever_watches_hears_of_rows_and_may_stop() -> None:
    data = "\n".join(f"{number},甲" for number in range(3000)).encode()
    heard: list[int] = []
    read_book(data, "a.csv", watch=heard.append)
    assert heard == [1000, 2000, 3000]

    def stop(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        read_book(data, "a.csv", watch=stop)


def test_cells_are_named_as_people_name_them() -> None:
    assert [address(0, 0), address(2, 25), address(9, 26), address(1048575, 16383)] == [
        "A1", "Z3", "AA10", "XFD1048576",
    ]  # fmt: skip


@pytest.mark.skipif(
    not PUBLIC.is_dir(), reason="the public workbooks do not lie beside the project"
)
def test_an_old_workbook_has_its_merges_dates_and_hidden_columns() -> None:
    sheet = sheet_of(next(PUBLIC.glob("myexcel*.xls")).read_bytes())
    assert (sheet.height, sheet.width, len(sheet.merges), sheet.checked) == (36, 15, 71, True)
    assert sheet.cell(2, 1) == datetime(2021, 4, 3, 8, 30)  # noqa: DTZ001
    old = sheet_of((PUBLIC / "readxl_mit/dates-1904.xls").read_bytes())
    assert old.rows[0][0] == date(2000, 1, 1)
    totals = read_book((PUBLIC / "gov_apache2/ImportRegularTitle.xls").read_bytes(), "a.xls")
    assert 25 in totals.sheets[0].hidden_columns


@pytest.mark.skipif(
    not PUBLIC.is_dir(), reason="the public workbooks do not lie beside the project"
)
def test_sixteen_thousand_ghost_columns_are_trimmed() -> None:
    sheet = sheet_of((PUBLIC / "gov_apache2/ImportForYear.xlsx").read_bytes())
    assert (sheet.height, sheet.width, sheet.checked) == (10, 27, True)


@pytest.mark.skipif(not LEDGERS.is_dir(), reason="the ledgers do not lie beside the project")
def test_the_four_ledgers_are_read_whole() -> None:
    def read(start: str) -> RawSheet:
        path = next(path for path in LEDGERS.glob(f"{start}*") if path.suffix != ".json")
        return sheet_of(path.read_bytes(), path.name)

    one, two, three, six = (read(start) for start in ("01", "02", "03", "06"))
    assert [(s.height, s.width, len(s.merges)) for s in (one, two, three, six)] == [
        (68, 16, 4), (81, 16, 32), (40, 10, 4), (85, 16, 0),
    ]  # fmt: skip
    assert all(sheet.checked for sheet in (one, two, three))
    assert not any(sheet.errors for sheet in (one, two, three, six))
    assert one.cell(3, 8) == date(2026, 3, 13)
    assert two.shown[4, 11] == "2026-04-08"
    assert six.cell(1, 0) == "001000"
