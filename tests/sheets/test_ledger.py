"""Ledgers in parts, and names of files."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from sheets.writing import Column, Layout, Picture, ledger_file_name, write_ledger
from tests.sheets.test_writing import jpeg

LAYOUT = Layout(
    title="台账",
    columns=(
        Column("序号", 5, "serial"),
        Column("鸟名", 10, "text", "name"),
        Column("照片", 24, "photos", "photos"),
    ),
)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


def birds(number, every=1):
    picture = jpeg(size=(20, 10))
    for n in range(1, number + 1):
        photos = [Picture(picture, f"P-{n}")] if n % every == 0 else []
        yield {"name": f"鸟 {n}", "photos": photos}


def test_few_pictures_make_one_workbook(tmp_path):
    made = write_ledger(tmp_path / "a.b.xlsx", LAYOUT, birds(6), photo_rows=6)
    assert (made.path.name, made.rows, made.files) == ("a.b.xlsx", 6, 1)
    assert [each.name for each in tmp_path.iterdir()] == ["a.b.xlsx"]
    assert len(load_workbook(made.path)["台账"]._images) == 6
    labels = [row[0] for row in load_workbook(made.path)["说明"].iter_rows(values_only=True)]
    assert "分册" not in labels


def test_many_pictures_make_a_zip_of_numbered_workbooks_with_running_numbers(tmp_path):
    told = []
    made = write_ledger(
        tmp_path / "台账.xlsx", LAYOUT, birds(7), photo_rows=3, progress=told.append
    )
    assert (made.path.name, made.rows, made.files) == ("台账.zip", 7, 3)
    assert [each.name for each in tmp_path.iterdir()] == ["台账.zip"]
    assert told == [3, 6, 7]
    with zipfile.ZipFile(made.path) as archive:
        assert archive.namelist() == ["台账_01.xlsx", "台账_02.xlsx", "台账_03.xlsx"]
        archive.extractall(tmp_path)
    books = [load_workbook(tmp_path / f"台账_0{n}.xlsx") for n in (1, 2, 3)]
    numbers = [
        [row[0] for row in book["台账"].iter_rows(min_row=4, values_only=True)] for book in books
    ]
    assert numbers == [[1, 2, 3], [4, 5, 6], [7]]
    notes = [dict(book["说明"].iter_rows(values_only=True))["分册"] for book in books]
    assert notes == [
        "第 1 册，从序号 1 起，后面还有",
        "第 2 册，从序号 4 起，后面还有",
        "第 3 册，从序号 7 起，最后一册",
    ]


def test_only_rows_with_pictures_count_towards_a_part(tmp_path):
    made = write_ledger(tmp_path / "a.xlsx", LAYOUT, birds(20, every=10), photo_rows=2)
    assert (made.files, made.rows) == (1, 20)
    made = write_ledger(tmp_path / "b.xlsx", LAYOUT, birds(9, every=100), most_rows=4)
    assert (made.files, made.rows) == (3, 9)


def test_a_ledger_that_fails_leaves_nothing_behind(tmp_path):
    def rows():
        yield from birds(5)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_ledger(tmp_path / "a.xlsx", LAYOUT, rows(), photo_rows=2)
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_of_nothing_is_one_workbook(tmp_path):
    made = write_ledger(tmp_path / "a.xlsx", LAYOUT, [])
    assert (made.files, made.rows, made.path.suffix) == (1, 0, ".xlsx")


def test_a_file_name_says_unit_period_and_local_time():
    name = ledger_file_name("站前街道", FIRST, LAST, NOW)
    assert name == "整治台账_站前街道_2026-11-01_2026-11-30_202612010730.xlsx"


@pytest.mark.parametrize(
    ("org", "part"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a\\b:c*d?e"f<g>h|i', "a_b_c_d_e_f_g_h_i"),
        ("\u202egpj.exe\x00\n", "gpj.exe"),
        ("", "全部"),
        (" . ", "全部"),
        ("长" * 200, "长" * 40),
    ],
)
def test_a_unit_s_name_cannot_leave_its_place_in_a_file_name(org, part):
    name = ledger_file_name(org, FIRST, LAST, NOW)
    assert name == f"整治台账_{part}_2026-11-01_2026-11-30_202612010730.xlsx"
    assert len(name.encode()) <= 200
