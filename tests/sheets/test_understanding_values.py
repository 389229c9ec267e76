"""Values as offices write them, and what is said when one had to be guessed."""

from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets.reading.book import Value
from sheets.understanding.choices import Choices
from sheets.understanding.values.base import Read
from sheets.understanding.values.coordinates import (
    datum_in,
    gcj02,
    read_degrees,
    read_position,
    to_wgs84,
)
from sheets.understanding.values.dates import read_date
from sheets.understanding.values.plain import read_number, read_phone, read_text, read_tick
from tests.sheets.understood import PLACES

FIFTH = date(2026, 3, 5)
MIDNIGHT = datetime.combine(FIFTH, time())


@pytest.mark.parametrize(
    "written",
    [
        "2026年3月5日",
        "2026.3.5",
        "2026/3/5",
        "2026-03-05",
        "2026-3-5日",
        "20260305",
        20260305,
        "二〇二六年三月五日",
        "二零二六年三月五日",
        "2026 年 3 月 5 日",
        "２０２６．３．５",
        "截至2026年3月5日",
        "2026年3月5日（星期四）",
        "2026年3月5日前",
        "2026年3月5日前完成",
        "2026/3/5 0:00:00",
        MIDNIGHT,
        FIFTH,
    ],
)
def test_a_day_is_read_in_every_style(written: Value) -> None:
    assert read_date(written, 2020) == (FIFTH, "")


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [
        ("2026/3/5 14:30", 14, 30),
        ("2026年3月5日14时30分", 14, 30),
        ("2026年3月5日下午2:30", 14, 30),
        ("2026年3月5日 下午3点半", 15, 30),
        ("2026年3月5日上午9时", 9, 0),
        ("2026-03-05T09:13:00", 9, 13),
        ("2026-03-05T01:13:00Z", 9, 13),
        (MIDNIGHT.replace(hour=9, minute=13), 9, 13),
    ],
)
def test_a_time_is_kept_where_there_is_one(written: Value, hour: int, minute: int) -> None:
    assert read_date(written, 2026) == (MIDNIGHT.replace(hour=hour, minute=minute), "")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("3/5", FIFTH),
        ("3月5日", FIFTH),
        ("3月5日前", FIFTH),
        ("3.5", FIFTH),
        ("限3月5日前整改到位", FIFTH),
        ("三月五日", FIFTH),
        ("26.3.5", FIFTH),
        ("3/5/2026", FIFTH),
        (46086, FIFTH),
        ("46086", FIFTH),
        ("3月底", date(2026, 3, 31)),
        ("2006-3-5", date(2006, 3, 5)),
    ],
)
def test_a_guessed_day_says_so(written: Value, day: date) -> None:
    value, why = read_date(written, 2026)
    assert value == day
    assert why.endswith("请核对。")


@pytest.mark.parametrize(
    "written", ["5日", "2026年3月", "2026-2-30", "2026.3.5-3.8", "当日", "尽快", 3.5, True]
)
def test_what_is_no_day_is_not_guessed(written: Value) -> None:
    value, why = read_date(written, 2026)
    assert value is None
    assert why.endswith("。")


@settings(max_examples=60)
@given(
    st.dates(date(2015, 1, 1), date(2035, 12, 31)),
    st.sampled_from(["%Y年{m}月{d}日", "%Y.{m}.{d}", "%Y/{m}/{d}", "%Y-%m-%d", "%Y%m%d"]),
)
def test_a_written_day_is_read_back(day: date, style: str) -> None:
    written = day.strftime(style).replace("{m}", str(day.month)).replace("{d}", str(day.day))
    assert read_date(written, 2025) == (day, "")


@pytest.mark.parametrize("nothing", [None, "", " ", "无", "/", "-", "——", "暂无", "\u3000"])
def test_words_for_nothing_are_blank(nothing: Value) -> None:
    assert read_date(nothing, 2026) == (None, "")
    assert read_text(nothing) == (None, "")
    assert read_position(nothing) == (None, "")


@pytest.mark.parametrize(
    ("written", "number", "sure"),
    [
        (3.0, 3, True),
        ("1,234.5", 1234.5, True),
        ("１２处", 12, True),
        ("2万", 20000, True),
        ("约 3 处", 3, False),
        ("30余张", 30, False),
        ("三处", 3, False),
        ("3-5", None, False),
        ("若干", None, False),
    ],
)
def test_numbers(written: Value, number: float | None, sure: bool) -> None:
    value, why = read_number(written)
    assert (value, not why) == (number, sure)


