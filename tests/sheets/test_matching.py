"""Columns of ledgers never seen before, matched by captions, values and neighbours together."""

from dataclasses import replace

import pytest

from sheets.matching import column_keys, match_columns
from sheets.reading.book import Value
from sheets.understanding.evidence import SeenColumn, sample
from sheets.understanding.result import MatchedColumn
from tests.sheets.understood import vocabulary

STREETS: list[Value] = ["站前", "福民街", "龙凤街道", "和平街道办事处"]
DISTRICTS: list[Value] = ["新抚区", "新抚区", "东洲", "望花区"]
SPOTS: list[Value] = ["西一路12号门前", "南阳路与解放路交叉口", "石化街3号楼", "和平路桥下"]
STORIES: list[Value] = [
    "路灯整杆不亮，影响夜间出行，居民多次反映",
    "井盖破损下沉约3厘米，存在安全隐患",
    "行道树枯枝较多，大风天易坠落伤人",
    "雨水箅子堵塞，雨后路面积水无法通行",
]
MEASURES: list[Value] = [
    "已更换灯头和电缆，夜间试亮正常",
    "更换井盖并重新找平路面",
    "修剪枯枝并清运",
    "疏通箅子，清掏淤泥两车",
]
EARLY: list[Value] = ["2026.3.1", "3月2日", "2026年3月3日", "2026/3/4"]
LATE: list[Value] = ["2026.3.11", "3月12日前", "2026年3月13日", "2026/3/14"]
UNITS: list[Value] = ["照明管理中心", "市政公司", "园林养护公司", "排水公司"]
STATES: list[Value] = ["已完成", "未完成", "已完成", "挂号"]
NUMBERS: list[Value] = [1, 2, 3, 4]

Columns = list[tuple[str, list[Value]]]


def matched(columns: Columns, **known: object) -> list[MatchedColumn]:
    """The match of columns given as caption (parents before a slash) and values."""
    seen = []
    for index, (caption, values) in enumerate(columns):
        *parents, own = caption.split("/")
        seen.append(SeenColumn(index, own, tuple(parents), sample(values), 0, len(values)))
    return match_columns(seen, vocabulary(), **known)  # type: ignore[arg-type]


def fields(columns: Columns) -> list[str | None]:
    """Which target each column was matched to."""
    return [column.field_id for column in matched(columns)]


SHAPES: list[tuple[str, Columns, list[str | None]]] = [
    (
        "street lamps",
        [
            ("编号", ["LD-001", "LD-002", "LD-003", "LD-004"]),
            ("行政区划", DISTRICTS),
            ("属地街道", STREETS),
            ("灯杆位置", SPOTS),
            ("故障描述", STORIES),
            ("报修时间", EARLY),
            ("维修单位", UNITS),
            ("限期修复日期", LATE),
            ("维修措施", MEASURES),
            ("修复日期", LATE),
            ("是否修复完成", STATES),
        ],
        [
            *("no", "district", "street", "spot", "story", "found"),
            *("unit", "due", "measure", "done", "state"),
        ],
    ),
    (
        "parks",
        [
            ("序号", NUMBERS),
            ("公园所在区", DISTRICTS),
            ("具体地点", SPOTS),
            ("发现的问题", STORIES),
            ("巡查日期", EARLY),
            ("巡查人员", ["王某", "李某某", "赵某", "孙某"]),
            ("负责单位", UNITS),
            ("要求完成时限", LATE),
            ("目前状态", STATES),
        ],
        ["seq", "district", "spot", "story", "found", "finder", "unit", "due", "state"],
    ),
    (
        "drainage, with a caption over two columns",
        [
            ("顺序", NUMBERS),
            ("点位/乡镇街道", STREETS),
            ("点位/路段名称", SPOTS),
            ("隐患内容", STORIES),
            ("整治/截止日期", LATE),
            ("整治/整治方案", MEASURES),
            ("整治/办结日期", LATE),
        ],
        ["seq", "street", "spot", "story", "due", "measure", "done"],
    ),
    (
        "gas, with coordinates",
        [
            ("工单编号", ["0001", "0002", "0003", "0004"]),
            ("坐标X", [123.9101, 123.9202, 123.9303, 123.9404]),
            ("坐标Y", [41.8601, 41.8702, 41.8803, 41.8904]),
            ("来电内容", STORIES),
            ("来电号码", ["13800000001", "13800000002", "13800000003", "13800000004"]),
        ],
        ["no", "lng", "lat", "story", "phone"],
    ),
    (
        "advertising, captions that say little",
        [
            ("No", NUMBERS),
            ("地区", DISTRICTS),
            ("归属", STREETS),
            ("在哪里", SPOTS),
            ("GPS定位", ["123.9,41.8", "123.8,41.7", "123.7,41.6", "123.6,41.9"]),
            ("结果", STATES),
        ],
        ["seq", "district", "street", "spot", "place", "state"],
    ),
]


