"""Formulas: what they give on both databases, and what they refuse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from sheets.fields import FieldError, NoNames, field_type
from sheets.formulas import FUNCTIONS, shown_formula, stored_formula
from tests.sheets.birds import ROWS, SHEET, bird
from tests.sheets.formulas import CALENDAR, compiled, surroundings
from tests.sheets.hostile import HOSTILE, naughty


@pytest.fixture
def around(conn):
    """What a formula over the birds may name."""
    return surroundings(conn)


def shown(conn, around, text, key):
    made = compiled(around, text)
    kind = field_type(made.type)
    value = kind.load(conn.execute(select(made.column).where(bird.c.id == key)).scalar())
    return kind.show(value, SHEET.field("eggs"), NoNames())


# Bird 1: 喜鹊, 2.5 g, 1 egg, seen on 2026-10-02, in the wood, not rare, ring CN-001.
# Bird 3: Robin, no weight, 3 eggs, in the marsh.  Bird 4: no note.  Bird 5: no habitat, no ring.
VALUES = [
    ("1 + 2 * 3", 1, "7"),
    ("(1 + 2) * 3", 1, "9"),
    ("-2 * -3", 1, "6"),
    ("2 - 3 - 4", 1, "-5"),
    ("0.1 + 0.2", 1, "0.30000000000000004"),
    ("7 / 2", 1, "3.5"),
    ("{卵数} / 2", 1, "0.5"),
    ("{卵数} / ({卵数} - 1)", 1, ""),
    ("7 % 3", 1, "1"),
    ("-7 % 3", 1, "2"),
    ("7 % 0", 1, ""),
    ("{体重} * 2", 1, "5"),
    ("{体重} * 2", 3, ""),
    ("１ ＋ ２ × ３ ÷ ６", 1, "2"),
    ("取整(2.675, 2)", 1, "2.68"),
    ("ROUND(-2.5)", 1, "-3"),
    ("取整(2.5, 0)", 1, "3"),
    ("取整({体重}, 0)", 3, ""),
    ("绝对值(0 - {体重})", 1, "2.5"),
    ("MAX(1, {卵数}, 3)", 1, "3"),
    ("最小(1, {体重})", 3, ""),
    ("最大({见到日期}, 今天())", 1, "2026-11-22"),
    ("{鸟名} & “-” & {体重}", 1, "喜鹊-2.5"),
    ("{鸟名} & {体重} & {见到日期}", 3, "Robin2026-10-04"),
    ('"说""好""" & 1', 1, '说"好"1'),
    ("长度({鸟名})", 1, "2"),
    ("左({鸟名}, 1) & 右({鸟名}, 1)", 1, "喜鹊"),
    ("左({鸟名}, 0)", 1, ""),
    ("右({鸟名}, 99)", 1, "喜鹊"),
    ("左({鸟名}, -1)", 1, ""),
    ("截取({鸟名}, 2, 3)", 3, "obi"),
    ("截取({鸟名}, {卵数} * 100, 3)", 3, ""),
    ("包含({鸟名}, “鹊”)", 1, "是"),
    ("CONTAINS({鸟名}, “robin”)", 3, "否"),
    ("替换({鸟名}, “鹊”, “事”)", 1, "喜事"),
    ("去空格(“ 　两 个　 ”)", 1, "两 个"),
    ("文本(1 / 3)", 1, "0.333333"),
    ("文本(1234567.5)", 1, "1234567.5"),
    ("文本(-0.5) & 文本(100) & 文本(0)", 1, "-0.51000"),
    ("文本(123456789012345 * 100)", 1, ""),
    ("文本({出壳时间})", 1, "2026-09-02"),
    ("如果({卵数} > 2, “多”, “少”)", 1, "少"),
    ("如果({卵数} > 2, “多”)", 1, ""),
    ("如果({体重} > 2, 1, 0)", 3, "0"),
    ("多条件({卵数} > 4, “多”, {卵数} > 2, “中”, “少”)", 3, "中"),
    ("多条件({卵数} > 4, “多”)", 3, ""),
    ("且({卵数} > 0, {卵数} < 2)", 1, "是"),
    ("AND({卵数} > 0, {体重} > 0)", 3, ""),
    ("或({卵数} > 0, {体重} > 0)", 3, "是"),
    ("非({珍稀})", 1, "是"),
    ("非({珍稀})", 5, ""),
    ("true = {珍稀}", 1, "否"),
    ("为空({体重})", 3, "是"),
    ("为空(左({鸟名}, 0))", 1, "是"),
    ("ISBLANK({环号})", 1, "否"),
    ("取首个({体重}, {卵数})", 3, "3"),
    ("取首个({环号}, “没有”)", 5, "没有"),
    ("{生境}", 1, "树林"),
    ("{生境} = “沼泽”", 3, "是"),
    ("{鸟名} < “喜”", 3, "是"),
    ("“B” < “a”", 1, "是"),
    ("{鸟名} <> “喜鹊”", 1, "否"),
    ("{珍稀}", 1, "否"),
    ("{出壳时间}", 1, "2026-09-02 06:30"),
    ("今天()", 1, "2026-11-22"),
    ("年({见到日期}) * 10000 + 月({见到日期}) * 100 + 日({见到日期})", 1, "20261002"),
    ("日({出壳时间})", 1, "2"),
    ("相隔天数({见到日期}, 今天())", 1, "51"),
    ("相隔天数(今天(), “2026-11-20”)", 1, "-2"),
    ("加天数({见到日期}, 30)", 1, "2026-11-01"),
    ("加天数({见到日期}, -{卵数})", 1, "2026-10-01"),
    ("加天数({见到日期}, 1.9)", 1, "2026-10-03"),
    ("加天数({见到日期}, 109999)", 1, ""),
    ("加天数({见到日期}, {卵数} * 9999999)", 1, ""),
    ("工作日数(“2026-09-30”, “2026-10-12”)", 1, "4"),
    ("工作日数(“2026-10-12”, “2026-09-30”)", 1, "-4"),
    ("工作日数({见到日期}, {见到日期})", 1, "0"),
    ("加工作日(“2026-09-30”, 3)", 1, "2026-10-10"),
    ("加工作日(“2026-10-08”, -1)", 1, "2026-09-30"),
    ("加工作日({见到日期}, 0)", 1, "2026-10-02"),
    ("加工作日({见到日期}, {卵数} * 5000)", 1, ""),
    ("{见到日期} >= “2026-10-02”", 1, "是"),
    ("{出壳时间} = “2026-09-02”", 1, "是"),
    ("{见到日期} > {出壳时间}", 1, "是"),
    ("如果(真, {见到日期}, {出壳时间})", 1, "2026-10-02"),
]


