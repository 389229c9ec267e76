"""Whole sheets understood: records with their fields, doubts and pictures."""

from datetime import date, datetime

from sheets.reading.book import CellNote, Merge, Value
from sheets.understanding.result import Flag, Record, RowKind, Understood
from sheets.understanding.sheet import understand
from tests.sheets.understood import picture, sheet, vocabulary

HEAD: list[Value] = [
    "序号",
    "辖区",
    "街镇",
    "详细地址",
    "隐患描述",
    "巡查日期",
    "办理期限",
    "办理状态",
]
STORY = "窨井盖缺失，夜间无警示，行人易跌落"


def row(number: int, **cells: Value) -> list[Value]:
    """A data row; cells by the captions' English names."""
    given: dict[str, Value] = {
        "seq": number,
        "district": "新抚区",
        "street": "站前",
        "spot": f"西一路{number}号门前",
        "story": f"{STORY}{number}",
        "found": "2026.3.1",
        "due": "2026.3.9",
        "state": "未完成",
    }
    return list((given | cells).values())


def read(
    rows: list[list[Value]], *merges: Merge, name: str = "Sheet1", **known: object
) -> Understood:
    """A sheet of these rows, understood."""
    return understand(sheet(rows, list(merges), name=name), vocabulary(**known))


def flags(record: Record) -> list[tuple[str, bool]]:
    """The doubts of a record: of which field, and whether a value was taken anyway."""
    return [(flag.field_id, flag.guessed) for flag in record.flags]


def test_a_plain_ledger_becomes_records_without_a_doubt() -> None:
    found = read([["管网隐患台账"], HEAD, row(1), row(2, state="已完成")], Merge(0, 0, 0, 7))
    assert [column.field_id for column in found.columns] == [
        *("seq", "district", "street", "spot", "story", "found", "due", "state")
    ]
    first, second = found.records
    assert first.row == 3
    assert first.fields == {
        "seq": 1,
        "district": "新抚区",
        "street": "站前街道",
        "spot": "西一路1号门前",
        "story": f"{STORY}1",
        "found": date(2026, 3, 1),
        "due": date(2026, 3, 9),
        "state": "open",
    }
    assert (first.raw["street"], first.raw["found"]) == ("站前", "2026.3.1")
    assert second.fields["state"] == "done"
    assert first.flags == second.flags == []


def test_merged_and_same_as_above_are_carried_down() -> None:
    rows = [
        HEAD,
        row(1),
        row(2, district=None, street="同上", state="〃"),
        row(3, district=None, street="福民"),
    ]
    found = read(rows, Merge(1, 1, 3, 1)).records
    assert [one.fields["district"] for one in found] == ["新抚区"] * 3
    assert [one.fields["street"] for one in found] == ["站前街道", "站前街道", "福民街道"]
    assert found[1].carried == {"district", "street", "state"}
    assert found[1].raw["street"] == "站前"
    assert all(not one.flags for one in found)


def test_same_as_above_with_nothing_above_is_a_doubt() -> None:
    [record] = read([HEAD, row(1, spot="同上")]).records
    assert "spot" not in record.fields
    assert flags(record) == [("spot", False)]


def test_a_district_written_once_without_merging_is_filled_as_a_guess() -> None:
    rows = [HEAD, row(1), *(row(number, district=None) for number in range(2, 6))]
    found = read(rows).records
    assert [one.fields["district"] for one in found] == ["新抚区"] * 5
    assert flags(found[0]) == []
    assert flags(found[4]) == [("district", True)]


def test_a_group_row_gives_the_district_to_the_rows_beneath() -> None:
    head = [HEAD[0], *HEAD[2:]]
    rows = [head, ["一、新抚区"], _without_district(row(1)), ["二、东洲区"]]
    rows.append(_without_district(row(2, street="龙凤")))
    found = read(rows)
    assert found.kinds == ["header", "group", "data", "group", "data"]
    assert [one.fields["district"] for one in found.records] == ["新抚区", "东洲区"]
    assert [one.fields["street"] for one in found.records] == ["站前街道", "龙凤街道"]


