"""Types of fields: what they take in, what they refuse and with which words, how they show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import column

from sheets import fields
from sheets.catalogue import Field
from sheets.fields import FieldError, NoNames, field_type, field_types
from sheets.query import Row
from sheets.showing import NameCache, excel_rows
from tests.sheets.birds import HABITATS, SHEET, Names

CHOICE = {"choices": HABITATS}
INSTANT = datetime(2026, 11, 30, 1, 30, tzinfo=UTC)


def field(kind, options):
    return Field("x", "某列", kind, column("x", field_type("text").sql_type()), options)


TAKEN = [
    ("text", {}, "  两 个\t词\r\n ", "两 个 词", "两 个 词"),
    ("text", {}, "a\x00b\x07", "ab", "ab"),
    ("text", {}, " \x00 ", None, ""),
    ("text", {}, "长" * 500, "长" * 500, "长" * 500),
    ("text", {}, 12, "12", "12"),
    ("long_text", {}, " 一\r\n二\x00\n ", "一\n二", "一\n二"),
    ("long_text", {}, "长" * 40_000, "长" * 40_000, "长" * 40_000),
    ("number", {}, "3", 3, "3"),
    ("number", {}, "３．５０", 3.5, "3.5"),
    ("number", {}, "-1,234.5", -1234.5, "-1234.5"),
    ("number", {}, 2.0, 2, "2"),
    ("number", {}, "999999999999999", 999999999999999, "999999999999999"),
    ("number", {}, 0.0000001, 1e-07, "0.0000001"),
    ("number", {"decimals": 2, "unit": "米"}, "1.5", 1.5, "1.50 米"),
    ("date", {}, "2026年11月30日", date(2026, 11, 30), "2026-11-30"),
    ("date", {}, " 2026/11/3 ", date(2026, 11, 3), "2026-11-03"),
    ("date", {}, datetime(2026, 11, 30, 17, 0, tzinfo=UTC), date(2026, 12, 1), "2026-12-01"),
    ("date_time", {}, "2026-11-30 09:30", INSTANT, "2026-11-30 09:30"),
    ("date_time", {}, "2026-11-30T09:30:00", INSTANT, "2026-11-30 09:30"),
    ("date_time", {}, "2026-11-30T01:30:00Z", INSTANT, "2026-11-30 09:30"),
    ("date_time", {}, "2026-11-30T10:30+09:00", INSTANT, "2026-11-30 09:30"),
    ("date_time", {}, "2026年11月30日 9:30", INSTANT, "2026-11-30 09:30"),
    ("date_time", {}, INSTANT, INSTANT, "2026-11-30 09:30"),
    ("date_time", {}, "2026-11-30", datetime(2026, 11, 29, 16, tzinfo=UTC), "2026-11-30 00:00"),
    ("single_choice", CHOICE, "wood", "wood", "树林"),
    ("single_choice", CHOICE, " 树林 ", "wood", "树林"),
    ("tick", {}, "on", True, "是"),
    ("tick", {}, "否", False, "否"),
    ("tick", {}, False, False, "否"),
    ("tick", {}, "", None, ""),
    ("organisation", {}, "12", 12, "#12"),
    ("person", {}, 7, 7, "#7"),
    ("reference", {"kind": "nest"}, "2147483647", 2147483647, "#2147483647"),
    ("photos", {}, "", None, ""),
]

REFUSED = [
    ("text", {}, "长" * 501, "最多 500 个字，现在有 501 个，请删减后再保存。"),
    ("text", {"max_length": 2}, "三个字", "最多 2 个字，现在有 3 个，请删减后再保存。"),
    ("long_text", {}, "长" * 40_001, "最多 40000 个字，现在有 40001 个，请删减后再保存。"),
    ("number", {}, "三", "请填写数字，例如 12 或 3.5（至多 15 位）。"),
    ("number", {}, True, "请填写数字。"),
    ("number", {}, "1234567890123456", "请填写不超过 15 位的数字。"),
    ("number", {}, 10**15, "请填写不超过 15 位的数字。"),
    ("number", {}, float("nan"), "请填写不超过 15 位的数字。"),
    ("number", {"min": 0}, "-1", "请填写不小于 0 的数。"),
    ("number", {"max": 2.5}, "3", "请填写不大于 2.5 的数。"),
    ("date", {}, "2026-02-30", "请填写日期，例如 2026-11-30。"),
    ("date", {}, date(1899, 12, 31), "请填写日期，例如 2026-11-30。"),
    ("date_time", {}, "2026-11-30 25:00", "请填写日期和时间，例如 2026-11-30 09:30。"),
    ("date_time", {}, "9999-12-31T23:59-12:00", "请填写日期和时间，例如 2026-11-30 09:30。"),
    ("date_time", {}, datetime(1, 1, 1, tzinfo=UTC), "请填写日期和时间，例如 2026-11-30 09:30。"),
    ("single_choice", CHOICE, "海", "没有“海”这个选项，请从这些中选择：沼泽、树林、城区。"),
    ("tick", {}, "也许", "请填“是”或“否”。"),
    ("organisation", {}, "0", "请从列表中选择单位。"),
    ("person", {}, "2147483648", "请从列表中选择人员。"),
    ("reference", {}, True, "请从列表中选择关联。"),
    ("photos", {}, "a.jpg", "照片请用上传的方式添加。"),
]


@pytest.mark.parametrize(("kind", "options", "raw", "value", "shown"), TAKEN)
def test_a_value_is_taken_in_and_shown(kind, options, raw, value, shown):
    of = field(kind, options)
    assert of.parse(raw) == value
    assert type(of.parse(raw)) is type(value)
    assert of.show(value, NoNames()) == shown
    assert of.parse(of.parse(raw)) == value


@pytest.mark.parametrize(("kind", "options", "raw", "sentence"), REFUSED)
def test_what_a_type_cannot_take_is_refused_with_what_to_do(kind, options, raw, sentence):
    with pytest.raises(FieldError) as refusal:
        field(kind, options).parse(raw)
    assert refusal.value.sentence == f"某列：{sentence}"


def test_every_type_has_a_file_a_label_and_operators_with_phrases():
    folder = Path(fields.__file__).parent
    for key, kind in field_types().items():
        assert (folder / f"{key}.py").exists()
        assert kind.label
        assert len(kind.order) == 2
        for operator in kind.operators:
            assert operator.phrase
            assert operator.arity in {-1, 0, 1, 2}
    labels = [kind.label for kind in field_types().values()]
    assert len(set(labels)) == len(labels)


def test_a_new_file_is_a_new_type(tmp_path, monkeypatch):
    (tmp_path / "sound.py").write_text(
        "from sheets.fields.text import TextType\n\n\n"
        "class SoundType(TextType):\n    key = 'sound'\n    label = '声音'\n"
    )
    field_types.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(fields, "__path__", [*fields.__path__, str(tmp_path)])
        assert field_type("sound").label == "声音"
    field_types.cache_clear()
    with pytest.raises(FieldError, match="没有这个字段类型"):
        field_type("sound")


def test_a_field_with_an_odd_id_or_type_does_not_start():
    for odd in ("", "名", "a.b", "A", "1a", "a" * 61):
        with pytest.raises(ValueError, match="cannot be the id"):
            Field(odd, "某列", "text", SHEET.key)
    with pytest.raises(FieldError):
        Field("x", "某列", "sound", SHEET.key)
    with pytest.raises(ValueError, match="two fields of one id"):
        SHEET.with_fields([SHEET.field("name")])


def test_names_of_rows_are_asked_for_once_a_kind():
    rows = [Row(n, {"station": 1 + n % 2, "ringer": None}) for n in range(20)]
    names = Names()
    sheet = SHEET.only(["station", "ringer"])
    cache = NameCache(names)
    cache.prepare(sheet, rows)
    shown = list(excel_rows(sheet, rows, cache))
    assert [each["station"].value for each in shown[:2]] == ["站前街道", "河口观测站"]
    assert names.asked == [("organisation", frozenset({1, 2}))]
    cache = NameCache(names)
    assert cache.names("organisation", [1]) == cache.names("organisation", [1])
    assert len(names.asked) == 2


def test_a_choice_no_longer_listed_and_an_enumeration_still_show():
    from enum import Enum

    habitat = SHEET.field("habitat")
    wood = Enum("Wood", {"ONE": "wood"}).ONE
    assert habitat.show("sea", NoNames()) == "sea"
    assert habitat.kind.load(wood) == "wood"
    assert habitat.parse(wood) == "wood"
