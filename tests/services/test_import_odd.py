"""The oddest shapes of ledgers: read whole, or what cannot be known is said."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl import Workbook

from tests.services import invented_odd
from tests.services.import_cities import read_whole, report
from tests.services.invented_ledgers import saved

LEDGERS = (
    invented_odd.semicolons,
    invented_odd.questions,
    invented_odd.turned,
    invented_odd.months,
    invented_odd.five_rows,
    invented_odd.wps,
)
HEAD = ["序号", "街道", "点位", "存在问题", "发现时间", "整改期限", "整改情况"]
ROW = [1, "站前", "西一路3号", "门前乱堆杂物", "2026-05-06", "2026-05-15", "未整改"]


def read(*rows: list[Any], name: str = "表") -> dict[str, Any]:
    """What is understood of a sheet with these rows."""
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    return report("台账.xlsx", saved(book))


@pytest.mark.parametrize("make", LEDGERS, ids=lambda make: make.__name__)
def test_an_odd_shape_is_read_whole(make):
    read_whole(make())


def test_two_tables_side_by_side_are_read_each_with_its_own_captions_and_title():
    ledger = invented_odd.beside()

    answer = report(ledger.name, ledger.data)

    kept = [{**one["fields"], "row": one["row"]} for one in answer["records"]]
    wanted = []
    for one in ledger.records:
        fields = dict(one["fields"])
        assert fields.pop("status_accept")
        wanted.append({**fields, "row": one["row"]})
    plain = [{key: said for key, said in one.items() if key != "status"} for one in kept]
    assert sorted(plain, key=str) == sorted(wanted, key=str)


def test_like_tables_without_a_gap_between_them_are_two():
    head = HEAD[1:4]
    answer = read([*HEAD[:4], "序号", *head], [*ROW[:4], 2, "福民", "福民街7号", "店外经营占道"])

    assert [one["fields"]["street"] for one in answer["records"]] == ["站前街道", "福民街道"]


def test_a_small_table_of_figures_beside_the_ledger_is_no_part_of_it():
    answer = read(
        [*HEAD, None, "区", "数量"],
        [*ROW, None, "望花区", 12],
        [2, "福民", "福民街7号", "店外经营占道", "2026-05-07", "2026-05-18", "已整改", None,
         "新抚区", 3],
        [3, "榆林", "榆林路8号", "非法小广告", "2026-05-08", "2026-05-19", "未整改"],
        [4, "榆林", "榆林路9号", "暴露垃圾", "2026-05-08", "2026-05-19", "未整改"],
    )  # fmt: skip

    assert [one["row"] for one in answer["records"]] == [2, 3, 4, 5]
    assert not any("district" in one["fields"] for one in answer["records"])


def test_an_empty_column_in_the_midst_of_one_ledger_does_not_part_it():
    answer = read([*HEAD[:4], None, *HEAD[4:]], [*ROW[:4], None, *ROW[4:]])

    (one,) = answer["records"]
    assert (one["fields"]["point"], one["fields"]["due"]) == ("西一路3号", "2026-05-15")


def test_a_turned_sheet_keeps_its_title_and_has_columns_as_rows():
    rows = [[caption, *values] for caption, *values in zip(HEAD, ROW, ROW, strict=True)]
    answer = read(["新抚区整改一览"], ["填报单位：环卫科", None, "2026年5月"], *rows)

    assert [one["row"] for one in answer["records"]] == [2, 3]
    fields = answer["records"][0]["fields"]
    assert (fields["reported_at"], fields["district"]) == ("2026-05-06", "新抚区")


def test_a_turned_sheet_may_group_its_labels():
    book = Workbook()
    for at, (caption, value) in enumerate(zip(HEAD[1:], ROW[1:], strict=True)):
        book.active.append([None if at % 3 else "基本情况", caption, value, value])
    for area in ("A1:A3", "A4:A6"):
        book.active.merge_cells(area)

    records = report("一览.xlsx", saved(book))["records"]

    assert [(one["row"], one["fields"]["point"]) for one in records] == [
        (3, "西一路3号"), (4, "西一路3号"),
    ]  # fmt: skip


def test_a_turned_sheet_in_several_bands_is_refused_with_what_to_do():
    rows = [[caption, *values] for caption, *values in zip(HEAD, ROW, ROW, strict=True)]
    answer = read(*rows, [], *rows)

    assert answer["records"] == []
    assert "一行一个问题" in answer["refused"]


def test_a_limit_of_three_days_beside_whole_dates_is_not_taken_for_the_third():
    answer = read(HEAD, [*ROW[:5], "3日", "未整改"], [*ROW[:5], "3日", "已整改"], name="5月")

    for one in answer["records"]:
        assert "due" not in one["fields"]
        assert [flag["why"] for flag in one["flags"] if flag["field"] == "due"] == [
            "“3日”看不出是几号还是几天，请填写年月日。"
        ]


def test_a_day_alone_without_any_month_stays_open():
    answer = read(HEAD, [*ROW[:4], "6日", "15日", "未整改"], [*ROW[:4], "7日", "16日", "已整改"])

    one = answer["records"][0]
    assert not {"reported_at", "due"} & one["fields"].keys()
    assert {"reported_at", "due"} <= {flag["field"] for flag in one["flags"]}


def test_a_cell_that_lists_several_points_stays_one_problem_and_says_so():
    ledger = invented_odd.listed_points()

    answer = report(ledger.name, ledger.data)

    first, second = answer["records"]
    assert [flag["field"] for flag in first["flags"]] == ["point"]
    assert first["fields"]["point"] == "1. 西一路3号 2. 西一路9号 3. 西二路路口"
    assert "point" not in {flag["field"] for flag in second["flags"]}


def test_a_ledger_without_a_header_is_refused_rather_than_robbed_of_its_first_row():
    rows = [["站前", "西一路3号", "门前乱堆杂物", "暴露垃圾", "未整改"],
            ["福民", "福民街7号", "店外经营占道", "店外经营", "已整改"],
            ["榆林", "榆林路8号", "乱贴小广告", "非法小广告", "未整改"]]  # fmt: skip

    answer = read(*rows)

    assert answer["records"] == []
    assert "没有表头" in answer["refused"]
    assert "加一行列名" in answer["refused"]


def test_lists_of_words_down_a_sheet_are_no_turned_ledger():
    words = ["道路遗撒", "违规牌匾标识", "施工占道", "店外经营", "绿地脏乱"]

    answer = read(*[[word, f"{at}路{at}号", "福民街道"] for at, word in enumerate(words)])

    assert answer["records"] == []
    assert answer["refused"].endswith("。")