def _without_district(cells: list[Value]) -> list[Value]:
    return [cells[0], *cells[2:]]


def test_what_is_not_understood_stays_out_and_is_told() -> None:
    [record] = read([HEAD, row(1, street="月亮湾", found="5日", state="再议")]).records
    assert {"street", "found", "state"}.isdisjoint(record.fields)
    assert record.raw["street"] == "月亮湾"
    assert flags(record) == [("street", False), ("found", False), ("state", False)]
    assert all(flag.why.endswith("。") for flag in record.flags)


def test_the_year_of_the_title_is_that_of_dates_without_one() -> None:
    rows = [["2025年管网隐患台账"], HEAD, row(1, due="3月9日前"), row(2)]
    first, _ = read(rows, Merge(0, 0, 0, 7)).records
    assert first.fields["due"] == date(2025, 3, 9)
    assert flags(first) == [("due", True)]


def test_a_time_of_day_is_kept_only_where_the_field_has_one() -> None:
    moment = datetime.combine(date(2026, 3, 1), datetime.min.time()).replace(hour=9)
    [record] = read([HEAD, row(1, found=moment, due=moment)]).records
    assert record.fields["found"] == moment
    assert record.fields["due"] == date(2026, 3, 1)


def test_unmatched_columns_are_kept_for_new_fields() -> None:
    rows = [[*HEAD, "井盖材质"], [*row(1), "球墨铸铁"], [*row(2), "复合"]]
    found = read(rows)
    assert found.columns[-1].field_id is None
    assert found.records[0].extra == {8: "球墨铸铁"}


def test_coordinates_in_the_wrong_columns_are_turned_round_and_told() -> None:
    rows = [
        ["序号", "点位", "经度", "纬度"],
        [1, "西一路12号", 123.9, 41.8],
        [2, "西一路13号", 123.91, 41.81],
        [3, "西一路14号", 123.92, 41.82],
        [4, "西一路15号", 41.83, 123.93],
    ]
    record = read(rows).records[3]
    assert (record.fields["lat"], record.fields["lng"]) == (41.83, 123.93)
    assert {field for field, _ in flags(record)} == {"lat", "lng"}


def test_another_datum_is_converted_only_where_it_is_written() -> None:
    plain = [["序号", "点位", "坐标"], [1, "西一路12号", "123.962976,41.881856"]]
    named = [["序号", "点位", "坐标（高德）"], [1, "西一路12号", "123.962976,41.881856"]]
    assert read(plain).records[0].fields["place"] == (41.881856, 123.962976)
    lat, lng = read(named).records[0].fields["place"]
    assert (round(lat, 4), round(lng, 4)) == (41.8797, 123.9572)


def test_ids_keep_their_leading_zeros_and_numbers_their_units() -> None:
    rows: list[list[Value]] = [
        ["工单编号", "路段", "数量", "是否修复"],
        ["000123", "西一路", "3处", "√"],
        ["000124", "南阳路", "约 2 处", "×"],
        ["000125", "解放路", 4.0, "√"],
    ]
    found = read(rows).records
    assert [one.fields["no"] for one in found] == ["000123", "000124", "000125"]
    assert [one.fields["count"] for one in found] == [3, 2, 4]
    assert [one.fields["mended"] for one in found] == [True, False, True]
    assert flags(found[1]) == [("count", True)]


def test_an_error_value_is_no_value() -> None:
    note = CellNote(1, 3, "error", "#REF!", "这一格的公式出错了，请在表里改正。")
    raw = sheet([HEAD, row(1, spot="#REF!"), row(2)], errors=[note])
    record = understand(raw, vocabulary()).records[0]
    assert "spot" not in record.fields
    assert record.flags == [Flag("spot", "#REF!", note.why)]


