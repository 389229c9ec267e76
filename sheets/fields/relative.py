"""Dates told from today: this week, the last 7 days, due within 3 working days."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from sheets.fields.base import FieldError, Operator, Options
from sheets.when import When

MOST_DAYS, MOST_WORKDAYS = 3_660, 500
DAY, WEEK = timedelta(days=1), timedelta(days=7)
DECEMBER = 12

Span = tuple[date | None, date | None]  # the first and the last day, both in it; None is open
Spanned = Callable[[ColumnElement[Any], Span, When], ColumnElement[bool]]


def read_count(most: int) -> Callable[[str, Options], int]:
    """A reader of a whole number from 1 to ``most``; raises FieldError."""

    def read(raw: str, _options: Options) -> int:
        text = raw.strip()
        number = int(text) if re.fullmatch("[0-9]{1,4}", text) else 0
        if not 1 <= number <= most:
            raise FieldError(f"请填写 1 到 {most} 之间的整数。")
        return number

    return read


def _day(days: int) -> Callable[[When, Any], Span]:
    def span(when: When, _operand: Any) -> Span:
        day = when.today + days * DAY
        return day, day

    return span


def _week(weeks: int) -> Callable[[When, Any], Span]:
    def span(when: When, _operand: Any) -> Span:
        monday = when.today - when.today.weekday() * DAY + weeks * WEEK
        return monday, monday + WEEK - DAY

    return span


def _month(months: int) -> Callable[[When, Any], Span]:
    def span(when: When, _operand: Any) -> Span:
        first, following = (_first_of_month(when.today, months + more) for more in (0, 1))
        return first, following - DAY

    return span


def _first_of_month(day: date, later: int) -> date:
    months = day.year * DECEMBER + day.month - 1 + later
    return date(months // DECEMBER, months % DECEMBER + 1, 1)


def _year(when: When, _operand: Any) -> Span:
    return date(when.today.year, 1, 1), date(when.today.year, DECEMBER, 31)


def _past(when: When, days: Any) -> Span:
    return when.today - (days - 1) * DAY, when.today


def _next(when: When, days: Any) -> Span:
    return when.today, when.today + (days - 1) * DAY


def _due_within(when: When, workdays: Any) -> Span:
    return when.today, when.add_workdays(when.today, workdays)


def _overdue_by(when: When, workdays: Any) -> Span:
    return None, when.workdays_ago(workdays)


def _before(when: When, _operand: Any) -> Span:
    return None, when.today - DAY


SPANS: tuple[tuple[str, str, int, Callable[[When, Any], Span]], ...] = (
    ("today", "在今天", 0, _day(0)),
    ("yesterday", "在昨天", 0, _day(-1)),
    ("tomorrow", "在明天", 0, _day(1)),
    ("this_week", "在本周", 0, _week(0)),
    ("last_week", "在上周", 0, _week(-1)),
    ("next_week", "在下周", 0, _week(1)),
    ("this_month", "在本月", 0, _month(0)),
    ("last_month", "在上月", 0, _month(-1)),
    ("next_month", "在下月", 0, _month(1)),
    ("this_year", "在今年", 0, _year),
    ("past_days", "在最近 … 天内（含今天）", MOST_DAYS, _past),
    ("next_days", "在今后 … 天内（含今天）", MOST_DAYS, _next),
    ("due_within_workdays", "… 个工作日内到期", MOST_WORKDAYS, _due_within),
    ("overdue_by_workdays", "已超过 … 个工作日", MOST_WORKDAYS, _overdue_by),
    ("before_today", "早于今天", 0, _before),
)


def relative(spanned: Spanned, due: Spanned | None = None) -> tuple[Operator, ...]:
    """The operators told from today; ``spanned`` makes SQL of a span of local days.

    ``due`` does so for what is still to come, where that ends within a day.
    """

    def made(key: str, phrase: str, most: int, span: Callable[[When, Any], Span]) -> Operator:
        rendered = due if due is not None and key == "due_within_workdays" else spanned
        plain = Operator(key, phrase, int(most > 0), _without_today)
        if most:
            plain = replace(plain, read=read_count(most))
        return replace(
            plain,
            told=lambda column, operand, when: rendered(column, span(when, operand), when),
        )

    return tuple(made(*each) for each in SPANS)


def _without_today(_column: ColumnElement[Any], _operand: Any) -> ColumnElement[bool]:
    raise ValueError("this comparison is told from today: use Operator.told")
