"""Where tables lie in a sheet and what each row is there for."""

from sheets.reading.book import Merge, Value
from sheets.understanding.grid import Grid
from sheets.understanding.layout import Layout, lay_out
from tests.sheets.understood import sheet

HEAD: list[Value] = ["序号", "路灯编号", "所在路段", "故障现象", "报修日期", "修复情况"]


def row(number: int, road: str = "解放路") -> list[Value]:
    """A data row of a ledger of street lamps."""
    return [number, f"LD-{number:04d}", f"{road}{number}号", "整杆不亮", "2026.3.5", "已修复"]


def laid(rows: list[list[Value]], *merges: Merge) -> Layout:
    """The layout of a sheet of these rows."""
    return lay_out(Grid(sheet(rows, list(merges))), frozenset())


def kinds(rows: list[list[Value]], *merges: Merge) -> str:
    """The kinds of the rows, by their first letters; D data, S signature, X example, B blank."""
    signs = {"title": "T", "note": "N", "header": "H", "group": "G", "data": "D"} | {
        "total": "S",
        "signature": "F",
        "example": "X",
        "blank": "B",
    }
    return "".join(signs[kind] for kind in laid(rows, *merges).kinds)


def captions(layout: Layout, table: int = 0) -> list[str]:
    """The captions of a table, those above joined by a slash."""
    found = layout.tables[table].heading.captions
    return ["/".join((*one.parents, one.own)) for one in found]


def test_a_bare_table_is_header_and_data() -> None:
    assert kinds([HEAD, row(1), row(2)]) == "HDD"


def test_a_title_a_line_of_pairs_and_signatures_stand_around_a_table() -> None:
    rows = [
        ["亮化设施故障台账"],
        ["填报单位：照明科", None, None, "填报日期：2026年3月31日"],
        HEAD,
        row(1),
        row(2),
        ["填报人：王某", None, "审核人：", None, "负责人（签字）："],
    ]
    layout = laid(rows, Merge(0, 0, 0, 5))
    assert kinds(rows, Merge(0, 0, 0, 5)) == "TNHDDF"
    assert layout.stated == {"填报单位": "照明科", "填报日期": "2026年3月31日"}
    assert layout.titles == ["亮化设施故障台账"]


def test_merged_captions_are_joined_with_those_beneath() -> None:
    head = [["序号", "基本信息", None, "处理", None], [None, "地点", "病害", "时限", "完成时间"]]
    merges = [Merge(0, 0, 1, 0), Merge(0, 1, 0, 2), Merge(0, 3, 0, 4)]
    rows = [*head, [1, "西一路", "坑槽", "3月5日", "3月4日"], [2, "南阳路", "塌陷", "3月6日", None]]
    layout = laid(rows, *merges)
    assert captions(layout) == [
        "序号",
        "基本信息/地点",
        "基本信息/病害",
        "处理/时限",
        "处理/完成时间",
    ]
    assert kinds(rows, *merges) == "HHDD"


def test_captions_above_that_were_never_merged_still_reach_to_the_next() -> None:
    rows: list[list[Value]] = [
        ["序号", "位置", None, "整改", None, None],
        [None, "道路", "起点", "措施", "时限", "结果"],
        [1, "西一路", "12号", "补植", "2026-3-5", "完成"],
        [2, "南阳路", "3号", "更换", "2026-3-9", "完成"],
    ]
    assert captions(laid(rows))[3:] == ["整改/措施", "整改/时限", "整改/结果"]


def test_a_header_of_four_rows_with_units_ends_where_the_data_begin() -> None:
    rows: list[list[Value]] = [
        ["片区", None, "管网", None, None],
        [None, None, "雨水", None, "污水"],
        [None, None, "长度", "井数", "长度"],
        ["街道", "社区", "米", "座", "米"],
        ["站前街道", "中央社区", 300, 12, 500],
        ["站前街道", "西一社区", 200, 8, 100],
    ]
    merges = [Merge(0, 0, 2, 1), Merge(0, 2, 0, 4), Merge(1, 2, 1, 3)]
    layout = laid(rows, *merges)
    assert layout.tables[0].heading.region == (0, 0, 3, 4)
    assert captions(layout)[2] == "管网/雨水/长度/米"


def test_a_line_that_numbers_the_columns_belongs_to_the_header() -> None:
    assert kinds([HEAD, [1, 2, 3, 4, 5, 6], row(1), row(2)]) == "HHDD"


def test_example_rows_are_not_data() -> None:
    example: list[Value] = ["例", "LD-0000", "某路1号", "整杆不亮", "2026.1.1", "已修复"]
    assert kinds([HEAD, example, row(1), row(2)]) == "HXDD"


def test_a_company_named_example_is_no_example() -> None:
    data: list[Value] = [1, "LD-1", "示例路1号", "示例养护公司未修", "2026.1.1", "已修复"]
    assert kinds([HEAD, data, row(2)]) == "HDD"


def test_groups_carry_their_title_down_until_the_next_of_their_rank() -> None:
    rows: list[list[Value]] = [
        HEAD,
        ["一、新抚区（2处）"],
        ["（一）站前街道"],
        row(1),
        ["（二）福民街道"],
        row(2),
        ["二、东洲区"],
        row(3),
    ]
    table = laid(rows).tables[0]
    assert kinds(rows) == "HGGDGDGD"
    assert table.groups == {3: ("新抚区", "站前街道"), 5: ("新抚区", "福民街道"), 7: ("东洲区",)}


def test_totals_blanks_notes_and_a_header_again_are_told_apart() -> None:
    rows: list[list[Value]] = [
        HEAD,
        row(1),
        ["小计", None, None, "1处"],
        [None] * 6,
        HEAD,
        row(2),
        ["合计", None, None, 2],
        ["注：表中日期为报修日期。"],
    ]
    assert kinds(rows) == "HDSBHDSN"


def test_a_table_need_not_begin_in_the_first_column() -> None:
    rows = [[None, None, "台账"], [], [None, None, *HEAD], [None, None, *row(1)]]
    layout = laid(rows)
    assert layout.tables[0].heading.region.left == 2
    assert [len(table.data) for table in layout.tables] == [1]


def test_two_tables_under_one_another_are_two() -> None:
    other: list[Value] = ["序号", "公园名称", "存在问题", "整改责任人", "整改时间"]
    rows = [
        ["路灯"],
        HEAD,
        row(1),
        row(2),
        [],
        ["公园"],
        other,
        [1, "儿童公园", "座椅破损", "王某", "2026-4-1"],
        [2, "劳动公园", "步道塌陷", "李某", "2026-4-2"],
    ]
    layout = laid(rows)
    assert [table.data for table in layout.tables] == [[2, 3], [7, 8]]
    assert captions(layout, 1)[1] == "公园名称"


def test_an_all_text_table_has_its_first_row_as_header() -> None:
    rows: list[list[Value]] = [
        ["点位", "问题", "责任人"],
        ["西一路12号门前", "井盖缺失", "王某"],
        ["南阳路桥下", "路面塌陷约2平方米", "李某"],
    ]
    assert kinds(rows) == "HDD"


def test_sheets_without_a_table_have_none() -> None:
    assert laid([]).tables == []
    assert laid([["说明：本表由各街道填写。"], ["", None]]).tables == []


def test_a_merge_over_a_whole_empty_sheet_costs_nothing() -> None:
    rows = [HEAD, row(1)]
    assert kinds(rows, Merge(5, 0, 1_048_575, 16_383), Merge(0, 6, 1_048_575, 16_383)) == "HD"
