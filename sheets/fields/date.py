"""Date: a day on the local calendar."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Date
from sqlalchemy.types import TypeEngine

from sheets.fields.base import (
    BLANK_CELL,
    NO_OPTIONS,
    ExcelCell,
    FieldError,
    FieldType,
    Lookup,
    Operator,
    Options,
)
from sheets.fields.operators import EMPTY, NOT_EMPTY
from sheets.fields.relative import Span, relative
from sheets.moments import in_range, read_day, to_local
from sheets.sql_days import first_of_month
from sheets.when import When

if TYPE_CHECKING:
    from sheets.catalogue import Field

MONTHS = {"month": "按月"}
ADVICE = "请填写日期，例如 2026-11-30。"


def _between(column: ColumnElement[Any], ends: tuple[dt.date, dt.date]) -> ColumnElement[bool]:
    return column.between(min(ends), max(ends))


def _spanned(column: ColumnElement[Any], span: Span, _when: When) -> ColumnElement[bool]:
    first, last = span
    if first is None:
        return column <= last
    return column == first if first == last else column.between(first, last)


class DateType(FieldType):
    """A day, 1900 to 2200; no options."""

    key = "date"
    label = "日期"
    value_kind = "date"
    control = "date"
    order = ("从早到晚", "从晚到早")
    aggregates = frozenset({"min", "max", "filled"})
    group_parts = MONTHS
    operators = (
        Operator("on", "在 … 当天", 1, lambda column, day: column == day),
        Operator("before", "在 … 之前", 1, lambda column, day: column < day),
        Operator("until", "不晚于", 1, lambda column, day: column <= day),
        Operator("after", "在 … 之后", 1, lambda column, day: column > day),
        Operator("since", "不早于", 1, lambda column, day: column >= day),
        Operator("between", "在 … 之间", 2, _between),
        *relative(_spanned),
        EMPTY,
        NOT_EMPTY,
    )

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> dt.date | None:
        """A day written 2026-11-30, 2026/11/30 or 2026年11月30日."""
        return read_date(raw)

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """The day as 2026-11-30."""
        return "" if value is None else value.isoformat()

    def group_key(self, column: ColumnElement[Any], part: str) -> ColumnElement[Any]:
        """The day, or the first of its month."""
        return first_of_month(column) if part else column

    def show_group(self, value: Any, part: str, field: "Field", context: Lookup) -> str:
        """The day, or its month as 2026-11."""
        shown = self.show(value, field, context)
        return shown.rpartition("-")[0] if part else shown

    def show_operand(self, value: Any, field: "Field", context: Lookup) -> str:
        """The day that was asked for, or the number of days."""
        return str(value)

    def convert(self, value: Any, source: "Field", shown: str, options: Options) -> Any:
        """The local day of an instant."""
        return self.parse(value if isinstance(value, dt.date) else shown, options)

    def from_json(self, kept: Any) -> Any:
        """The day again."""
        return None if kept is None else dt.date.fromisoformat(kept)

    def sql_type(self) -> TypeEngine[Any]:
        """A date column."""
        return Date()

    def excel_cell(self, value: Any, field: "Field", context: Lookup) -> ExcelCell:
        """A real date."""
        return BLANK_CELL if value is None else ExcelCell("date", value, "yyyy-mm-dd")


def read_date(raw: object) -> dt.date | None:
    """The local day that a text, a date or an instant means; None when blank."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, dt.datetime):
        day = in_range((to_local(raw) if raw.tzinfo else raw).date())
    elif isinstance(raw, dt.date):
        day = in_range(raw)
    else:
        day = read_day(str(raw)[:40])
    if day is None:
        raise FieldError(ADVICE)
    return day
