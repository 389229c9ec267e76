"""Fields turned into other types: told beforehand, kept where possible, taken back exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select

from sheets.converting import conversions_of, convert_field, plan_conversion, undo_conversion
from sheets.fields import FieldError, NoNames
from sheets.storage import (
    FieldChange,
    FieldMovedOn,
    FieldSpec,
    add_field,
    change_field,
    field_record,
    hold_fields,
    load_fields,
    retire_field,
    set_values,
)
from tests.sheets.birds import HABITATS, STATIONS, Names, bird
from tests.sheets.hostile import HOSTILE
from tests.sheets.test_storage import NOW

CHOICES = {"choices": HABITATS}


def made(conn, kind, values, **options):
    """A field of this type with values in the first rows."""
    spec = FieldSpec(caption="某列", type=kind, options=options)
    field = add_field(conn, "bird", spec, NOW, over=bird)
    for key, value in enumerate(values, 1):
        set_values(conn, "bird", "id", key, {field: field.kind.parse(value, field.options)})
    return field


def now(conn, field_id):
    (field,) = [each for each in load_fields(conn, "bird", bird) if each.id == field_id]
    return field


def cells(conn, field_id, number):
    field = now(conn, field_id)
    rows = conn.execute(select(field.column).where(bird.c.id <= number).order_by(bird.c.id))
    return [field.kind.load(value) for value in rows.scalars()]


def write(conn, field_id, key, raw):
    (field,) = hold_fields(conn, [field_id], bird).values()
    set_values(conn, "bird", "id", key, {field: field.kind.parse(raw, field.options)})


CONVERSIONS = [
    ("text", {}, ["3", "3.5", "三", None], "number", {}, [3, 3.5, None, None]),
    ("text", {}, ["￥1,200", "0.005", "x"], "money", {}, [Decimal(1200), None, None]),
    ("text", {}, ["2026/1/2", "去年"], "date", {}, [date(2026, 1, 2), None]),
    ("text", {}, ["2026-1-2 9:30"], "date_time", {}, [datetime(2026, 1, 2, 1, 30, tzinfo=UTC)]),
    ("text", {}, ["是", "√", "也许"], "tick", {}, [True, True, None]),
    ("text", {}, ["树林", "town", "海"], "single_choice", CHOICES, ["wood", "town", None]),
    ("text", {}, ["树林、沼泽", "海"], "multi_choice", CHOICES, [("marsh", "wood"), None]),
    ("text", {}, ["138 1234 5678", "x"], "phone", {}, ["13812345678", None]),
    ("text", {}, ["https://a.cn", "javascript:x"], "link", {}, ["https://a.cn", None]),
    ("text", {}, ["★★★", "9"], "rating", {}, [3, None]),
    ("text", {}, ["12"], "organisation", {}, [None]),
    ("number", {"unit": "米"}, ["3", "3.5", "2.125"], "text", {}, ["3", "3.5", "2.125"]),
    ("number", {}, ["3", "3.5", "2.125"], "money", {}, [Decimal(3), Decimal("3.5"), None]),
    ("number", {}, ["3", "9"], "rating", {}, [3, None]),
    ("money", {"unit": "元"}, ["1234.5"], "number", {}, [1234.5]),
    ("money", {"unit": "元"}, ["1234.5"], "text", {}, ["1234.5"]),
    ("date", {}, ["2026-11-30"], "date_time", {}, [datetime(2026, 11, 29, 16, tzinfo=UTC)]),
    ("date_time", {}, ["2026-11-30 23:30"], "date", {}, [date(2026, 11, 30)]),
    ("date_time", {}, ["2026-11-30 23:30"], "text", {}, ["2026-11-30 23:30"]),
    ("tick", {}, ["是", "否"], "text", {}, ["是", "否"]),
    ("tick", {}, ["是", "否"], "number", {}, [1, 0]),
    ("single_choice", CHOICES, ["wood"], "text", {}, ["树林"]),
    ("single_choice", CHOICES, ["wood"], "multi_choice", {}, [("wood",)]),
    ("multi_choice", CHOICES, ["wood", "wood、town"], "single_choice", {}, ["wood", None]),
    ("multi_choice", CHOICES, ["wood、town"], "text", {}, ["树林、城区"]),
    ("organisation", {}, ["2"], "text", {}, [STATIONS[2]]),
    ("organisation", {}, ["2"], "reference", {"kind": "organisation"}, [2]),
    ("text", {}, ["一二三"], "long_text", {}, ["一二三"]),
]


def test_values_survive_as_the_plan_says_and_come_back(conn):
    for case in CONVERSIONS:  # together, since a database for each would take longer than they do
        with conn.begin_nested() as nested:
            check_conversion(conn, *case)
            nested.rollback()


def check_conversion(conn, kind, options, before, to, wanted, after):
    case = f"{kind} {before} to {to}"
    field = made(conn, kind, before, **options)
    stood = cells(conn, field.id, len(before))
    survive = sum(value is not None for value in after)
    filled = sum(value is not None for value in before)

    plan = plan_conversion(conn, field.id, to, wanted, Names())
    done = convert_field(conn, field.id, to, wanted, NOW, lookup=Names())

    assert (plan.rows, plan.survive, plan.lost) == (filled, survive, filled - survive), case
    assert (done.rows, done.lost, done.undoable) == (filled, filled - survive, True), case
    assert sum(sample.rows for sample in plan.samples) == plan.lost, case
    assert all(sample.shown and sample.reason.endswith("。") for sample in plan.samples), case
    assert now(conn, field.id).type == to
    assert cells(conn, field.id, len(before)) == after, case

    undo_conversion(conn, done.id, NOW, lookup=Names())

    assert now(conn, field.id).type == kind
    assert now(conn, field.id).options == field.options
    assert cells(conn, field.id, len(before)) == stood, case


def test_a_choice_is_made_of_what_is_there(conn):
    field = made(conn, "text", ["好", "差", "好", "一般"])
    plan = plan_conversion(conn, field.id, "single_choice")
    assert {label for _, label in plan.options["choices"]} == {"好", "差", "一般"}
    assert (plan.rows, plan.lost) == (4, 0)
    convert_field(conn, field.id, "single_choice", {}, NOW)
    shown = [now(conn, field.id).show(value, NoNames()) for value in cells(conn, field.id, 4)]
    assert shown == ["好", "差", "好", "一般"]


def test_more_than_fifty_choices_are_the_persons_own_to_list(conn):
    field = made(conn, "text", [f"第 {number} 种" for number in range(51)])
    with pytest.raises(FieldError, match="超过 50 种"):
        plan_conversion(conn, field.id, "multi_choice")


def test_the_plan_names_the_most_frequent_losses_first(conn):
    field = made(conn, "text", ["三"] * 3 + ["四"] + [f"x{n}" for n in range(12)] + ["5"])
    plan = plan_conversion(conn, field.id, "number")
    assert (plan.survive, plan.lost, len(plan.samples)) == (1, 16, 10)
    assert (plan.samples[0].shown, plan.samples[0].rows) == ("三", 3)
    assert plan.samples[0].reason.startswith("请填写数字")


def test_what_was_edited_since_is_turned_back_or_its_old_value_returns(conn):
    field = made(conn, "text", ["3", "三", "5", None, "6", "7"])
    done = convert_field(conn, field.id, "number", {}, NOW)
    write(conn, field.id, 1, "30")  # another number
    write(conn, field.id, 2, "33")  # where nothing had survived
    write(conn, field.id, 3, "")  # emptied
    write(conn, field.id, 4, "44")  # was always blank
    write(conn, field.id, 5, "6")  # as it was
    undo_conversion(conn, done.id, NOW)
    assert cells(conn, field.id, 6) == ["30", "33", None, "44", "6", "7"]

    back = convert_field(conn, field.id, "number", {"max": 50}, NOW)
    again = convert_field(conn, field.id, "text", {}, NOW)
    write(conn, field.id, 1, "不是数字")
    undo_conversion(conn, again.id, NOW)
    assert cells(conn, field.id, 6) == [30, 33, None, 44, 6, 7]
    undo_conversion(conn, back.id, NOW)
    assert cells(conn, field.id, 6) == ["30", "33", None, "44", "6", "7"]


def test_conversions_are_taken_back_in_turn_and_only_once(conn):
    field = made(conn, "text", ["3"])
    first = convert_field(conn, field.id, "number", {}, NOW)
    second = convert_field(conn, field.id, "money", {}, NOW)
    assert [each.undoable for each in conversions_of(conn, field.id)] == [True, False]
    with pytest.raises(FieldError, match="请先撤销最近的一次"):
        undo_conversion(conn, first.id, NOW)
    undo_conversion(conn, second.id, NOW)
    with pytest.raises(FieldError, match="已经撤销过"):
        undo_conversion(conn, second.id, NOW)
    undo_conversion(conn, first.id, NOW)
    assert [each.undone_at for each in conversions_of(conn, field.id)] == [NOW, NOW]
    with pytest.raises(FieldError, match="没有这次转换"):
        undo_conversion(conn, 999, NOW)


def test_the_id_stays_while_columns_change_and_none_is_lost(conn):
    field = made(conn, "text", ["3"])
    convert_field(conn, field.id, "number", {}, NOW)
    columns = {each["name"] for each in inspect(conn).get_columns("bird")}
    assert {field.id, f"{field.id}_1"} <= columns
    assert now(conn, field.id).column.name == f"{field.id}_1"
    with pytest.raises(FieldMovedOn):
        convert_field(conn, field.id, "text", {}, NOW, version=1)


def test_defaults_and_settings_follow_where_they_can(conn):
    spec = FieldSpec(caption="甲", type="text", default="3", required=True, help="说明")
    field = add_field(conn, "bird", spec, NOW, over=bird)
    done = convert_field(conn, field.id, "number", {"unit": "个"}, NOW)
    turned = now(conn, field.id)
    assert (turned.default, turned.required, turned.help) == (3, True, "说明")
    assert turned.options == {"unit": "个"}
    change_field(conn, field.id, FieldChange(default="4"), NOW)
    undo_conversion(conn, done.id, NOW)
    assert now(conn, field.id).default == "3"


IMPOSSIBLE = [
    ("text", "text", "已经是单行文字"),
    ("text", "formula", "不能与别的类型互相转换"),
    ("file", "text", "不能与别的类型互相转换"),
    ("text", "photos", "不能与别的类型互相转换"),
    ("text", "sound", "没有这个字段类型"),
    ("text", "vanished", "不能作为自定义字段"),
]


def test_a_conversion_that_cannot_be_is_refused_with_a_sentence(conn):
    for place, (kind, to, sentence) in enumerate(IMPOSSIBLE):
        field = add_field(conn, "bird", FieldSpec(caption=f"列{place}", type=kind), NOW)
        for attempt in (plan_conversion, convert_field):
            given = (
                (conn, field.id, to)
                if attempt is plan_conversion
                else (conn, field.id, to, {}, NOW)
            )
            with pytest.raises(FieldError, match=sentence):
                attempt(*given)
        assert field_record(conn, field.id).version == 1


def test_a_retired_field_is_not_converted(conn):
    field = made(conn, "text", [])
    retire_field(conn, field.id, NOW)
    with pytest.raises(FieldError, match="已停用"):
        convert_field(conn, field.id, "number", {}, NOW)


def test_hostile_texts_go_there_and_back(conn):
    texts = [text for text in HOSTILE if len(text) < 400][:55]
    field = made(conn, "long_text", texts)
    stood = cells(conn, field.id, len(texts))
    for to, options in (("text", {}), ("number", {}), ("multi_choice", CHOICES)):
        done = convert_field(conn, field.id, to, options, NOW)
        undo_conversion(conn, done.id, NOW)
        assert cells(conn, field.id, len(texts)) == stood


EDITS = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["", "1", "2.5", "7"])), max_size=6)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.lists(st.sampled_from([None, "1", "2.5", "x", "0.001"]), min_size=5, max_size=5),
    edits=EDITS,
)
def test_any_edits_between_a_conversion_and_its_end_are_kept(conn, start, edits):
    with conn.begin_nested() as nested:
        field = made(conn, "text", start)
        done = convert_field(conn, field.id, "money", {}, NOW)
        wanted = dict(enumerate(start, 1))
        held = dict(enumerate(cells(conn, field.id, 5), 1))
        for key, raw in edits:
            write(conn, field.id, key, raw)
            value = Decimal(raw) if raw else None
            if value != held[key] or wanted[key] != start[key - 1]:
                wanted[key] = raw or None
            held[key] = value
        survived = dict(enumerate(start, 1))
        expected = [
            survived[key] if _same(survived[key], held[key]) else wanted[key] for key in range(1, 6)
        ]
        undo_conversion(conn, done.id, NOW)
        assert cells(conn, field.id, 5) == expected
        nested.rollback()


def _same(text, value):
    """Whether this text gives this amount when converted: then the cell counts as untouched."""
    try:
        kept = Decimal(text) if text is not None else None
    except ArithmeticError:
        kept = None
    if kept is not None and kept != kept.quantize(Decimal("0.01")):
        kept = None
    return kept == value