@pytest.mark.parametrize(("columns", "wanted"), [shape[1:] for shape in SHAPES])
def test_shapes_that_nobody_has_seen(columns: Columns, wanted: list[str | None]) -> None:
    assert fields(columns) == wanted


def test_the_same_caption_is_told_apart_by_its_values() -> None:
    states: Columns = [("整改情况", STATES)]
    measures: Columns = [("整改情况", MEASURES)]
    assert fields(states) == ["state"]
    assert fields(measures) == ["measure"]


def test_latitude_and_longitude_follow_their_values_not_their_order() -> None:
    columns: Columns = [("纬度", [41.8, 41.9]), ("经度", [123.8, 123.9])]
    assert fields(columns) == ["lat", "lng"]
    assert fields(columns[::-1]) == ["lng", "lat"]


def test_a_column_like_nothing_stays_unmatched() -> None:
    columns: Columns = [("灯杆高度", ["8米", "10米"]), ("光源", ["LED", "钠灯"])]
    assert fields(columns) == [None, None]
    assert "没有足够像的字段" in matched(columns)[0].reason


def test_a_caption_whose_values_say_otherwise_is_not_believed() -> None:
    [column] = matched([("整改时限", STORIES)])
    assert column.field_id != "due"


def test_no_target_is_taken_twice() -> None:
    columns: Columns = [("整改期限", LATE), ("整改时限", LATE)]
    assert fields(columns) == [None, "due"]


def test_the_same_words_twice_are_told_apart_by_those_above() -> None:
    columns: Columns = [("排查/时间", EARLY), ("办结/时间", LATE), ("排查/单位", UNITS)]
    assert fields(columns)[:2] == ["found", "done"]


def test_a_required_field_takes_a_column_that_is_only_likely() -> None:
    columns: Columns = [("情况记载", STORIES), ("整改措施", MEASURES)]
    targets = tuple(replace(one, required=one.id == "story") for one in vocabulary().targets)
    seen = [SeenColumn(at, words, (), values) for at, (words, values) in enumerate(columns)]
    first, _ = match_columns(seen, replace(vocabulary(), targets=targets))
    assert first.field_id == "story"
    assert first.confidence < 0.5


def test_further_columns_of_pictures_go_to_their_phase() -> None:
    seen = [
        SeenColumn(0, "整改前照片", pictures=3, rows=3),
        SeenColumn(1, "整改前照片2", pictures=1, rows=3),
        SeenColumn(2, "整改后照片", pictures=2, rows=3),
    ]
    found = [column.field_id for column in match_columns(seen, vocabulary())]
    assert found == ["before", "before", "after"]


def test_reasons_are_sentences_that_name_caption_and_values() -> None:
    columns: Columns = [("整改时限", LATE), ("所属街道", STREETS), ("修复期限", EARLY)]
    due, street, _ = matched(columns)
    assert due.reason == "列名与“整改时限”相同，值都是日期"
    assert "内容是街道名称" in street.reason
    assert due.confidence > 0.9


def test_what_was_confirmed_wins_over_any_likeness() -> None:
    columns: Columns = [("整改时限", LATE), ("备注", STORIES)]
    due, remark = matched(columns, confirmed={"整改时限": "done", "备注": None})
    assert (due.field_id, due.confidence) == ("done", 1.0)
    assert due.reason == "与以前确认过的相同"
    assert remark.field_id is None


def test_a_caption_confirmed_in_another_shape_is_as_good_as_a_synonym() -> None:
    columns: Columns = [("交办事由", STORIES)]
    [column] = matched(columns, hints={"交办事由": "story"})
    assert column.field_id == "story"
    assert "以前导入时同名的列" in column.reason


def test_keys_of_columns_with_the_same_words_are_numbered() -> None:
    seen = [SeenColumn(0, "时间"), SeenColumn(1, "时间"), SeenColumn(2, "时间", ("整改",))]
    assert column_keys(seen) == ["时间", "时间#2", "整改/时间"]
