"""What a sheet says outside its cells, and habits of writing, in shapes that nobody prepared."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl import Workbook

from tests.services.import_cities import report
from tests.services.invented_ledgers import saved
from tests.services.invented_more import picture

HEAD = ["街道", "点位", "存在问题", "发现时间", "整改期限", "整改单位", "整改状态"]
ROW = ["", "中央大街9号", "门前堆放生活垃圾", "2026-03-05", "3月16日", "站前街道办", "未整改"]


def read(*rows: list[Any], name: str = "Sheet1", share: int = 0) -> list[dict[str, Any]]:
    """The records of a sheet with these rows; `share` is a column shown in per cent."""
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    for cell in book.active.iter_cols(share, share).__next__()[1:] if share else ():
        cell.number_format = "0%"
    records: list[dict[str, Any]] = report("台账.xlsx", saved(book))["records"]
    return records


def told(record: dict[str, Any], field: str) -> tuple[Any, bool]:
    """The value of a field and whether it is marked as a guess."""
    return record["fields"].get(field), any(one["field"] == field for one in record["flags"])


def rows(street: str = "", **changed: str) -> list[list[str]]:
    """Two data rows."""
    row = [changed.get(caption, said) for caption, said in zip(HEAD, ROW, strict=True)]
    return [[street, *row[1:]], [street, row[1] + "后院", *row[2:]]]


def test_a_district_in_the_title_is_that_of_all_rows_and_shown_as_a_guess():
    records = read(["新抚区市容问题整改清单"], HEAD, *rows("站前"))

    assert [told(one, "district") for one in records] == [("新抚区", True)] * 2


@pytest.mark.parametrize("name", ["新抚区", "新抚"])
def test_a_sheet_named_by_its_district_says_so_without_a_doubt(name):
    records = read(HEAD, *rows("站前"), name=name)

    assert [told(one, "district") for one in records] == [("新抚区", False)] * 2


def test_a_title_with_two_districts_or_another_than_the_street_says_nothing():
    both = read(["新抚区、望花区问题清单"], HEAD, *rows("站前"))
    other = read(["望花区城管局巡查问题清单"], HEAD, *rows("站前"))

    assert [told(one, "district") for one in [*both, *other]] == [(None, False)] * 4


def test_places_stated_above_the_table_are_those_of_its_rows():
    records = read(["问题整改反馈表"], ["区：望花区", "街道：和平街道"], HEAD[1:], *[
        row[1:] for row in rows()
    ])  # fmt: skip

    assert [told(one, "district") for one in records] == [("望花区", False)] * 2
    assert [told(one, "street") for one in records] == [("和平街道", False)] * 2


@pytest.mark.parametrize("group", ["新抚区", "新抚区：（2处）", "一、新抚区", "新抚区（共2件）"])
def test_a_group_row_tells_its_district_with_and_without_a_numeral(group):
    records = read(["排查情况表"], HEAD, [group], *rows("站前"), ["小计", 2])

    assert [told(one, "district")[0] for one in records] == ["新抚区"] * 2


def test_a_second_title_with_the_header_again_tells_the_rows_below_it():
    first = ["新抚区问题整改台账"]
    records = read(first, HEAD, *rows("站前"), ["合计", "2处"], [], ["望花区问题整改台账"], HEAD,
                   *rows("和平"))  # fmt: skip

    assert [one["fields"]["district"] for one in records] == ["新抚区"] * 2 + ["望花区"] * 2


def test_a_group_row_that_is_a_street_is_no_unit():
    head = [*HEAD[1:5], "责任方", HEAD[6]]
    records = read(["排查情况表"], head, ["站前街道"], *[
        [*row[1:5], "示例公司", row[6]] for row in rows()
    ])  # fmt: skip

    assert [told(one, "street")[0] for one in records] == ["站前街道"] * 2
    assert [told(one, "unit")[0] for one in records] == ["示例公司"] * 2


def test_a_limit_in_january_is_of_the_year_after_a_december_report():
    first, second = read(HEAD, *rows("站前", 发现时间="2026-12-28", 整改期限="1月6日前"))

    assert told(first, "due") == told(second, "due") == ("2027-01-06", True)


def test_a_limit_with_its_year_stays_as_it_is_written():
    first, _ = read(HEAD, *rows("站前", 发现时间="2026-12-28", 整改期限="2026年1月6日"))

    assert told(first, "due") == ("2026-01-06", False)


@pytest.mark.parametrize(
    ("said", "due"),
    [("2026.3.16-2026.3.20", "2026-03-20"), ("3月16日至20日", "2026-03-20"),
     ("3/16～3/20", "2026-03-20"), ("2026-3-16至2026-3-20", "2026-03-20"),
     ("2026年3月20日上午", "2026-03-20")],
)  # fmt: skip
def test_a_limit_of_several_days_is_the_last_of_them(said, due):
    first, _ = read(HEAD, *rows("站前", 整改期限=said))

    assert told(first, "due") == (due, "上午" not in said)


def test_a_report_over_several_days_began_on_the_first():
    first, _ = read(HEAD, *rows("站前", 发现时间="2026年3月5日—3月7日"))

    assert told(first, "reported_at") == ("2026-03-05", True)


def test_a_share_of_the_work_is_read_as_the_sheet_shows_it():
    head = [*HEAD[:6], "进度"]
    done, open_ = [row[:6] for row in rows("站前")]
    first, second = read(head, [*done, 1], [*open_, 0.5], share=7)

    assert first["fields"]["status_raw"] == "100%"
    assert (told(first, "status"), told(second, "status")) == (
        ("submitted", False), ("listed", False),
    )  # fmt: skip


def test_words_in_brackets_tell_two_like_captions_apart():
    head = [*HEAD[:4], "完成时间（要求）", HEAD[5], "完成时间（实际）"]
    first, _ = read(head, *[[*row[:6], "2026-03-12"] for row in rows("站前")])

    assert first["fields"]["due"] == "2026-03-16"
    assert first["fields"]["finished_at"] == "2026-03-12"


def test_serial_numbers_may_begin_with_a_nought():
    one, other = rows("站前")
    records = read(["序号", *HEAD], ["01", *one], ["02", *other], ["03", *one])

    assert [told(each, "seq")[0] for each in records] == [1, 2, 3]


def test_communities_are_no_names_of_people():
    one, other = rows("站前")
    records = read([*HEAD, "网格"], [*one, "章党社区"], [*other, "搭连社区"])

    assert [told(each, "reporter")[0] for each in records] == [None, None]


def test_a_street_before_its_community_is_read_from_one_cell():
    head = ["街道/社区", *HEAD[1:]]
    first, _ = read(head, *rows("站前街道永安社区"))

    assert (told(first, "street")[0], told(first, "community")[0]) == ("站前街道", "永安社区")


def test_cards_of_labels_and_values_are_records_with_their_pictures():
    book, hashes = Workbook(), []
    sheet = book.active
    for at, number in enumerate(("0007", "0008")):
        top = 1 + at * 7
        for place, row in enumerate([
            ["问题整改卡"],
            ["编号", number, "街道", "站前街道"],
            ["点位", "中央大街9号", "发现时间", "2026-03-05"],
            ["问题描述", "门前堆放生活垃圾"],
            ["责任单位", None, "整改情况", "已整改"],
            ["整改前照片", None, "整改后照片"],
        ]):  # fmt: skip
            for col, value in enumerate(row, start=1):
                sheet.cell(top + place, col, value)
        hashes += [picture(sheet, f"{col}{top + 5}", (50 * at, 90, place)) [0]
                   for place, col in enumerate("BD")]  # fmt: skip

    answer = report("卡片.xlsx", saved(book))

    assert answer["refused"] is None
    records = answer["records"]
    assert [(one["row"], one["fields"]["no"]) for one in records] == [(2, "0007"), (9, "0008")]
    assert [photo["phase"] for one in records for photo in one["photos"]] == ["before", "after"] * 2
    assert [photo["sha1"] for one in records for photo in one["photos"]] == hashes
    assert records[1]["fields"] == {
        "no": "0008", "street": "站前街道", "point": "中央大街9号", "reported_at": "2026-03-05",
        "description": "门前堆放生活垃圾", "status": "pre_signed_off", "status_raw": "已整改",
    }  # fmt: skip


def test_yes_and_no_answer_whether_it_is_urgent():
    head = [*HEAD, "是否紧急"]
    one, other = rows("站前")
    first, second = read(head, [*one, "是"], [*other, "否"])

    assert (told(first, "urgent"), told(second, "urgent")) == (("紧急", False), ("一般", False))


def test_short_words_under_a_result_are_a_state_and_no_measure():
    records = read([*HEAD[:6], "处理结果"], *[
        [*row[:6], said] for row, said in zip(rows("站前"), ("未清理", "已清理"), strict=True)
    ])  # fmt: skip

    assert [told(one, "status")[0] for one in records] == ["listed", "submitted"]


def test_the_only_long_text_is_the_description_whatever_else_it_might_be():
    records = read(["街道", "点位", "类别", "说明", "整改单位", "期限"], *[
        [row[0], row[1], "暴露垃圾", row[2] + "，影响通行", row[5], row[4]] for row in rows("站前")
    ])  # fmt: skip

    assert [told(one, "description")[0] for one in records] == ["门前堆放生活垃圾，影响通行"] * 2
