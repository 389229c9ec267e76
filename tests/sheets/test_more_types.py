"""Money, several choices, links, phones, ratings, positions, files: taken in, refused, asked."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import column

from sheets.catalogue import Field
from sheets.fields import FieldError, NoNames, field_type
from sheets.fields.base import ExcelCell
from sheets.fields.single_choice import choices_for, colours
from sheets.query import describe, fetch, group_summaries, parse_query, totals
from sheets.storage import FieldSpec, add_field, load_fields, set_values
from tests.sheets.birds import HABITATS, SHEET, bird
from tests.sheets.hostile import HOSTILE
from tests.sheets.test_storage import NOW

CHOICE = {"choices": HABITATS}
IDS = ("abcd1234", "EFGH5678")


def field(kind, options):
    return Field("x", "某列", kind, column("x", field_type(kind).sql_type()), options)


TAKEN = [
    ("money", {}, "1,234.50", Decimal("1234.50"), "1,234.50"),
    ("money", {"unit": "元"}, "￥12", Decimal("12.00"), "12.00 元"),
    ("money", {}, "１２．５元", Decimal("12.50"), "12.50"),
    ("money", {}, "1.2万元", Decimal("12000.00"), "12,000.00"),
    ("money", {}, 12.5, Decimal("12.50"), "12.50"),
    ("money", {}, -3, Decimal("-3.00"), "-3.00"),
    ("money", {}, "-0.00", Decimal("0.00"), "0.00"),
    ("money", {}, " ", None, ""),
    ("multi_choice", CHOICE, "树林、沼泽", ("marsh", "wood"), "沼泽、树林"),
    ("multi_choice", CHOICE, "wood，town;沼泽", ("marsh", "town", "wood"), "沼泽、树林、城区"),
    ("multi_choice", CHOICE, ["树林", "wood"], ("wood",), "树林"),
    ("multi_choice", CHOICE, "", None, ""),
    ("multi_choice", {"choices": [["a", "左、右"], ["b", "右"]]}, "左、右", ("a",), "左、右"),
    ("link", {}, " https://a.cn/x ", "https://a.cn/x", "https://a.cn/x"),
    ("link", {}, "HTTP://例子.中国/路", "HTTP://例子.中国/路", "HTTP://例子.中国/路"),
    ("link", {}, None, None, ""),
    ("phone", {}, "138-1234-5678", "13812345678", "138 1234 5678"),
    ("phone", {}, "+86 138 1234 5678", "13812345678", "138 1234 5678"),
    ("phone", {}, "（024）56612345", "024-56612345", "024-56612345"),
    ("phone", {}, "０２４－５６６１２３４５转801", "024-56612345-801", "024-56612345-801"),
    ("phone", {}, "0413-7654321", "0413-7654321", "0413-7654321"),
    ("phone", {}, "56612345", "56612345", "56612345"),
    ("phone", {}, "400 123 4567", "4001234567", "400 123 4567"),
    ("phone", {}, "12319", "12319", "12319"),
    ("rating", {}, "★★★", 3, "★★★☆☆"),
    ("rating", {"max": 10}, "８ 星", 8, "★★★★★★★★☆☆"),
    ("rating", {"max": 3}, "★☆☆", 1, "★☆☆"),
    ("rating", {}, 3.0, 3, "★★★☆☆"),
    ("position", {}, "41.88，123.95", "41.880000,123.950000", "41.880000,123.950000"),
    ("position", {}, {"lat": 41.88, "lng": 123.95}, "41.880000,123.950000", "41.880000,123.950000"),
    ("position", {}, (0, -0.0), "0.000000,0.000000", "0.000000,0.000000"),
    ("file", {}, list(IDS), IDS, "2 个文件"),
    ("file", {}, [], None, ""),
    ("photos", {}, IDS[:1] * 2, IDS[:1], "1 张"),
]

REFUSED = [
    ("money", {}, "1.005", "金额最多两位小数，请四舍五入到分后再填。"),
    ("money", {}, "一百", "请填写金额，例如 1234.50。"),
    ("money", {}, "1,23", "请填写金额，例如 1234.50。"),
    ("money", {}, True, "请填写金额，例如 1234.50。"),
    ("money", {}, "9" * 14, "金额太大，请核对位数。"),
    ("money", {}, float("inf"), "请填写金额，例如 1234.50。"),
    ("multi_choice", CHOICE, "树林、海", "没有“海”这个选项，请从这些中选择：沼泽、树林、城区。"),
    ("rating", {}, "6", "请评 1 到 5 星，例如 3 或 ★★★。"),
    ("rating", {}, "0", "请评 1 到 5 星，例如 3 或 ★★★。"),
    ("rating", {}, "2.5", "请评 1 到 5 星，例如 3 或 ★★★。"),
    ("position", {}, "123.95,41.88", "请先写纬度，再写经度：41.880000,123.950000。"),
    ("position", {}, "95,190", "纬度在 -90 到 90 之间，经度在 -180 到 180 之间，请核对。"),
    ("position", {}, "浑河边", "请填写纬度和经度，例如 41.880000,123.950000。"),
    ("file", {}, "报告.pdf", "文件请用上传的方式添加。"),
    ("file", {}, ["../etc"], "文件请用上传的方式添加。"),
    ("file", {}, [f"abcd{n:04}" for n in range(51)], "一格最多放 50 个，请分几次上传或删去一些。"),
    ("photos", {}, "1 张", "照片请用上传的方式添加。"),
    *(
        ("link", {}, text, "请填写以 http:// 或 https:// 开头的网址，例如 https://www.gov.cn。")
        for text in (
            "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:x", "data:text/html,x",
            "//a.cn", "www.a.cn", "https://", "http:///x", "https://a b.cn", "file:///etc/passwd",
            "https://a.cn/\u202egpj.exe", "https://[1", "https://a.cn:99999", "h" * 2_001,
        )
    ),
    *(
        ("phone", {}, text, "请填写电话号码，例如 13812345678、024-56612345 或 024-56612345-801。")
        for text in ("1381234567", "abc", "+1 202 555 0100", "12812345678", "024-1", True and "0")
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "raw", "value", "shown"), TAKEN)
def test_a_value_is_taken_in_and_shown(kind, options, raw, value, shown):
    of = field(kind, options)
    assert of.parse(raw) == value
    assert type(of.parse(raw)) is type(value)
    assert of.show(value, NoNames()) == shown
    assert of.parse(of.parse(raw)) == value
    assert of.kind.from_json(of.kind.to_json(value)) == value
    if of.kind.convertible:  # what is copied as text can be pasted
        assert of.parse(shown) == value


@pytest.mark.parametrize(("kind", "options", "raw", "sentence"), REFUSED)
def test_what_a_type_cannot_take_is_refused_with_what_to_do(kind, options, raw, sentence):
    with pytest.raises(FieldError) as refusal:
        field(kind, options).parse(raw)
    assert refusal.value.sentence == f"某列：{sentence}"


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        ("money", {"unit": "美元"}, "金额只可设置单位"),
        ("money", {"min": 1}, "金额只可设置单位"),
        ("rating", {"max": 2}, "3 到 10 之间的整数"),
        ("rating", {"max": 11}, "3 到 10 之间的整数"),
        ("rating", {"max": True}, "3 到 10 之间的整数"),
        ("link", {"a": 1}, "没有这样的设置"),
        ("phone", {"a": 1}, "没有这样的设置"),
        ("position", {"a": 1}, "没有这样的设置"),
        ("file", {"a": 1}, "没有这样的设置"),
        ("auto_number", {"digits": 11}, "位数请填 1 到 10"),
        ("auto_number", {"prefix": "长" * 11}, "前缀请不要超过 10 个字"),
        ("auto_number", {"prefix": "a,b"}, "不要用逗号"),
        ("multi_choice", {"choices": [["a", "甲", "pink"]]}, "选项颜色请从这些中选择：红、橙"),
        ("single_choice", {"choices": [["a", "甲", "red", 1]]}, "代码和名称"),
        ("lookup", {}, "请选择要引用的列"),
        ("formula", {"formula": 3}, "请填写公式"),
    ],
)
def test_settings_that_cannot_be_are_refused_with_a_sentence(kind, options, sentence):
    with pytest.raises(FieldError, match=sentence):
        field_type(kind).check_options(options)


def test_choices_may_have_colours_and_keep_their_keys_when_listed_again():
    options = {"choices": [["a", "甲", "red"], ["c1", "乙"], ["b", "丙", ""]]}
    checked = field_type("single_choice").check_options(options)
    assert checked == {"choices": [["a", "甲", "red"], ["c1", "乙"], ["b", "丙"]]}
    assert colours(checked) == {"a": "red"}
    assert choices_for(["乙", "丁", "甲", "丁"], checked) == {
        "choices": [["c1", "乙"], ["c2", "丁"], ["a", "甲", "red"]]
    }
    assert field("single_choice", checked).parse("甲") == "a"


def test_cells_of_workbooks_are_numbers_where_one_can_add_them_up():
    told = [
        ("money", Decimal("12.50"), ExcelCell("number", 12.5, "#,##0.00")),
        ("rating", 3, ExcelCell("number", 3, "0")),
        ("file", IDS, ExcelCell("number", 2, "0")),
        ("photos", 4, ExcelCell("number", 4, "0")),
        ("phone", "13812345678", ExcelCell("text", "138 1234 5678")),
        ("multi_choice", ("wood",), ExcelCell("text", "wood")),
    ]
    for kind, value, cell in told:
        assert field(kind, {}).excel_cell(value, NoNames()) == cell


VALUES = {
    "money": ["1", "2.50", "1000", None],
    "multi_choice": ["沼泽", "树林、沼泽", "城区", None],
    "phone": ["13812345678", "024-56612345", "12319", None],
    "rating": ["1", "3", "5", None],
    "file": [IDS, IDS[:1], None, None],
    "link": ["https://a.cn", "http://b.cn/x", "https://a.cn/y", None],
}
ASKED = [
    ("money.gte", "2.5", [2, 3], "金额 不小于 2.50"),
    ("money.is", "1000", [3], "金额 等于 1,000.00"),
    ("money.between", "2.5,1", [1, 2], "金额 在 2.50 与 1.00 之间"),
    ("money.empty", "1", [4], "金额 为空"),
    ("multi_choice.has_any", "wood,town", [2, 3], "多选 含有其中之一： 树林、城区"),
    ("multi_choice.has_all", "marsh,wood", [2], "多选 同时含有： 沼泽、树林"),
    ("multi_choice.has_none", "wood,town", [1, 4], "多选 不含其中任何一个： 树林、城区"),
    ("multi_choice.is_exactly", "沼泽", [1], "多选 正好是： 沼泽"),
    ("multi_choice.is_exactly", "wood,marsh", [2], "多选 正好是： 树林、沼泽"),
    ("multi_choice.not_empty", "1", [1, 2, 3], "多选 不为空"),
    ("phone.contains", "138 1234", [1], "电话 包含 “1381234”"),
    ("phone.contains", "02456612345", [2], "电话 包含 “02456612345”"),
    ("phone.is", "024 56612345", [2], "电话 是 “024-56612345”"),
    ("rating.gte", "3", [2, 3], "评分 不低于 3 星"),
    ("file.some", "1", [1, 2], "文件 有文件"),
    ("file.none", "1", [3, 4], "文件 没有文件"),
    ("link.contains", "A.CN", [1, 3], "网址 包含 “A.CN”"),
]


@pytest.fixture
def sheet(conn):
    """Birds 1 to 4 with a field of each type."""
    for kind, values in VALUES.items():
        options = CHOICE if kind == "multi_choice" else {}
        spec = FieldSpec(caption=field_type(kind).label, type=kind, options=options)
        made = add_field(conn, "bird", spec, NOW, over=bird)
        for key, raw in enumerate(values, 1):
            set_values(conn, "bird", "id", key, {made: made.parse(raw)})
    return SHEET.with_fields(load_fields(conn, "bird", bird))


def test_each_operator_finds_its_rows_and_reads_as_a_sentence(conn, sheet):
    ids = {each.type: each.id for each in sheet.fields if each.id.startswith("f_")}
    for asked, operand, expected, sentence in ASKED:
        kind, operator = asked.split(".")
        pairs = [(f"f.{ids[kind]}.{operator}", operand), ("f.name.not_empty", "1")]
        query = parse_query(sheet, pairs).check()
        found = [row.key for row in fetch(conn, sheet, query, [bird.c.id <= 4]).rows]
        assert found == expected, (asked, operand)
        assert describe(sheet, query, NoNames()).split("，且 ")[0] == sentence
        assert parse_query(sheet, query.pairs()).conditions == query.conditions


def test_they_sort_group_and_add_up_with_blanks_last(conn, sheet):
    ids = {each.type: each.id for each in sheet.fields if each.id.startswith("f_")}
    orders = {"money": [3, 2, 1, 4], "multi_choice": [3, 2, 1, 4], "rating": [3, 2, 1, 4]}
    orders["file"] = [1, 2, 4, 3]  # blanks last, and by the key as the sort runs
    for kind, expected in orders.items():
        query = parse_query(sheet, [("sort", f"-{ids[kind]}"), ("limit", "3")]).check()
        page = fetch(conn, sheet, query, [bird.c.id <= 4])
        after = parse_query(sheet, [*query.pairs(), ("after", page.next_after)]).check()
        rest = fetch(conn, sheet, after, [bird.c.id <= 4])
        assert [row.key for row in [*page.rows, *rest.rows]] == expected, kind
    pairs = [("group", ids["multi_choice"]), ("sum", f"{ids['money']}:sum")]
    groups = group_summaries(conn, sheet, parse_query(sheet, pairs).check(), [bird.c.id <= 4])
    assert [(each.values, each.sums) for each in groups.rows] == [
        ((("marsh",),), (Decimal("1.00"),)),
        ((("marsh", "wood"),), (Decimal("2.50"),)),
        ((("town",),), (Decimal("1000.00"),)),
        ((None,), (None,)),
    ]
    mean = parse_query(sheet, [("group", ids["rating"]), ("sum", f"{ids['money']}:avg")]).check()
    first = group_summaries(conn, sheet, mean, [bird.c.id <= 4]).rows[0]
    assert first.sums == (Decimal("1.00"),)


def test_sums_of_money_are_exact_to_the_cent(conn, sheet):
    cost = next(each for each in sheet.fields if each.type == "money")
    given = ("0.10", "0.20", "99999999999.99", "0.07")
    for row, text in enumerate(given, 1):
        set_values(conn, "bird", "id", row, {cost: cost.parse(text)})
    query = parse_query(sheet, [("sum", f"{cost.id}:sum,{cost.id}:min")]).check()
    found = totals(conn, sheet, query, [bird.c.id <= 4]).sums

    assert found == (sum(map(Decimal, given)), Decimal("0.07"))


def test_hostile_texts_are_refused_or_come_back_as_they_are(conn):
    kinds = ["money", "link", "phone", "rating", "position", "file", "multi_choice"]
    options = {"multi_choice": {"choices": [["a", "'); DROP TABLE bird; --"], ["b", "x"]]}}
    for kind in kinds:
        spec = FieldSpec(caption=f"列 {kind}", type=kind, options=options.get(kind, {}))
        made = add_field(conn, "bird", spec, NOW, over=bird)
        for text in HOSTILE:
            try:
                value = made.parse(text)
            except FieldError:
                continue
            set_values(conn, "bird", "id", 1, {made: value})
            sheet = SHEET.with_fields([made])
            row = fetch(conn, sheet, parse_query(sheet, [("limit", "1")]), [bird.c.id == 1]).rows[0]
            assert row[made.id] == value