def test_formulas_give_these_values_on_both_databases(conn, around):
    for text, key, expected in VALUES:
        assert shown(conn, around, text, key) == expected, text


ERRORS = [
    ("", "第 1 个字：请填写公式"),
    ("1 +", "第 4 个字：公式没有写完"),
    ("1 2", "第 3 个字：这里不该是“2”"),
    ("(1 + 2", "第 1 个字：这里的括号没有收尾"),
    ("1 + 2)", "第 6 个字：这里多了一个右括号"),
    ("“没有收尾", "第 1 个字：这里的引号没有收尾"),
    ("{卵数", "第 1 个字：这里的花括号没有收尾"),
    ("{ }", "第 1 个字：请在花括号里写字段名"),
    ("1 + {没有}", "第 5 个字：没有“没有”这个字段"),
    ("卵数 + 1", "第 1 个字：不认识“卵数”；字段请写成 {字段名}"),
    ("删除(1)", "第 1 个字：没有“删除”这个函数"),
    ("__import__(“os”)", "第 1 个字：没有“__import__”这个函数"),
    ("如果(1)", "第 1 个字：“如果”要写成 如果(条件, 结果, 否则)"),
    ("如果(1, 2, 3)", "第 4 个字：“如果”的第 1 项要用是非，这里是数字"),
    ("如果(真, 1, “a”)", "第 10 个字：“如果”的两种结果要是同一种内容，这里有数字和文字"),
    ("{鸟名} + 1", "第 1 个字：“+”的两边要用数字，这里是文字"),
    ("{鸟名} > 1", "第 8 个字：比较的两边要是同一种内容"),
    ("{鸟名} = “”", "第 6 个字：判断是否为空请用 为空(…)"),
    ("1 < 2 < 3", "第 7 个字：不能连写两个比较"),
    ("真 > 假", "第 3 个字：是非不能比较大小"),
    ("年(“去年”)", "第 3 个字：“年”的第 1 项要用日期，这里是文字"),
    ("取整(1, {卵数})", "第 7 个字：小数位数请直接写 0 到 6"),
    ("最大(“a”, “b”)", "第 4 个字：“最大”只能比较数字或日期"),
    ("{照片} + 1", "第 1 个字：“照片”是照片，不能用在公式里"),
    ("{观测站}", "第 1 个字：“观测站”是单位，不能用在公式里"),
    ("真 & 1", "第 1 个字：拼接要用日期，这里是是非"),
    ("1 ; DROP", "第 3 个字：这里不该是"),
    ("1 $ 2", "第 3 个字：公式里不能用“$”"),
    ("1,2", "第 2 个字：这里不该是"),
    ("1234567890123456", "第 1 个字：数字最多 15 位"),
    ("“" + "长" * 201 + "”", "第 1 个字：引号里的文字最多 200 个字"),
    ("1" + " " * 2_000 + "+ 1", "公式最长 2000 个字"),
    ("(" * 40 + "1" + ")" * 40, "最多嵌套 30 层"),
    ("+".join(["1"] * 400), "公式太长"),
    ("*".join(["{卵数}"] * 20), "连乘或连除太多"),
    ("替换(替换({鸟名}, “a”, “" + "b" * 150 + "”), “b”, “cc”)", "文字可能变得太长"),
]