def test_hidden_rows_are_marked() -> None:
    raw = sheet([HEAD, row(1), row(2)], hidden_rows=frozenset({2}))
    assert [one.hidden for one in understand(raw, vocabulary()).records] == [False, True]


def test_pictures_go_to_the_row_and_phase_of_their_cell() -> None:
    head = [*HEAD, "治理前", "治理后"]
    pictures = [picture(1, 8, "a"), picture(1, 9, "b"), picture(2, 8, "c"), picture(0, 0, "logo")]
    found = understand(sheet([head, row(1), row(2)], pictures=pictures), vocabulary())
    placed = [[(phase, one.name) for phase, one in record.pictures] for record in found.records]
    assert placed == [[("before", "a"), ("after", "b")], [("before", "c")]]
    assert [one.name for one in found.stray] == ["logo"]
    assert not any(record.flags for record in found.records)


def test_one_column_for_both_phases_is_told_by_order_and_said_to_be_a_guess() -> None:
    pictures = [picture(1, 8, "a"), picture(1, 8, "b"), picture(2, 8, "c"), picture(2, 8, "d")]
    raw = sheet([[*HEAD, "图片"], row(1), row(2)], pictures=pictures)
    first = understand(raw, vocabulary()).records[0]
    assert [phase for phase, _ in first.pictures] == ["before", "after"]
    assert flags(first) == [("before", True), ("after", True)]


def test_a_picture_beside_its_column_or_in_a_merged_row_finds_its_record() -> None:
    head = [*HEAD, "治理前", None, "说明"]
    rows = [head, row(1), [], row(2)]
    pictures = [picture(2, 8, "below"), picture(3, 9, "slipped"), picture(1, 8, "own")]
    raw = sheet(rows, [Merge(1, 0, 2, 0), Merge(1, 8, 2, 8)], pictures)
    first, second = understand(raw, vocabulary()).records
    assert [one.name for _, one in first.pictures] == ["own", "below"]
    assert [one.name for _, one in second.pictures] == ["slipped"]
    assert flags(second) == [("before", True)]


def test_names_of_picture_files_are_kept_as_they_stand() -> None:
    head = [*HEAD, "治理前"]
    rows = [head, [*row(1), "IMG_0001.jpg"], [*row(2), "IMG_0002.jpg"]]
    found = read(rows)
    assert found.columns[-1].field_id == "before"
    assert found.records[0].raw["before"] == "IMG_0001.jpg"


def test_a_confirmed_shape_is_followed_next_month() -> None:
    rows = [HEAD, row(1), row(2)]
    before = read(rows)
    keys = {column.key: column.field_id for column in before.columns}
    keys[before.columns[6].key] = None
    after = read(rows, remembered={before.shape: keys})
    assert after.columns[6].field_id is None
    assert all(column.confidence == 1.0 for column in after.columns)
    assert after.shape == before.shape


def test_tables_under_one_another_give_all_their_records() -> None:
    other: list[Value] = ["序号", "街道", "地址", "存在问题", "检查人"]
    rows = [
        HEAD,
        row(1),
        row(2),
        [],
        other,
        [1, "龙凤街道", "石化街3号", "公园座椅破损，木条缺失三根", "王某"],
        [2, "和平街道", "和平路9号", "步道塌陷，积水较多不便通行", "李某"],
        [3, "和平街道", "和平路7号", "健身器材松动，螺丝脱落未修", "李某"],
    ]
    found = read(rows)
    (shorter,) = found.more
    assert [one.row for one in shorter.records] == [2, 3]
    assert [one.row for one in found.records] == [6, 7, 8]
    assert found.records[0].fields["finder"] == "王某"


def test_a_sheet_without_a_table_is_understood_as_having_none() -> None:
    found = read([["说明：请各街道于3月5日前报送。"]])
    assert (found.header, found.columns, found.records) == (None, [], [])
    assert found.kinds == [RowKind.NOTE]
    assert read([]).records == []
