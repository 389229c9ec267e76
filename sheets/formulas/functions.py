"""The functions of formulas: their names, what they take, and what they become."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, literal

from sheets.fields.around import FormulaContext
from sheets.formulas import words
from sheets.formulas.tree import FormulaError
from sheets.formulas.typed import (
    Kind,
    Span,
    Typed,
    alike,
    as_kind,
    as_text,
    joined_span,
    known_day,
)
from sheets.formulas.workday_words import MOST_STEPS, workdays_between, workdays_later

MANY = 30
MOST_LETTERS, MOST_DAYS, MOST_DECIMALS = 100_000, 110_000, 6
Build = Callable[["Given"], Typed]


@dataclass(frozen=True, slots=True)
class Given:
    """A call with its checked operands."""

    place: int
    name: str
    operands: Sequence[Typed]
    context: FormulaContext

    @property
    def size(self) -> int:
        """How much SQL the operands are, and the call itself."""
        return 1 + sum(each.size for each in self.operands)

    def of(self, at: int, kind: Kind) -> Typed:
        """An operand as this kind."""
        return as_kind(self.operands[at], kind, f"“{self.name}”的第 {at + 1} 项")

    def made(self, kind: Kind, sql: ColumnElement[Any], **more: Any) -> Typed:
        """What comes of it."""
        return Typed(kind, sql, self.place, self.size, **more).within()

    def whole(self, at: int, least: int, most: int, *, strict: bool = False) -> ColumnElement[Any]:
        """A number operand as a whole number of SQL."""
        value = self.of(at, "number")
        if isinstance(value.known, float) and least <= value.known <= most:
            return literal(int(value.known), Integer())
        return words.whole(least, most, strict=strict)(value.sql)


@dataclass(frozen=True, slots=True)
class Function:
    """A function by its two names; ``hint`` is how it is written."""

    name: str
    english: str
    fewest: int
    most: int
    build: Build
    hint: str


def _if(given: Given) -> Typed:
    condition = given.of(0, "boolean")
    kind, results = alike(list(given.operands[1:]), f"“{given.name}”的两种结果")
    rest = results[1].sql if len(results) > 1 else None
    return _chosen(given, kind, [(condition.sql, results[0].sql)], rest, results)


def _ifs(given: Given) -> Typed:
    pairs, rest = divmod(len(given.operands), 2)
    conditions = [given.of(2 * at, "boolean").sql for at in range(pairs)]
    raw = [given.operands[2 * at + 1] for at in range(pairs)]
    kind, results = alike([*raw, *given.operands[2 * pairs :]], f"“{given.name}”的各种结果")
    whens = [(each, result.sql) for each, result in zip(conditions, results, strict=False)]
    return _chosen(given, kind, whens, results[-1].sql if rest else None, results)


def _chosen(
    given: Given,
    kind: Kind,
    whens: list[tuple[ColumnElement[Any], ColumnElement[Any]]],
    rest: ColumnElement[Any] | None,
    results: list[Typed],
) -> Typed:
    longest = max(each.length for each in results)
    return given.made(kind, case(*whens, else_=rest), span=joined_span(results), length=longest)


def _truths(word: type[Any]) -> Build:
    def build(given: Given) -> Typed:
        sql = given.of(0, "boolean").sql
        for at in range(1, len(given.operands)):
            sql = word(sql, given.of(at, "boolean").sql)
        return given.made("boolean", sql)

    return build


def _not(given: Given) -> Typed:
    return given.made("boolean", words.not_so(given.of(0, "boolean").sql))


def _is_blank(given: Given) -> Typed:
    return given.made("boolean", words.is_blank(_filled(given.operands[0])))


def _coalesce(given: Given) -> Typed:
    kind, values = alike(list(given.operands), f"“{given.name}”的各项")
    longest = max(each.length for each in values)
    sql = func.coalesce(*(_filled(each) for each in values), type_=values[0].sql.type)
    return given.made(kind, sql, span=joined_span(values), length=longest)


def _filled(value: Typed) -> ColumnElement[Any]:
    return words.filled_text(value.sql) if value.kind == "text" else value.sql


def _round(given: Given) -> Typed:
    value = given.of(0, "number")
    decimals = given.of(1, "number").known if len(given.operands) > 1 else 0.0
    if not isinstance(decimals, float) or decimals not in range(MOST_DECIMALS + 1):
        place = given.operands[1].place
        raise FormulaError(place, f"小数位数请直接写 0 到 {MOST_DECIMALS} 之间的整数。")
    factor = literal(10.0**decimals, words.NUMBER)
    least = max(value.span.least, -decimals)
    span = Span(min(least, value.span.most), max(value.span.most, -decimals) + 1)
    return given.made("number", words.rounded(value.sql, factor), span=span)


def _abs(given: Given) -> Typed:
    value = given.of(0, "number")
    return given.made("number", words.absolute(value.sql), span=value.span)


def _furthest(sign: str) -> Build:
    def build(given: Given) -> Typed:
        kind, values = alike(list(given.operands), f"“{given.name}”的各项")
        if kind not in {"number", "date", "instant"}:
            raise FormulaError(given.operands[0].place, f"“{given.name}”只能比较数字或日期。")
        sql = values[0].sql
        for value in values[1:]:
            sql = words.furthest(kind, sign)(sql, value.sql)
        return given.made(kind, sql, span=joined_span(values))

    return build


def _len(given: Given) -> Typed:
    return given.made("number", words.length(given.of(0, "text").sql), span=Span(0, 7))


def _left(given: Given) -> Typed:
    text, count = given.of(0, "text"), given.whole(1, 0, MOST_LETTERS)
    sql = words.part(text.sql, literal(1, Integer()), count)
    return given.made("text", sql, length=text.length)


def _right(given: Given) -> Typed:
    text, count = given.of(0, "text"), given.whole(1, 0, MOST_LETTERS)
    return given.made("text", words.right(text.sql, count), length=text.length)


def _mid(given: Given) -> Typed:
    text, first = given.of(0, "text"), given.whole(1, 1, MOST_LETTERS)
    sql = words.part(text.sql, first, given.whole(2, 0, MOST_LETTERS))
    return given.made("text", sql, length=text.length)


def _contains(given: Given) -> Typed:
    from sheets.sql_words import place_of

    found = place_of(given.of(0, "text").sql, given.of(1, "text").sql)
    return given.made("boolean", words.compared(">", text=False)(found, literal(0, Integer())))


def _substitute(given: Given) -> Typed:
    text, old, new = (given.of(at, "text") for at in range(3))
    sql = words.replaced(text.sql, old.sql, new.sql)
    return given.made("text", sql, length=text.length * max(new.length, 1))


def _trim(given: Given) -> Typed:
    text = given.of(0, "text")
    return given.made("text", words.trimmed(text.sql), length=text.length)


def _text(given: Given) -> Typed:
    told = as_text(given.operands[0])
    return given.made("text", told.sql, length=told.length)


def _today(given: Given) -> Typed:
    today = given.context.today
    if today is None:
        return given.made("date", words.database_today())
    return known_day(given.place, today)


def _unit(unit: str, letter: str) -> Build:
    def build(given: Given) -> Typed:
        sql = words.part_of_day(unit, letter)(given.of(0, "date").sql)
        return given.made("number", sql, span=Span(0, 4))

    return build


def _days(given: Given) -> Typed:
    sql = words.days_between(given.of(0, "date").sql, given.of(1, "date").sql)
    return given.made("number", sql, span=Span(0, 6))


def _add_days(given: Given) -> Typed:
    number = given.whole(1, -MOST_DAYS, MOST_DAYS, strict=True)
    return given.made("date", words.days_later(given.of(0, "date").sql, number))


def _workdays(given: Given) -> Typed:
    between = workdays_between(given.context.calendar)
    sql = between(given.of(0, "date").sql, given.of(1, "date").sql)
    return given.made("number", sql, span=Span(0, 6))


def _add_workdays(given: Given) -> Typed:
    number = given.whole(1, -MOST_STEPS, MOST_STEPS, strict=True)
    later = workdays_later(given.context.calendar)
    return given.made("date", later(given.of(0, "date").sql, number))


FUNCTIONS: tuple[Function, ...] = (
    Function("如果", "IF", 2, 3, _if, "如果(条件, 结果, 否则)"),
    Function("多条件", "IFS", 2, MANY, _ifs, "多条件(条件1, 结果1, 条件2, 结果2, …, 其余)"),
    Function("且", "AND", 1, MANY, _truths(words.both), "且(条件1, 条件2, …)"),
    Function("或", "OR", 1, MANY, _truths(words.either), "或(条件1, 条件2, …)"),
    Function("非", "NOT", 1, 1, _not, "非(条件)"),
    Function("为空", "ISBLANK", 1, 1, _is_blank, "为空(内容)"),
    Function("取首个", "COALESCE", 1, MANY, _coalesce, "取首个(内容1, 内容2, …) 第一个不为空的"),
    Function("取整", "ROUND", 1, 2, _round, "取整(数字, 小数位数)"),
    Function("绝对值", "ABS", 1, 1, _abs, "绝对值(数字)"),
    Function("最大", "MAX", 1, MANY, _furthest(">="), "最大(数字1, 数字2, …)"),
    Function("最小", "MIN", 1, MANY, _furthest("<="), "最小(数字1, 数字2, …)"),
    Function("长度", "LEN", 1, 1, _len, "长度(文字)"),
    Function("左", "LEFT", 2, 2, _left, "左(文字, 几个字)"),
    Function("右", "RIGHT", 2, 2, _right, "右(文字, 几个字)"),
    Function("截取", "MID", 3, 3, _mid, "截取(文字, 从第几个字, 几个字)"),
    Function("包含", "CONTAINS", 2, 2, _contains, "包含(文字, 要找的文字)"),
    Function("替换", "SUBSTITUTE", 3, 3, _substitute, "替换(文字, 旧文字, 新文字)"),
    Function("去空格", "TRIM", 1, 1, _trim, "去空格(文字)"),
    Function("文本", "TEXT", 1, 1, _text, "文本(数字或日期)"),
    Function("今天", "TODAY", 0, 0, _today, "今天()"),
    Function("年", "YEAR", 1, 1, _unit("year", "Y"), "年(日期)"),
    Function("月", "MONTH", 1, 1, _unit("month", "m"), "月(日期)"),
    Function("日", "DAY", 1, 1, _unit("day", "d"), "日(日期)"),
    Function("相隔天数", "DAYS", 2, 2, _days, "相隔天数(从哪天, 到哪天)"),
    Function("加天数", "ADDDAYS", 2, 2, _add_days, "加天数(日期, 天数)"),
    Function("工作日数", "WORKDAYS", 2, 2, _workdays, "工作日数(从哪天, 到哪天) 不含第一天"),
    Function("加工作日", "ADDWORKDAYS", 2, 2, _add_workdays, "加工作日(日期, 工作日数)"),
)
BY_NAME = {name: each for each in FUNCTIONS for name in (each.name, each.english)}
