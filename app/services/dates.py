"""Periods people ask for: by name, or from a day to a day, checked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.refusals import Invalid

LONGEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Period:
    """From a local day to a local day, both counted."""

    first: date
    last: date

    def __str__(self) -> str:
        """As it stands in titles and sentences."""
        if self.first == self.last:
            return f"{self.first:%Y-%m-%d}"
        return f"{self.first:%Y-%m-%d} 至 {self.last:%Y-%m-%d}"


def day_after(day: date) -> date:
    """The next day."""
    return day + timedelta(days=1)


def day_before(day: date) -> Period:
    """The day before."""
    yesterday = day - timedelta(days=1)
    return Period(yesterday, yesterday)


def this_week(day: date) -> Period:
    """From Monday to this day."""
    return Period(day - timedelta(days=day.weekday()), day)


def this_month(day: date) -> Period:
    """From the 1st to this day."""
    return Period(day.replace(day=1), day)


def month_before(day: date) -> Period:
    """The whole month before."""
    last = day.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


PRESETS: dict[str, tuple[str, Callable[[date], Period]]] = {
    "today": ("今天", lambda day: Period(day, day)),
    "yesterday": ("昨天", day_before),
    "week": ("本周", this_week),
    "month": ("本月", this_month),
    "last_month": ("上月", month_before),
}


def preset(name: str, today: date) -> Period:
    """The period of this name; Invalid where there is none."""
    try:
        return PRESETS[name][1](today)
    except KeyError:
        raise Invalid(
            "period.unknown", "请选择统计时段。", fields={"period": "请选择统计时段。"}
        ) from None


def checked(first: date | None, last: date | None, today: date) -> Period:
    """The period between two days; Invalid says at which of the two what is wrong."""
    if first is None:
        raise _wrong("period_from", "请填写开始日期，例如 2026-11-01。")
    if last is None:
        raise _wrong("period_to", "请填写结束日期，例如 2026-11-30。")
    if first > today:
        raise _wrong("period_from", f"开始日期不能晚于今天（{today:%Y-%m-%d}）。")
    if last > today:
        raise _wrong(
            "period_to", f"结束日期不能晚于今天（{today:%Y-%m-%d}），以后的问题还没有销号。"
        )
    if first > last:
        raise _wrong("period_to", "结束日期早于开始日期，请对调或改正。")
    days = (last - first).days + 1
    if days > LONGEST_DAYS:
        raise _wrong("period_to", f"一次最多 {LONGEST_DAYS} 天，现在是 {days} 天，请分几次制作。")
    return Period(first, last)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid("period.wrong", sentence, fields={field: sentence})
