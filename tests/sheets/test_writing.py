"""Workbooks read back: the look of a ledger, real types, and text that stays text."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils.units import cm_to_EMU
from PIL import Image

from sheets.query import fetch, parse_query
from sheets.showing import excel_rows
from sheets.writing import Column, Layout, Picture, write_workbook
from tests.sheets.birds import SHEET, Names

COLUMNS = (
    Column("序号", 5, "serial"),
    Column("环号", 16, "code", "ring"),
    Column("鸟名", 14, "text", "name", group="鸟"),
    Column("体重", 8, "number", "weight", group="鸟"),
    Column("卵数", 8, "integer", lambda row: row.get("eggs"), group="鸟"),
    Column("出壳率", 9, "ratio", "hatched"),
    Column("见到日期", 11, "date", "seen_on"),
    Column("出壳时间", 16, "date_time", "hatched_at"),
    Column("珍稀", 6, "tick", "rare"),
    Column("照片", 12, "photos", "pictures"),
)
LAYOUT = Layout(
    title="观鸟台账（河口）",
    subtitle_left="填报单位：河口观测站",
    subtitle_middle="统计时段：2026-11-01—2026-11-30",
    subtitle_right="填报日期：2026年12月1日",
    columns=COLUMNS,
    signature="填报人：____ 审核人：____",
    notes=[("导出人", "王小鸟"), ("筛选条件", "全部")],
    sheet_name="观鸟台账",
)
ROW = {
    "ring": "00123",
    "name": "喜鹊",
    "weight": 3.5,
    "eggs": 4,
    "hatched": Decimal("0.99997"),
    "seen_on": date(2026, 11, 3),
    "hatched_at": datetime(2026, 11, 3, 16, 30, tzinfo=UTC),
    "rare": True,
}
TEXT_ONLY = Layout(
    title="文字", columns=(Column("序号", 5, "serial"), Column("文字", 40, "text", "t"))
)
INJECTED = '<r><t>a</t></r></is></c><c r="C4"><f>1+1</f></c><c t="inlineStr"><is><r><t>b</t></r>'
POISON = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "  =1+1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    "{=1+1}",
    "=HYPERLINK(\"http://example.com\")",
    "http://example.com/" + "a" * 3000,
    "<r><t>x</t></r>",
    "<r>_x000D_</r>",
    INJECTED,
    "</t></is></c>",
    "&amp; <b>",
    "]]>",
    "0012345678901234567890",
    "2026-11-30",
    "TRUE",
    "1e5",
    "  ends with blanks  ",
    "two\nlines",
    "😀" * 100,
    "'quoted",
    "\u202egnp.exe",
]  # fmt: skip


def jpeg(colour: str = "green", size: tuple[int, int] = (640, 480)) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "JPEG")
    return data.getvalue()


def written(tmp_path: Path, rows, layout=LAYOUT):
    target = tmp_path / "台账.xlsx"
    made = write_workbook(target, layout, rows)
    return made, load_workbook(target)


def xml_of(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "\n".join(
            archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")
        )


def test_a_ledger_has_title_line_header_data_and_signature(tmp_path):
    made, book = written(tmp_path, [ROW, ROW])
    sheet = book["观鸟台账"]
    merged = {str(each) for each in sheet.merged_cells.ranges}

    assert sheet["A1"].value == "观鸟台账（河口）"
    assert (sheet["A1"].font.name, sheet["A1"].font.sz) == ("方正小标宋简体", 20)
    assert sheet.row_dimensions[1].height == 36
    assert "A1:J1" in merged
    line = [cell.value for cell in sheet[2] if cell.value]
    assert line == [LAYOUT.subtitle_left, LAYOUT.subtitle_middle, LAYOUT.subtitle_right]
    assert sheet["A2"].font.name == "仿宋"
    assert [sheet.cell(3, col).value for col in (1, 2, 3, 6)] == ["序号", "环号", "鸟", "出壳率"]
    assert [sheet.cell(4, col).value for col in (3, 4, 5)] == ["鸟名", "体重", "卵数"]
    assert {"C3:E3", "A3:A4", "J3:J4"} <= merged
    assert not [each for each in sheet.merged_cells.ranges if 5 <= each.min_row <= 6]
    assert (sheet["A3"].font.name, sheet["A3"].font.sz) == ("黑体", 11)
    assert sheet["A3"].fill.fgColor.rgb == "FFE7E6E6"
    data = sheet["C5"]
    assert (data.font.name, data.font.sz, data.alignment.wrap_text) == ("宋体", 10.5, True)
    assert (data.alignment.vertical, data.border.left.style) == ("center", "thin")
    assert sheet["A7"].value == LAYOUT.signature
    assert sheet.auto_filter.ref == "A4:J6"
    assert (made.rows, made.path.name, made.files) == (2, "台账.xlsx", 1)
    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()


def test_a_ledger_prints_on_a4_one_page_wide_with_its_header_on_each_page(tmp_path):
    _, book = written(tmp_path, [ROW])
    sheet = book["观鸟台账"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "A5"
    margins = sheet.page_margins
    for side in (margins.left, margins.right, margins.top, margins.bottom):
        assert side == pytest.approx(1.5 / 2.54, abs=0.001)
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.print_area == "'观鸟台账'!$A$1:$J$6"


def test_numbers_are_numbers_codes_are_text_and_days_are_days(tmp_path):
    _, book = written(tmp_path, [ROW])
    cells = [book["观鸟台账"].cell(5, col) for col in range(1, 10)]
    assert [cell.value for cell in cells] == [
        1,
        "00123",
        "喜鹊",
        3.5,
        4,
        0.9999,  # never 100.00 % unless it is
        datetime(2026, 11, 3),  # noqa: DTZ001 Excel knows no zones
        datetime(2026, 11, 4, 0, 30),  # noqa: DTZ001
        "是",
    ]
    assert [cell.data_type for cell in cells] == list("nssnnndds")
    formats = [cell.number_format for cell in cells[5:8]]
    assert formats == ["0.00%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]


def test_what_is_no_such_thing_is_written_as_text_and_blanks_stay_blank(tmp_path):
    odd = {
        "weight": float("nan"),
        "eggs": "many",
        "seen_on": date(1899, 1, 1),
        "hatched_at": "昨天",
        "ring": 12345678901234567890,
        "hatched": None,
        "rare": False,
    }
    _, book = written(tmp_path, [odd, {"weight": float("inf"), "eggs": 10**20}])
    sheet = book["观鸟台账"]
    assert [sheet.cell(5, col).value for col in range(2, 11)] == [
        "12345678901234567890",
        None,
        "nan",
        "many",
        None,
        "1899-01-01",
        "昨天",
        "否",
        None,
    ]
    assert sheet["D6"].value == "inf"
    assert sheet["E6"].value == str(10**20)
    assert sheet["E6"].data_type == "s"


def test_user_text_is_text_whatever_it_looks_like(tmp_path):
    made, book = written(tmp_path, [{"t": text} for text in POISON], TEXT_ONLY)
    sheet = book["台账"]
    for row, text in enumerate(POISON, 4):
        cell = sheet.cell(row, 2)
        assert cell.value.replace("_x005F_", "_") == text, text
        assert cell.data_type == "s"
        assert cell.hyperlink is None
    assert sheet.max_column == 2
    assert "<f>" not in xml_of(made.path)
    assert "<f " not in xml_of(made.path)


def test_text_that_looks_like_a_formula_stays_text_when_somebody_edits_the_cell(tmp_path):
    _, book = written(tmp_path, [{"t": "=1+1"}, {"t": "plain"}], TEXT_ONLY)
    sheet = book["台账"]
    assert sheet["B4"].quotePrefix
    assert not sheet["B5"].quotePrefix


def test_control_characters_and_halves_of_characters_do_not_break_a_ledger(tmp_path):
    text = "a\x00b\x07c\x1bd\x7fe\x85f\ud800g\ufffeh\r\ni"
    layout = Layout(title=text, columns=(Column(text, 20, "text", "t"),), notes=[(text, text)])
    _, book = written(tmp_path, [{"t": text}], layout)
    clean = "abcdef\ufffdg\ufffdh\ni"
    for cell in ("A1", "A3", "A4"):
        assert book["台账"][cell].value == clean
    assert book["说明"]["B1"].value == clean


def test_an_escape_sequence_that_somebody_typed_is_not_taken_for_one(tmp_path):
    made, _ = written(tmp_path, [{"t": "_x000D_"}], TEXT_ONLY)
    assert "_x005F_x000D_" in xml_of(made.path)


@pytest.mark.parametrize("letter", ["长", "😀"])
def test_a_text_too_long_for_a_cell_stands_whole_on_the_sheet_of_notes(tmp_path, letter):
    text = letter * 40_000
    _, book = written(tmp_path, [{"t": text}, {"t": "短"}], TEXT_ONLY)
    cell = book["台账"]["B4"].value
    assert cell.endswith("（全文见“说明”页第 1 行）")
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    lines = [row for row in book["说明"].iter_rows(values_only=True) if "全文" in row[0]]
    assert "".join(line[1] for line in lines) == text
    assert lines[0][0].startswith("第 4 行“文字”全文（1/")
    assert book["台账"]["B5"].value == "短"


def test_the_notes_say_who_what_and_a_checksum_of_the_contents(tmp_path):
    made, book = written(tmp_path, [ROW])
    notes = dict(book["说明"].iter_rows(values_only=True))
    assert notes == {"导出人": "王小鸟", "筛选条件": "全部", "行数": "1", "校验码": made.checksum}
    assert re.fullmatch(r"[0-9A-F]{16}", made.checksum)
    again, _ = written(tmp_path, [ROW])
    other, _ = written(tmp_path, [{**ROW, "eggs": 5}])
    assert (again.checksum == made.checksum, other.checksum == made.checksum) == (True, False)


def test_pictures_are_small_jpegs_anchored_in_their_own_rows(tmp_path):
    pictures = [
        [Picture(jpeg("red"), "P-1")],
        [],
        [Picture(lambda: jpeg("blue", (300, 900)), "P-3"), Picture(jpeg(), "P-4")],
    ]
    rows = [{**ROW, "pictures": each} for each in pictures]
    _, book = written(tmp_path, rows)
    sheet = book["观鸟台账"]

    images = sheet._images
    anchors = [(each.anchor._from.row, each.anchor._from.col) for each in images]
    assert anchors == [(4, 9), (6, 9)]
    for image, anchor in zip(images, anchors, strict=True):
        assert (image.anchor.editAs or "twoCell") == "twoCell"  # moves and sizes with its cell
        assert image.anchor.to.row == anchor[0]
        assert image.anchor.to.col == anchor[1]
    sizes = [Image.open(each.ref).size for each in images]
    assert sizes == [(160, 120), (40, 120)]
    assert [Image.open(each.ref).format for each in images] == ["JPEG", "JPEG"]
    assert [sheet.cell(row, 10).value for row in (5, 6, 7)] == ["P-1", None, "P-3\n另有 1 张"]
    assert (sheet["J5"].alignment.vertical or "bottom") == "bottom"
    heights = [sheet.row_dimensions[row].height for row in (5, 6, 7)]
    assert heights == [pytest.approx(104, abs=0.5), None, pytest.approx(116, abs=0.5)]
    assert sheet.column_dimensions["J"].width * 7 > 160
    assert images[0].width * 9525 < cm_to_EMU(5)


def test_a_row_with_pictures_is_as_high_as_its_text_needs(tmp_path):
    row = {**ROW, "name": "很长的描述" * 30, "pictures": [Picture(jpeg(), "P-1")]}
    _, book = written(tmp_path, [row, {**row, "name": "长" * 9000}])
    heights = [book["观鸟台账"].row_dimensions[each].height for each in (5, 6)]
    assert heights[0] > 300
    assert heights[1] == pytest.approx(409, abs=0.5)


def test_a_picture_that_cannot_be_had_leaves_its_number_and_the_rest_of_the_ledger(tmp_path):
    broken = [
        Picture(b"no picture", "P-1"),
        Picture(jpeg()[:100], "P-2"),
        Picture(tmp_path / "gone.jpg", "P-3"),
    ]
    _, book = written(tmp_path, [{**ROW, "pictures": [each]} for each in broken])
    sheet = book["观鸟台账"]
    assert sheet._images == []
    assert [sheet.cell(row, 10).value for row in (5, 6, 7)] == [
        f"照片无法显示\nP-{number}" for number in (1, 2, 3)
    ]


def test_pictures_carry_no_metadata_and_stand_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    data = io.BytesIO()
    Image.new("RGB", (400, 200)).save(data, "JPEG", exif=exif)
    made, book = written(tmp_path, [{**ROW, "pictures": [Picture(data.getvalue(), "P")]}])
    (image,) = book["观鸟台账"]._images
    assert Image.open(image.ref).size == (60, 120)
    with zipfile.ZipFile(made.path) as archive:
        (media,) = [name for name in archive.namelist() if "media" in name]
        assert b"Maker" not in archive.read(media)
        assert b"Exif" not in archive.read(media)


def test_a_picture_that_is_a_thumbnail_already_goes_in_as_it_is(tmp_path):
    data = io.BytesIO()
    Image.new("RGB", (160, 120), "teal").save(data, "JPEG", quality=80, dpi=(96, 96))
    made, book = written(tmp_path, [{**ROW, "pictures": Picture(data.getvalue(), "P")}])
    with zipfile.ZipFile(made.path) as archive:
        (media,) = [name for name in archive.namelist() if "media" in name]
        assert archive.read(media) == data.getvalue()
    (image,) = book["观鸟台账"]._images
    assert (image.width, image.height) == (160, 120)


def test_a_ledger_without_rows_says_so(tmp_path):
    _, book = written(tmp_path, [])
    sheet = book["观鸟台账"]
    assert (sheet["A5"].value, sheet["A6"].value) == ("本时段没有记录。", LAYOUT.signature)
    assert sheet.auto_filter.ref == "A4:J4"


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_few_columns_are_enough(tmp_path, columns):
    layout = Layout(title="=T", subtitle_left="左", subtitle_right="右", columns=COLUMNS[:columns])
    _, book = written(tmp_path, [ROW], layout)
    texts = "".join(cell.value or "" for cell in book["台账"][2])
    assert (texts.startswith("左"), texts.endswith("右")) == (True, True)
    assert book["台账"]["A1"].value == "=T"


def test_a_sheet_name_loses_what_excel_forbids(tmp_path):
    for name, kept in [
        ("a/b:c[1]*?\\", "abc1"),
        ("'单引号'", "单引号"),
        ("长" * 40, "长" * 31),
        ("//", "台账"),
        ("说明", "台账"),
    ]:
        layout = Layout(title="t", columns=COLUMNS, sheet_name=name)
        assert written(tmp_path, [], layout)[1].sheetnames == [kept, "说明"]


def test_a_file_appears_only_when_complete(tmp_path):
    target = tmp_path / "台账.xlsx"
    target.write_bytes(b"yesterday's")

    def rows():
        yield ROW
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        write_workbook(target, LAYOUT, rows())
    assert [each.name for each in tmp_path.iterdir()] == ["台账.xlsx"]
    assert target.read_bytes() == b"yesterday's"
    with pytest.raises(FileNotFoundError):
        write_workbook(tmp_path / "no folder" / "台账.xlsx", LAYOUT, [ROW])


def test_progress_is_told_now_and_then_and_at_the_end(tmp_path):
    told = []
    write_workbook(tmp_path / "a.xlsx", TEXT_ONLY, [{"t": "x"}] * 120, progress=told.append)
    assert told == [50, 100, 120]


def test_rows_of_a_query_go_into_a_ledger_with_their_own_types(tmp_path, conn):
    sheet = SHEET.only(["name", "weight", "seen_on", "hatched_at", "habitat", "rare", "station"])
    columns = [Column(field.caption, 12, "text", field.id) for field in sheet.fields]
    page = fetch(conn, sheet, parse_query(sheet, [("f.weight.gt", "0"), ("limit", "1")]))
    names = Names()

    _, book = written(
        tmp_path, excel_rows(sheet, page.rows, names), Layout(title="t", columns=columns)
    )

    values = [cell.value for cell in book["台账"][4]]
    row = page.rows[0]
    shown = {each: sheet.field(each).show(row[each], Names()) for each in row}
    assert values[0] == shown["name"]
    assert values[1] == page.rows[0]["weight"]
    assert values[2].date() == page.rows[0]["seen_on"]
    assert f"{values[3]:%Y-%m-%d %H:%M}" == shown["hatched_at"]
    assert values[4:6] == [shown["habitat"] or None, shown["rare"] or None]
    assert book["台账"]["B4"].number_format == "0.0"
