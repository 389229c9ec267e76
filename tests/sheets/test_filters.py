"""Each operator of each type: which rows it finds, and how it reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sheets.fields import field_types
from sheets.query import describe, fetch, parse_query
from tests.sheets.birds import COLUMN_OF, ROWS, SHEET, Names

CHINA = ZoneInfo("Asia/Shanghai")


def day(instant: datetime | None) -> date:
    return date(1, 1, 1) if instant is None else instant.astimezone(CHINA).date()


def seen(value: date | None) -> date:
    return value or date(1, 1, 1)


D1, D2, D3 = date(2026, 10, 3), date(2026, 10, 6), date(2026, 9, 3)
NEVER = date(1, 1, 1)

CASES: list[tuple[str, str, Any, str]] = [
    ("name.contains", "雀", lambda v: "雀" in v, "鸟名 包含 “雀”"),
    ("name.contains", "ROBIN", lambda v: v.lower() == "robin", "鸟名 包含 “ROBIN”"),
    ("name.contains", "%", lambda v: "%" in v, "鸟名 包含 “%”"),
    ("name.contains", "_", lambda v: "_" in v, "鸟名 包含 “_”"),
    ("name.contains", "\\", lambda v: "\\" in v, "鸟名 包含 “\\”"),
    ("name.lacks", "井盖", lambda v: "井盖" not in v, "鸟名 不包含 “井盖”"),
    ("name.starts", "大", lambda v: v.startswith("大"), "鸟名 开头是 “大”"),
    ("name.is", "robin", lambda v: v == "robin", "鸟名 是 “robin”"),
    ("name.is_not", "麻雀", lambda v: v != "麻雀", "鸟名 不是 “麻雀”"),
    ("name.in", "麻雀,喜鹊", lambda v: v in {"麻雀", "喜鹊"}, "鸟名 是其中之一： “麻雀”、“喜鹊”"),
    ("ring.lacks", "7", lambda v: "7" not in (v or ""), "环号 不包含 “7”"),
    ("ring.empty", "1", lambda v: not v, "环号 为空"),
    ("ring.not_empty", "1", bool, "环号 不为空"),
    ("note.contains", "井盖", lambda v: "井盖" in (v or ""), "记录 包含 “井盖”"),
    ("note.lacks", "第 1", lambda v: "第 1" not in (v or ""), "记录 不包含 “第 1”"),
    ("note.empty", "1", lambda v: not v, "记录 为空"),
    ("note.not_empty", "1", bool, "记录 不为空"),
    ("weight.is", "5", lambda v: v == 5, "体重 等于 5.0 克"),
    ("weight.is_not", "5.0", lambda v: v != 5, "体重 不等于 5.0 克"),
    ("weight.gt", "7.5", lambda v: v is not None and v > 7.5, "体重 大于 7.5 克"),
    ("weight.gte", "7.5", lambda v: v is not None and v >= 7.5, "体重 不小于 7.5 克"),
    ("weight.lt", "7.5", lambda v: v is not None and v < 7.5, "体重 小于 7.5 克"),
    ("weight.lte", "-1", lambda v: v is not None and v <= -1, "体重 不大于 -1.0 克"),
    (
        "weight.between",
        "10,5",
        lambda v: v is not None and 5 <= v <= 10,
        "体重 在 10.0 克 与 5.0 克 之间",
    ),
    ("weight.empty", "1", lambda v: v is None, "体重 为空"),
    ("weight.not_empty", "1", lambda v: v is not None, "体重 不为空"),
    ("eggs.gt", "2.5", lambda v: v > 2.5, "卵数 大于 2.5"),
    ("eggs.is", "2.5", lambda v: False, "卵数 等于 2.5"),
    ("eggs.lt", "999,999,999,999", lambda v: True, "卵数 小于 999999999999"),
    ("seen_on.on", "2026-10-03", lambda v: v == D1, "见到日期 在 2026-10-03 当天"),
    ("seen_on.before", "2026/10/3", lambda v: NEVER < seen(v) < D1, "见到日期 在 2026-10-03 之前"),
    ("seen_on.until", "2026-10-03", lambda v: NEVER < seen(v) <= D1, "见到日期 不晚于 2026-10-03"),
    ("seen_on.after", "2026年10月3日", lambda v: seen(v) > D1, "见到日期 在 2026-10-03 之后"),
    ("seen_on.since", "2026.10.03", lambda v: seen(v) >= D1, "见到日期 不早于 2026-10-03"),
    (
        "seen_on.between",
        "2026-10-03,2026-10-06",
        lambda v: D1 <= seen(v) <= D2,
        "见到日期 在 2026-10-03 与 2026-10-06 之间",
    ),
    ("seen_on.empty", "1", lambda v: v is None, "见到日期 为空"),
    ("seen_on.not_empty", "1", lambda v: v is not None, "见到日期 不为空"),
    ("hatched_at.on", "2026-09-03", lambda v: day(v) == D3, "出壳时间 在 2026-09-03 当天"),
    (
        "hatched_at.before",
        "2026-09-03",
        lambda v: NEVER < day(v) < D3,
        "出壳时间 在 2026-09-03 之前",
    ),
    (
        "hatched_at.until",
        "2026-09-03",
        lambda v: NEVER < day(v) <= D3,
        "出壳时间 不晚于 2026-09-03",
    ),
    ("hatched_at.after", "2026-09-03", lambda v: day(v) > D3, "出壳时间 在 2026-09-03 之后"),
    ("hatched_at.since", "2026-09-03", lambda v: day(v) >= D3, "出壳时间 不早于 2026-09-03"),
    (
        "hatched_at.between",
        "2026-09-03,2026-09-02",
        lambda v: D3 - timedelta(days=1) <= day(v) <= D3,
        "出壳时间 在 2026-09-03 与 2026-09-02 之间",
    ),
    ("hatched_at.empty", "1", lambda v: v is None, "出壳时间 为空"),
    ("hatched_at.not_empty", "1", lambda v: v is not None, "出壳时间 不为空"),
    ("habitat.is", "marsh", lambda v: v == "marsh", "生境 是 沼泽"),
    ("habitat.is", "沼泽", lambda v: v == "marsh", "生境 是 沼泽"),
    ("habitat.is_not", "wood", lambda v: v != "wood", "生境 不是 树林"),
    ("habitat.in", "wood,town", lambda v: v in {"wood", "town"}, "生境 是其中之一： 树林、城区"),
    (
        "habitat.not_in",
        "wood,town",
        lambda v: v not in {"wood", "town"},
        "生境 不是其中任何一个： 树林、城区",
    ),
    ("habitat.empty", "1", lambda v: v is None, "生境 为空"),
    ("habitat.not_empty", "1", lambda v: v is not None, "生境 不为空"),
    ("rare.yes", "1", lambda v: v is True, "珍稀 为“是”"),
    ("rare.no", "1", lambda v: v is not True, "珍稀 不为“是”"),
    ("station.is", "1", lambda v: v == 1, "观测站 是 站前街道"),
    ("station.is_not", "1", lambda v: v != 1, "观测站 不是 站前街道"),
    ("station.in", "1,2", lambda v: v in {1, 2}, "观测站 是其中之一： 站前街道、河口观测站"),
    (
        "station.not_in",
        "1,99",
        lambda v: v not in {1, 99},
        "观测站 不是其中任何一个： 站前街道、#99",
    ),
    ("station.empty", "1", lambda v: v is None, "观测站 为空"),
    ("ringer.not_empty", "1", lambda v: v is not None, "环志员 不为空"),
    ("ringer.is", "8", lambda v: v == 8, "环志员 是 李燕"),
    ("pictures.some", "1", lambda v: v > 0, "照片 有照片"),
    ("pictures.none", "1", lambda v: v == 0, "照片 没有照片"),
]


def test_each_operator_finds_the_rows_it_names_and_reads_as_a_sentence(conn):
    for name, value, expected, sentence in CASES:
        query = parse_query(SHEET, [(f"f.{name}", value), ("limit", "500")]).check()
        column = COLUMN_OF[name.partition(".")[0]]

        found = {row.key for row in fetch(conn, SHEET, query, fields=["name"]).rows}

        assert found == {row["id"] for row in ROWS if expected(row[column])}, name
        assert describe(SHEET, query, Names()) == sentence
        assert parse_query(SHEET, query.pairs()).conditions == query.conditions, name


def test_the_table_above_has_every_operator_of_every_type_in_use():
    asked = {name for name, *_ in CASES}
    kinds = {SHEET.field(name.partition(".")[0]).type: set() for name in asked}
    for name in asked:
        field_id, _, operator = name.partition(".")
        kinds[SHEET.field(field_id).type].add(operator)
    shared = {"organisation": "person", "person": "organisation"}
    for key, found in kinds.items():
        every = found | kinds.get(shared.get(key, ""), set())
        wanted = {each.key for each in field_types()[key].operators if not each.told}
        assert every >= wanted, key  # those told from today have a table of their own


def test_conditions_add_up_and_values_of_one_list_operator_join():
    query = parse_query(
        SHEET,
        [
            ("f.habitat.in", "wood"),
            ("f.habitat.in", "town"),
            ("f.eggs.gt", "1"),
            ("f.eggs.gt", "1"),
            ("f.eggs.gt", "2"),
        ],
    )
    assert query.pairs() == [("f.habitat.in", "wood,town"), ("f.eggs.gt", "1"), ("f.eggs.gt", "2")]


def test_several_filters_and_a_sort_read_as_one_sentence():
    pairs = [
        ("f.station.is", "1"),
        ("f.seen_on.before", "2026-11-30"),
        ("q", "井盖  燕子"),
        ("sort", "seen_on,-name,habitat"),
    ]
    assert describe(SHEET, parse_query(SHEET, pairs), Names()) == (
        "观测站 是 站前街道，且 见到日期 在 2026-11-30 之前，且 含有“井盖”、“燕子”；"
        "按 见到日期 从早到晚，再按 鸟名 降序，再按 生境 选项顺序"
    )
    assert describe(SHEET, parse_query(SHEET, []), Names()) == "全部"


def test_names_for_a_sentence_are_asked_for_once_a_kind():
    names = Names()
    pairs = [("f.station.in", "1,2"), ("f.station.is_not", "3")]
    describe(SHEET, parse_query(SHEET, pairs), names)
    assert names.asked == [("organisation", frozenset({1, 2, 3}))]


def test_a_blank_control_is_no_filter():
    query = parse_query(SHEET, [("f.name.contains", " "), ("q", ""), ("sort", "")]).check()
    assert query.pairs() == []


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        (("f.wingspan.is", "1"), "没有“wingspan”这一列，请从列表中重新选择。"),
        (("f.name", "1"), "没有“f.name”这一列，请从列表中重新选择。"),
        (("f.name.like", "1"), "“鸟名”没有这种比较方式，请从列表中重新选择。"),
        (("f.eggs.gt", "many"), "按“卵数”筛选：请填写数字，例如 12 或 3.5（至多 15 位）。"),
        (("f.eggs.between", "1"), "按“卵数”筛选：请填写起止两个值，用英文逗号隔开。"),
        (("f.seen_on.on", "明天"), "按“见到日期”筛选：请填写日期，例如 2026-11-30。"),
        (("f.hatched_at.on", "2026-02-30"), "按“出壳时间”筛选：请填写日期，例如 2026-11-30。"),
        (
            ("f.habitat.is", "sea"),
            "按“生境”筛选：没有“sea”这个选项，请从这些中选择：沼泽、树林、城区。",
        ),
        (("f.station.is", "1 or 1=1"), "按“观测站”筛选：请从列表中选择单位。"),
        (("f.name.contains", "鸟" * 101), "按“鸟名”筛选：查找的文字请不要超过 100 个字。"),
        (("f.name.is", "鸟" * 4001), "“鸟名”的筛选值太长，请缩短后再试。"),
        (("sort", "wingspan"), "没有“wingspan”这一列，请从列表中重新选择。"),
        (("sort", "note"), "不能按“记录”排序，请另选一列。"),
        (("limit", "0"), "每页行数请填 1 到 500 之间的整数。"),
        (("limit", "９９"), "每页行数请填 1 到 500 之间的整数。"),
        (("q", "鸟" * 101), "搜索内容请不要超过 100 个字、8 个词。"),
        (("after", "!"), "翻页的位置已失效，下面从第一页开始显示。"),
    ],
)
def test_what_cannot_be_read_becomes_a_sentence_and_the_rest_still_applies(pair, sentence):
    query = parse_query(SHEET, [("f.rare.yes", "1"), pair])

    (error,) = query.errors
    assert (error.sentence, error.parameter, error.value) == (sentence, *pair)
    assert query.pairs() == [("f.rare.yes", "1")]
    assert pair in query.typed


def test_a_query_changed_begins_at_its_first_page(conn):
    query = parse_query(SHEET, [("f.rare.yes", "1"), ("sort", "name"), ("limit", "3")])
    page = fetch(conn, SHEET, query)
    second = query.with_({"after": page.next_after})
    assert second.after == page.next_after
    assert second.with_({"q": "雀"}).pairs() == [
        ("f.rare.yes", "1"),
        ("q", "雀"),
        ("sort", "name"),
        ("limit", "3"),
    ]
    assert second.with_({"f.rare.yes": None}).conditions == ()