@pytest.mark.parametrize(
    ("written", "phone", "sure"),
    [
        (13800002913.0, "13800002913", True),
        ("138-0000-2913", "13800002913", True),
        ("+86 13800002913", "13800002913", True),
        ("(024)52651234", "024-52651234", True),
        ("13800002913/13900002222", "13800002913", False),
        ("见附件", None, False),
    ],
)
def test_phones(written: Value, phone: str | None, sure: bool) -> None:
    value, why = read_phone(written)
    assert (value, not why) == (phone, sure)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        *[(sign, True) for sign in ("√", "✓", "是", "已", 1, True)],
        *[(sign, False) for sign in ("×", "否", "未", "0")],
        *[(sign, None) for sign in ("", "大概")],
    ],
)
def test_ticks(written: Value, said: bool | None) -> None:
    assert read_tick(written).value is said


@pytest.mark.parametrize(
    "written",
    ["123.905663,41.863283", "41.863283，123.905663", "东经123.905663 北纬41.863283"],
)
def test_a_position_is_read_whichever_angle_stands_first(written: str) -> None:
    assert read_position(written).value == (41.863283, 123.905663)


def test_degrees_minutes_and_seconds_become_decimal() -> None:
    assert read_degrees("41°51′47.8″", latitude=True).value == pytest.approx(41.8632778)
    assert read_degrees("123度54分", latitude=False).value == pytest.approx(123.9)


def test_angles_outside_china_are_not_taken() -> None:
    assert read_degrees(223.9, latitude=False).value is None
    assert read_degrees("路口", latitude=True).why
    assert read_degrees("-123.9", latitude=False) == Read(
        None, "-123.9 不在我国的经度范围内，请核对。"
    )
    assert read_position("123.9-41.8").value == (41.8, 123.9)


def test_gcj02_lies_where_it_was_measured() -> None:
    lat, lng = gcj02(41.8797, 123.9572)
    assert (round(lat, 6), round(lng, 6)) == (41.881856, 123.962976)


@settings(max_examples=30)
@given(st.floats(20, 50), st.floats(80, 130))
def test_gcj02_is_undone_to_the_decimetre(lat: float, lng: float) -> None:
    back = to_wgs84(*gcj02(lat, lng), "GCJ02")
    assert back == pytest.approx((lat, lng), abs=1e-6)


@pytest.mark.parametrize(
    ("words", "datum"),
    [("经度（高德）", "GCJ02"), ("GCJ-02", "GCJ02"), ("百度坐标", "BD09"), ("经度", "")],
)
def test_a_datum_is_only_what_is_written(words: str, datum: str) -> None:
    assert datum_in(words) == datum


@pytest.mark.parametrize(
    "written",
    ["站前街道", "站前", "站前街", "站前办事处", "站前街道办事处", "站前街道办", "新抚区站前街道"],
)
def test_a_street_is_found_by_the_rules_of_suffixes(written: str) -> None:
    found = PLACES.find(written, "street")
    assert found.place is not None
    assert (found.place.name, found.guessed) == ("站前街道", False)


def test_a_stem_of_two_levels_is_told_apart_by_the_level() -> None:
    district, street = PLACES.find("新抚", "district"), PLACES.find("新抚", "street")
    assert [one.place and one.place.name for one in (district, street)] == ["新抚区", "新抚街道"]


def test_a_street_of_another_district_is_pointed_out() -> None:
    found = PLACES.find("站前街道", "street", {"district": "东洲区"})
    assert found.guessed
    assert "新抚区" in found.why


def test_an_unknown_street_is_not_taken() -> None:
    found = PLACES.find("月亮街道", "street")
    assert found.place is None
    assert "月亮街道" in found.why


@pytest.mark.parametrize(
    ("written", "option", "guessed"),
    [
        ("已完成", "done", False),
        (" 已 完成 ", "done", False),
        ("已完成整治", "done", True),
        ("未完成", "open", False),
        ("尚未完成", None, False),
        ("另行研究", None, False),
    ],
)
def test_an_option_is_found_but_not_where_it_is_denied(
    written: str, option: str | None, guessed: bool
) -> None:
    found = Choices({"done": ("已完成", "完成"), "open": ("未完成",)}).find(written)
    if written == "尚未完成":
        assert found.option != "done"
    else:
        assert (found.option, found.guessed) == (option, guessed)
