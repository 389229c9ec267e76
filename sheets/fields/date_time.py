"""Date and time: an instant, kept in UTC, read and shown on a Chinese clock."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, DateTime, Dialect, and_
from sqlalchemy.types import TypeDecorator, TypeEngine

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
from sheets.fields.date import MONTHS, read_date
from sheets.fields.operators import EMPTY, NOT_EMPTY
from sheets.fields.relative import Span, relative
from sheets.moments import LOCAL, day_start, in_range, next_day, read_instant, to_local
from sheets.sql_days import first_of_month, local_day
from sheets.when import When

if TYPE_CHECKING:
    from sheets.catalogue import Field

SHOWN = len("2026-11-30 09:30")
ADVICE = "请填写日期和时间，例如 2026-11-30 09:30。"


class Instant(TypeDecorator[dt.datetime]):
    """An aware instant in UTC; SQLite, which keeps no zone, gets it without."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """To UTC; a naive instant is a programming error (ValueError)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value!r}")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Back as an aware instant."""
        return None if value is None else aware(value)


def aware(value: dt.datetime) -> dt.datetime:
    """The instant in UTC, a naive one taken as UTC already."""
    if value.tzinfo is dt.UTC:
        return value
    return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def read_operand(raw: str, _options: Options) -> dt.date | None:
    """Instants are compared by local day."""
    return read_date(raw)


def _before(column: ColumnElement[Any], day: dt.date) -> ColumnElement[bool]:
    return column < day_start(day)


def _until(column: ColumnElement[Any], day: dt.date) -> ColumnElement[bool]:
    return column < day_start(next_day(day))


def _after(column: ColumnElement[Any], day: dt.date) -> ColumnElement[bool]:
    return column >= day_start(next_day(day))


def _since(column: ColumnElement[Any], day: dt.date) -> ColumnElement[bool]:
    return column >= day_start(day)


def _on(column: ColumnElement[Any], day: dt.date) -> ColumnElement[bool]:
    return and_(_since(column, day), _until(column, day))


def _between(column: ColumnElement[Any], ends: tuple[dt.date, dt.date]) -> ColumnElement[bool]:
    return and_(_since(column, min(ends)), _until(column, max(ends)))


def _spanned(column: ColumnElement[Any], span: Span, _when: When) -> ColumnElement[bool]:
    first, last = span
    ends = [] if first is None else [_since(column, first)]
    return and_(*ends, *([] if last is None else [_until(column, last)]))


def _due(column: ColumnElement[Any], span: Span, when: When) -> ColumnElement[bool]:
    """Still to come: what ran out earlier today is overdue, not due."""
    spanned = _spanned(column, span, when)
    return spanned if when.now is None else and_(column >= when.now, spanned)


class DateTimeType(FieldType):
    """An instant to the minute; filters compare the local day."""

    key = "date_time"
    label = "日期和时间"
    value_kind = "instant"
    control = "datetime-local"
    order = ("从早到晚", "从晚到早")
    aggregates = frozenset({"min", "max", "filled"})
    group_parts = MONTHS
    operators = (
        Operator("on", "在 … 当天", 1, _on, read_operand),
        Operator("before", "在 … 之前", 1, _before, read_operand),
        Operator("until", "不晚于", 1, _until, read_operand),
        Operator("after", "在 … 之后", 1, _after, read_operand),
        Operator("since", "不早于", 1, _since, read_operand),
        Operator("between", "在 … 之间", 2, _between, read_operand),
        *relative(_spanned, _due),
        EMPTY,
        NOT_EMPTY,
    )

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> dt.datetime | None:
        """An instant in UTC; a text or datetime without a zone is local time."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        if isinstance(raw, dt.datetime):
            instant = raw if raw.tzinfo else raw.replace(tzinfo=LOCAL)
            if in_range(instant.date()) is None:
                raise FieldError(ADVICE)
            return instant.astimezone(dt.UTC)
        read = read_instant(str(raw)[:40])
        if read is None:
            raise FieldError(ADVICE)
        return read

    def load(self, value: Any) -> Any:
        """Aware, whatever the database kept."""
        return aware(value) if isinstance(value, dt.datetime) else value

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """Local time as 2026-11-30 09:30."""
        return "" if value is None else to_local(value).isoformat(" ", "minutes")[:SHOWN]

    def group_key(self, column: ColumnElement[Any], part: str) -> ColumnElement[Any]:
        """The local day, since every instant would be a group of its own, or its month."""
        day = local_day(column)
        return first_of_month(day) if part else day

    def load_group(self, value: Any) -> Any:
        """The day."""
        return value

    def show_group(self, value: Any, part: str, field: "Field", context: Lookup) -> str:
        """The day as 2026-11-30, or its month as 2026-11."""
        shown = "" if value is None else str(value)
        return shown.rpartition("-")[0] if part else shown

    def show_operand(self, value: Any, field: "Field", context: Lookup) -> str:
        """The day that was asked for, or the number of days."""
        return str(value)

    def from_json(self, kept: Any) -> Any:
        """The instant again."""
        return None if kept is None else aware(dt.datetime.fromisoformat(kept))

    def sql_type(self) -> TypeEngine[Any]:
        """An instant with zone where the database has such."""
        return Instant()

    def excel_cell(self, value: Any, field: "Field", context: Lookup) -> ExcelCell:
        """A real date and time on the local clock, since Excel knows no zones."""
        if value is None:
            return BLANK_CELL
        local = to_local(value).replace(tzinfo=None)
        return ExcelCell("date_time", local, "yyyy-mm-dd hh:mm")