def test_what_cannot_be_is_refused_with_a_sentence_that_names_the_place(around):
    for text, sentence in ERRORS:
        with pytest.raises(FieldError) as refusal:
            compiled(around, text)
        assert sentence in refusal.value.sentence, text


def test_captions_are_kept_as_ids_and_shown_again(around):
    captions = around.captions()
    stored = stored_formula("如果({ 卵数 } > 2, {鸟名}, “{卵数}”)", captions)
    assert stored == "如果({eggs} > 2, {name}, “{卵数}”)"
    assert shown_formula(stored, captions) == "如果({卵数} > 2, {鸟名}, “{卵数}”)"
    twice = {**captions, "f_7": "卵数", "f_8": "左}右", "f_9": "name"}
    with pytest.raises(FieldError, match="有 2 个字段都叫“卵数”"):
        stored_formula("{卵数}", twice)
    kept = "{eggs} + {f_7} + {f_8} + {f_9}"
    assert shown_formula(kept, twice) == kept
    assert stored_formula(kept, twice) == kept
    assert shown_formula("{broken", captions) == "{broken"


def test_every_function_has_two_names_a_hint_and_a_value_in_the_table():
    for function in FUNCTIONS:
        assert function.hint.startswith(f"{function.name}(")
        names = (f"{function.name}(", f"{function.english}(")
        assert any(name in text for text, *_ in VALUES for name in names), function.name


def test_working_days_agree_with_a_plain_count_on_every_day_around_a_holiday(conn, around):
    start = date(2026, 9, 20)
    days = [start + timedelta(days=n) for n in range(0, 30, 2)]
    column = SHEET.field("seen_on").column
    between = compiled(around, "工作日数({见到日期}, “2026-10-05”)").column
    later = [compiled(around, f"加工作日({{见到日期}}, {n})").column for n in (-7, -1, 1, 3, 8)]
    for key, day in enumerate(days, 1):
        conn.execute(bird.update().where(bird.c.id == key).values(seen_on=day))
    rows = conn.execute(select(column, between, *later).where(bird.c.id <= len(days)))
    for day, number, *found in rows:
        assert number == plain_workdays(day, date(2026, 10, 5)), day
        assert found == [plain_later(day, n) for n in (-7, -1, 1, 3, 8)], day


def is_worked(day):
    return CALENDAR.get(day, day.weekday() < 5)


def plain_workdays(first, last):
    low, high, sign = (first, last, 1) if first <= last else (last, first, -1)
    steps = range(1, (high - low).days + 1)
    return sign * sum(is_worked(low + timedelta(days=n)) for n in steps)


def plain_later(day, number):
    step = timedelta(days=1 if number > 0 else -1)
    left = abs(number)
    while left:
        day += step
        left -= is_worked(day)
    return day


def test_hostile_formulas_are_refused_or_only_computed(conn, around):
    computed = []
    for text in [*HOSTILE, *naughty()]:
        quoted = text.replace('"', '""')
        for formula in (text, f"{{{text}}}", f'"{quoted}" & {{鸟名}}', f"如果({text}, 1)"):
            try:
                made = compiled(around, formula)
            except FieldError:
                continue
            computed.append(made.column)
    for start in range(0, len(computed), 50):
        conn.execute(select(*computed[start : start + 50]).where(bird.c.id <= 2)).all()
    assert conn.execute(select(bird.c.id)).all() == [(row["id"],) for row in ROWS]
