"""A table too wide for one page is printed on several side by side, so that it can be read."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from sheets.writing import Column, Layout, write_workbook


def printed(folder, number, *, folded=0, may_spread=True):
    columns = tuple(
        Column(f"第 {each} 列", 13, "text", "t", folded=each >= number - folded)
        for each in range(number)
    )
    layout = Layout(title="观鸟总表", columns=columns, sheet_name="观鸟总表", may_spread=may_spread)
    made = write_workbook(folder / "a.xlsx", layout, [{"t": "喜鹊"}])
    return load_workbook(made.path)["观鸟总表"]


@pytest.mark.parametrize(("number", "pages"), [(10, 1), (26, 1), (27, 2), (60, 3)])
def test_so_many_pages_lie_side_by_side(tmp_path, number, pages):
    sheet = printed(tmp_path, number)

    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (pages, 0)
    assert sheet["A1"].alignment.horizontal == ("center" if pages == 1 else "left")
    assert sheet.print_title_cols == (None if pages == 1 else "$A:$A")
    assert sheet.print_title_rows == "$3:$3"


def test_folded_columns_take_no_room_on_paper(tmp_path):
    assert (printed(tmp_path, 60, folded=40).page_setup.fitToWidth or 1) == 1


def test_a_ledger_stays_on_one_page(tmp_path):
    assert (printed(tmp_path, 60, may_spread=False).page_setup.fitToWidth or 1) == 1
