"""Fields changed, moved, retired and brought back; those that are computed of others."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import func, select

from sheets.converting import convert_field
from sheets.fields import FieldError, NoNames
from sheets.fields.around import FormulaContext
from sheets.query import describe, fetch, parse_query
from sheets.storage import (
    FieldChange,
    FieldMovedOn,
    FieldSpec,
    add_field,
    change_field,
    field_record,
    field_records,
    hold_fields,
    load_fields,
    move_field,
    restore_field,
    retire_field,
    retired_fields,
    set_values,
    users_of,
)
from tests.sheets.birds import HABITATS, SHEET, bird
from tests.sheets.hostile import HOSTILE
from tests.sheets.test_storage import NOW

AROUND = {"base": SHEET.fields, "key": bird.c.id}
TODAY = FormulaContext(date(2026, 11, 22))


def add(conn, kind, caption, section=None, **options):
    spec = FieldSpec(caption=caption, type=kind, options=options, section_code=section)
    return add_field(conn, "bird", spec, NOW, over=bird, **AROUND)


def loaded(conn):
    return {each.id: each for each in load_fields(conn, "bird", bird, context=TODAY, **AROUND)}


def change(conn, field, **wanted):
    return change_field(conn, field.id, FieldChange(**wanted), NOW, **AROUND)


def values(conn, field, number=3):
    field = loaded(conn)[field.id]
    rows = conn.execute(select(field.column).where(bird.c.id <= number).order_by(bird.c.id))
    return [field.show(field.kind.load(value), NoNames()) for value in rows.scalars()]


def test_words_and_settings_change_against_the_version_that_was_seen(conn):
    field = add(conn, "number", "数量")
    done = change(conn, field, caption="件数", help="数一数", required=True, version=1)
    assert (done.caption, done.help, done.required, done.version) == ("件数", "数一数", True, 2)
    assert change(conn, field, caption="件数").version == 2  # nothing to change
    assert change(conn, field, options={"unit": "件"}, default="3").default == 3
    with pytest.raises(FieldMovedOn) as late:
        change(conn, field, caption="个数", version=1)
    assert (late.value.now.caption, late.value.now.version) == ("件数", 3)


def test_a_change_that_cannot_be_is_refused_and_changes_nothing(conn):
    add(conn, "text", "甲")
    field = add(conn, "number", "乙")
    for wanted, sentence in (
        ({"caption": "甲"}, "已有名为“甲”的字段"),
        ({"caption": " "}, "请填写 1 到 40 个字"),
        ({"help": "长" * 501}, "不要超过 500 个字"),
        ({"default": "许多"}, "请填写数字"),
        ({"options": {"max": 2, "min": 3}}, "最小值不能大于最大值"),
    ):
        with pytest.raises(FieldError, match=sentence):
            change(conn, field, **wanted)
    with pytest.raises(FieldError, match="没有这个字段"):
        change_field(conn, "f_999", FieldChange(caption="丙"), NOW)
    assert field_record(conn, field.id).version == 1


def test_a_choice_is_renamed_for_all_rows_and_stays_while_rows_use_it(conn):
    for kind in ("single_choice", "multi_choice"):
        field = add(conn, kind, f"生境 {kind}", choices=HABITATS)
        for key in (1, 2):
            set_values(conn, "bird", "id", key, {field: field.parse("树林")})
        renamed = [["marsh", "湿地"], ["wood", "林地", "green"], ["town", "城区"]]
        change(conn, field, options={"choices": renamed})
        assert values(conn, field, 1) == ["林地"]
        with pytest.raises(FieldError, match="有 2 行正在使用“林地”，不能去掉"):
            change(conn, field, options={"choices": renamed[:1]})
        change(conn, field, options={"choices": renamed[:2]})
        for key in (1, 2):
            set_values(conn, "bird", "id", key, {field: None})
        change(conn, field, options={"choices": renamed[:1]})


def test_fields_are_put_in_another_order(conn):
    ids = [add(conn, "text", name).id for name in "甲乙丙丁"]
    assert move_field(conn, "bird", ids[3], 0)
    assert move_field(conn, "bird", ids[0], 99)
    assert not move_field(conn, "bird", "f_999", 0)
    assert [each.caption for each in field_records(conn, "bird")] == ["丁", "乙", "丙", "甲"]
    assert list(loaded(conn)) == [ids[3], ids[1], ids[2], ids[0]]


def test_a_retired_field_comes_back_with_its_values_unless_its_name_or_column_is_gone(conn):
    field, other = add(conn, "text", "甲"), add(conn, "text", "乙")
    set_values(conn, "bird", "id", 1, {field: "留着"})
    retire_field(conn, field.id, NOW)
    assert [(each.id, each.restorable) for each in retired_fields(conn, "bird")] == [
        (field.id, True)
    ]
    with pytest.raises(FieldError, match="已停用，请先恢复"):
        change(conn, field, caption="丙")
    change(conn, other, caption="甲")
    with pytest.raises(FieldError, match="现在另有名为“甲”的字段"):
        restore_field(conn, field.id, NOW)
    change(conn, other, caption="乙")
    assert restore_field(conn, field.id, NOW).retired_at is None
    assert values(conn, field, 1) == ["留着"]
    with pytest.raises(FieldError, match="正在使用"):
        restore_field(conn, field.id, NOW)

    retire_field(conn, field.id, NOW)
    spec = FieldSpec(caption="新", type="text")
    assert add_field(conn, "bird", spec, NOW, widest=1).column.name == field.id
    assert not retired_fields(conn, "bird")[0].restorable
    with pytest.raises(FieldError, match="已给了别的字段"):
        restore_field(conn, field.id, NOW)


def test_an_auto_number_is_the_key_with_a_prefix_and_cannot_be_written(conn):
    field = add(conn, "auto_number", "编号", prefix="鸟-", digits=4)
    sheet = SHEET.with_fields([field])
    for asked in ("鸟-0012", "12", "0012"):
        query = parse_query(sheet, [(f"f.{field.id}.is", asked)]).check()
        (row,) = fetch(conn, sheet, query).rows
        assert (row.key, field.show(row[field.id], NoNames())) == (12, "鸟-0012")
        assert describe(sheet, query, NoNames()) == "编号 是 鸟-0012"
    down = parse_query(sheet, [("sort", f"-{field.id}"), ("limit", "2")]).check()
    assert [row.key for row in fetch(conn, sheet, down).rows] == [60, 59]
    assert parse_query(sheet, [(f"f.{field.id}.is", "x")]).errors
    with pytest.raises(FieldError, match="由系统计算，不能填写"):
        field.parse("鸟-0013")
    with pytest.raises(ValueError, match="no column of its own"):
        set_values(conn, "bird", "id", 1, {field: 3})
    text = add(conn, "formula", "标签", formula="{编号} & “号”")
    assert values(conn, text, 2) == ["鸟-0001号", "鸟-0002号"]
    assert hold_fields(conn, [field.id, text.id, "f_0", "name"]) == {}


def test_a_lookup_is_asked_sorted_and_shown_as_what_it_shows(conn):
    field = add(conn, "lookup", "我们的生境", of="habitat")
    sheet = SHEET.with_fields([field])
    query = parse_query(sheet, [(f"f.{field.id}.is", "wood"), ("sort", f"-{field.id}")]).check()
    other = parse_query(sheet, [("f.habitat.is", "wood"), ("sort", "-habitat")]).check()
    found, expected = fetch(conn, sheet, query).rows, fetch(conn, sheet, other).rows
    assert [row.key for row in found] == [row.key for row in expected]
    assert describe(sheet, query, NoNames()).startswith("我们的生境 是 树林")
    assert (field.type, field.made_by, field.readonly) == ("single_choice", "lookup", True)
    assert field.sources == {"habitat"}
    with pytest.raises(FieldError, match="没有这一列可以引用"):
        add(conn, "lookup", "别的", of="f_1")


def test_formulas_use_each_other_but_never_in_a_circle(conn):
    weight = add(conn, "number", "净重")
    double = add(conn, "formula", "双倍", formula="{净重} * 2", unit="克", decimals=1)
    label = add(conn, "formula", "标签", formula="“约 ” & {双倍}")
    set_values(conn, "bird", "id", 1, {weight: 1.5})
    assert values(conn, double, 2) == ["3.0 克", ""]
    assert values(conn, label, 2) == ["约 3", "约 "]
    assert loaded(conn)[label.id].sources == {weight.id, double.id}
    assert [each.id for each in users_of(conn, weight.id)] == [double.id, label.id]
    assert users_of(conn, label.id) == []
    with pytest.raises(FieldError, match="循环引用：“双倍”→“标签”→“双倍”"):
        change(conn, double, options={"formula": "长度({标签})"})
    with pytest.raises(FieldError, match="循环引用：“双倍”→“双倍”"):
        change(conn, double, options={"formula": "{双倍} + 1"})
    change(conn, weight, caption="净重（克）")
    assert values(conn, double, 1) == ["3.0 克"]


def test_a_formula_over_a_field_that_is_gone_shows_blank_and_says_why(conn):
    weight = add(conn, "number", "净重")
    double = add(conn, "formula", "双倍", formula="{净重} * 2")
    label = add(conn, "formula", "标签", formula="“约 ” & {双倍}")
    set_values(conn, "bird", "id", 1, {weight: 1.5})
    retire_field(conn, weight.id, NOW)
    fields = loaded(conn)
    assert "“净重”已停用" in fields[double.id].trouble
    assert "“双倍”无法计算" in fields[label.id].trouble
    sheet = SHEET.with_fields(fields.values())
    query = parse_query(sheet, [("sort", f"-{label.id}"), ("q", "喜鹊")]).check()
    assert {row[label.id] for row in fetch(conn, sheet, query).rows} == {None}
    restore_field(conn, weight.id, NOW)
    assert values(conn, label, 1) == ["约 3"]
    convert_field(conn, weight.id, "text", {}, NOW)
    assert "要用数字，这里是文字" in loaded(conn)[double.id].trouble


def test_a_formula_of_one_section_sees_nothing_of_anothers(conn):
    add(conn, "number", "甲科的数", section="a")
    add(conn, "number", "公共的数")
    add(conn, "formula", "可以", section="a", formula="{甲科的数} + {公共的数}")
    for section in ("b", None):
        with pytest.raises(FieldError, match="没有“甲科的数”这个字段"):
            add(conn, "formula", "不可", section=section, formula="{甲科的数} + 1")
        with pytest.raises(FieldError, match="没有“f_1”这个字段"):
            add(conn, "formula", "不可", section=section, formula="{f_1} + 1")


def test_formulas_filter_sort_and_page_like_columns(conn):
    field = add(conn, "formula", "总和", formula="取整({体重} + {卵数}, 1)")
    sheet = SHEET.with_fields([field])
    query = parse_query(sheet, [(f"f.{field.id}.gte", "10"), ("sort", f"-{field.id}")]).check()
    found, after = [], query.with_({"limit": "5"})
    while True:
        page = fetch(conn, sheet, after)
        found += [(row[field.id], row.key) for row in page.rows]
        if page.next_after is None:
            break
        after = parse_query(sheet, [*query.pairs(), ("limit", "5"), ("after", page.next_after)])
    assert found == sorted(found, reverse=True)
    rows = conn.execute(select(bird.c.weight, bird.c.eggs)).all()
    assert len(found) == sum(w is not None and w + e >= 10 for w, e in rows)
    groups = select(field.column, func.count()).group_by(field.column)
    assert conn.execute(groups).all()


def test_hostile_captions_choices_and_formulas_are_words(conn):
    field = add(conn, "single_choice", "选", choices=[["a", "甲"]])
    formula = add(conn, "formula", "式", formula="1")
    for text in HOSTILE[:120]:
        for wanted in ({"caption": text}, {"help": text}, {"options": {"choices": [["a", text]]}}):
            with conn.begin_nested():
                try:
                    change(conn, field, **wanted)
                except FieldError:
                    continue
                assert loaded(conn)[field.id].parse("a") == "a"
        with conn.begin_nested():
            try:
                change(conn, formula, options={"formula": text})
            except FieldError:
                continue
            assert len(values(conn, formula, 1)) == 1


def test_a_writer_that_holds_a_field_is_not_overtaken_by_a_conversion(engine):
    """On PostgreSQL the conversion waits for the writer; SQLite has one writer at a time."""
    with engine.begin() as conn:
        field = add(conn, "text", "甲")
    if engine.dialect.name == "sqlite":
        return
    converted = threading.Event()

    def convert():
        with engine.begin() as other:
            convert_field(other, field.id, "number", {}, NOW)
        converted.set()

    with engine.begin() as writer:
        (held,) = hold_fields(writer, [field.id], bird).values()
        thread = threading.Thread(target=convert)
        thread.start()
        assert not converted.wait(0.2)
        set_values(writer, "bird", "id", 1, {held: "7"})
    thread.join(20)
    with engine.begin() as conn:
        (now,) = hold_fields(conn, [field.id], bird).values()
        assert (now.type, now.column.name) == ("number", f"{field.id}_1")
        assert conn.execute(select(now.column).where(bird.c.id == 1)).scalar() == 7
