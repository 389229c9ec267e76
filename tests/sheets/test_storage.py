"""Fields that people add: real columns, found again, filled, retired and reused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import inspect, select

from sheets.fields import FieldError, NoNames
from sheets.query import fetch, parse_query
from sheets.storage import (
    FieldSpec,
    add_field,
    load_fields,
    retire_field,
    set_values,
    sheet_field,
)
from tests.sheets.birds import HABITATS, SHEET, bird

NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
SPECS = {
    "text": ("短尾", "短尾"),
    "long_text": ("一\n二", "一\n二"),
    "number": ("3.5", 3.5),
    "date": ("2026-11-30", date(2026, 11, 30)),
    "date_time": ("2026-11-30 09:30", datetime(2026, 11, 30, 1, 30, tzinfo=UTC)),
    "single_choice": ("沼泽", "marsh"),
    "tick": ("是", True),
    "organisation": ("2", 2),
    "person": ("7", 7),
    "reference": ("5", 5),
    "money": ("￥1,234.5", Decimal("1234.50")),
    "multi_choice": ("树林、沼泽", ("marsh", "wood")),
    "link": ("https://a.cn/x?y=1", "https://a.cn/x?y=1"),
    "phone": ("138-1234-5678", "13812345678"),
    "rating": ("★★★", 3),
    "position": ("41.88,123.95", "41.880000,123.950000"),
    "file": (["abcd1234", "efgh5678"], ("abcd1234", "efgh5678")),
    "photos": (["abcd1234"], ("abcd1234",)),
}
FILLED = {"tick": "yes", "file": "some", "photos": "some"}
OPTIONS = {
    "single_choice": {"choices": HABITATS},
    "multi_choice": {"choices": HABITATS},
    "reference": {"kind": "nest"},
}


def spec(kind, caption=None, **more):
    more.setdefault("options", OPTIONS.get(kind, {}))
    return FieldSpec(caption=caption or f"新{kind}", type=kind, **more)


def test_a_field_of_each_type_becomes_a_column_that_keeps_filters_and_shows_its_value(conn):
    for kind, (typed, value) in SPECS.items():
        made = add_field(conn, "bird", spec(kind), NOW, over=bird)
        set_values(conn, "bird", "id", 3, {made: made.parse(typed)})
        (field,) = [each for each in load_fields(conn, "bird", bird) if each.id == made.id]
        sheet = SHEET.with_fields([field])

        filled = parse_query(sheet, [(f"f.{field.id}.{FILLED.get(kind, 'not_empty')}", "1")])
        (row,) = fetch(conn, sheet, filled.check()).rows

        assert (row.key, row[field.id]) == (3, value)
        assert field.show(row[field.id], NoNames())
        assert inspect(conn).has_table("bird")


def test_a_column_is_named_by_the_id_of_its_field_alone(conn):
    made = add_field(conn, "bird", spec("text", '"; DROP TABLE bird; --'), NOW)
    assert made.caption == '"; DROP TABLE bird; --'
    columns = {each["name"] for each in inspect(conn).get_columns("bird")}
    assert columns - {each.name for each in bird.c} == {made.id}
    assert conn.execute(select(sheet_field.c.column_name)).scalar_one() == made.id


def test_a_field_keeps_what_was_asked_for(conn):
    more = {"required": True, "default": "2026-11-30", "help": "写当天", "section_code": "s1"}
    add_field(conn, "bird", spec("date", **more), NOW)
    add_field(conn, "bird", spec("number", position=0, options={"unit": "只"}, default="4"), NOW)
    number, day = load_fields(conn, "bird", bird)
    assert (number.type, number.options, number.default) == ("number", {"unit": "只"}, 4)
    assert (day.required, day.default, day.help, day.section) == (
        True,
        date(2026, 11, 30),
        "写当天",
        "s1",
    )
    assert [each.id for each in load_fields(conn, "bird", section="s1")] == [day.id]
    with pytest.raises(FieldError, match="新date：此项必填"):
        day.parse("")


def test_a_loaded_field_selects_from_the_alias_it_is_given(conn):
    made = add_field(conn, "bird", spec("text"), NOW)
    set_values(conn, "bird", "id", 1, {made: "甲"})
    other = bird.alias("other")
    (field,) = load_fields(conn, "bird", other)
    assert str(field.column) == f"other.{made.id}"
    assert conn.execute(select(field.column).where(other.c.id == 1)).scalar_one() == "甲"


def test_a_retired_field_is_gone_and_its_values_stay(conn):
    made = add_field(conn, "bird", spec("text"), NOW)
    set_values(conn, "bird", "id", 1, {made: "甲"})
    assert retire_field(conn, made.id, NOW) is True
    assert retire_field(conn, made.id, NOW) is False
    assert retire_field(conn, "f_1; drop", NOW) is False
    assert load_fields(conn, "bird", bird) == []
    kept = conn.exec_driver_sql(f"SELECT {made.id} FROM bird WHERE id = 1")  # noqa: S608 an id
    assert kept.scalar() == "甲"


def test_a_wide_table_gives_a_new_field_the_emptied_column_of_a_retired_one(conn):
    old = add_field(conn, "bird", spec("text"), NOW)
    other = add_field(conn, "bird", spec("number"), NOW)
    set_values(conn, "bird", "id", 1, {old: "甲"})
    retire_field(conn, old.id, NOW)
    retire_field(conn, other.id, NOW)
    width = len(inspect(conn).get_columns("bird"))

    new = add_field(conn, "bird", spec("long_text"), NOW, over=bird, widest=width)

    assert new.column.name == old.id
    assert new.id not in {old.id, other.id}
    assert conn.execute(select(new.column).where(bird.c.id == 1)).scalar() is None
    assert len(inspect(conn).get_columns("bird")) == width


def test_a_narrow_table_leaves_retired_columns_alone(conn):
    old = add_field(conn, "bird", spec("text"), NOW)
    retire_field(conn, old.id, NOW)
    assert add_field(conn, "bird", spec("text"), NOW).column.name != old.id


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (spec("text", " \n"), "请填写 1 到 40 个字的字段名称。"),
        (spec("text", "长" * 41), "请填写 1 到 40 个字的字段名称。"),
        (spec("text", options={"max_length": 501}), "单行文字只可设置最多字数"),
        (spec("text", options={"colour": 1}), "单行文字只可设置最多字数"),
        (spec("number", options={"min": 3, "max": 1}), "最小值不能大于最大值"),
        (spec("number", options={"decimals": 9}), "小数位数请填 0 到 6"),
        (spec("single_choice", options={}), "请列出选项"),
        (spec("single_choice", options={"choices": [["a", "甲"], ["a", "乙"]]}), "两个选项相同"),
        (spec("single_choice", options={"choices": [["a,b", "甲"]]}), "每个选项请写"),
        (spec("single_choice", options={"choices": ["a"]}), "代码和名称"),
        (spec("tick", options={"a": 1}), "没有这样的设置"),
        (spec("number", default="many"), "请填写数字"),
        (spec("vanished"), "不能作为自定义字段"),
        (spec("sound"), "没有这个字段类型"),
        (spec("text", help="长" * 501), "填写说明请不要超过 500 个字"),
    ],
)
def test_a_field_that_cannot_be_is_refused_with_a_sentence(conn, wrong, sentence):
    with pytest.raises(FieldError, match=sentence):
        add_field(conn, "bird", wrong, NOW)
    assert conn.execute(select(sheet_field)).all() == []


def test_two_fields_in_use_of_one_section_may_not_share_a_caption(conn):
    made = add_field(conn, "bird", spec("text", "窝号"), NOW)
    add_field(conn, "bird", spec("text", "窝号", section_code="s1"), NOW)
    with pytest.raises(FieldError, match="已有名为“窝号”的字段"):
        add_field(conn, "bird", spec("number", " 窝号"), NOW)
    retire_field(conn, made.id, NOW)
    add_field(conn, "bird", spec("number", "窝号"), NOW)


def test_a_field_whose_type_is_gone_still_opens_and_takes_nothing(conn):
    made = add_field(conn, "bird", spec("number"), NOW)
    set_values(conn, "bird", "id", 1, {made: 4})
    conn.execute(sheet_field.update().values(type="sound", options={"pitch": 1}))
    (field,) = load_fields(conn, "bird", bird)
    sheet = SHEET.with_fields([field])
    row = fetch(conn, sheet, parse_query(sheet, [("q", "喜鹊")])).rows[0]
    assert field.show(row[field.id], NoNames()) == "4.0"
    assert field.readonly
    with pytest.raises(FieldError, match="类型已停用"):
        field.parse("5")


def test_values_go_to_columns_of_fields_only_and_to_rows_that_are_there(conn):
    made = add_field(conn, "bird", spec("text"), NOW)
    with pytest.raises(LookupError):
        set_values(conn, "bird", "id", 12345, {made: "甲"})
    with pytest.raises(ValueError, match="no column of its own"):
        set_values(conn, "bird", "id", 1, {SHEET.field("name"): "甲"})
    with pytest.raises(ValueError, match="no name of a table"):
        add_field(conn, "bird; drop table bird", spec("text"), NOW)


def test_a_field_added_in_a_transaction_that_fails_never_was(engine):
    def fails():
        with engine.begin() as connection:
            add_field(connection, "bird", spec("text"), NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert {each["name"] for each in inspect(engine).get_columns("bird")} == set(bird.c.keys())
    with engine.connect() as connection:
        assert connection.execute(select(sheet_field)).all() == []


def test_a_session_may_add_fields_too(engine):
    from sqlalchemy.orm import Session

    with Session(engine) as session, session.begin():
        made = add_field(session, "bird", spec("text"), NOW)
        set_values(session, "bird", "id", 1, {made: "甲"})
        assert len(load_fields(session, "bird", bird)) == 1
