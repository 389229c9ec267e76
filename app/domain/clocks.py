"""Clocks: what a limit is, how much of it is used up, and when it is due (§2.4, §5.4)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.calendars import LOCAL, WorkCalendar, end_of, local_date
from app.domain.rules import ReturnClock, Rules

RETURN_FLOOR_MINUTES = 60  # an hour limit sent back with nothing left still leaves an hour to act


class LimitUnit(StrEnum):
    """The four kinds of limit (§1.6)."""

    WORK_DAY = "work_day"
    WORK_HOUR = "work_hour"
    NATURAL_DAY = "natural_day"
    URGENT_HOUR = "urgent_hour"

    @property
    def label(self) -> str:
        """The word after the figure."""
        return {
            "work_day": "个工作日",
            "work_hour": "个工作小时",
            "natural_day": "天",
            "urgent_hour": "小时",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a unit."""

    amount: int
    unit: LimitUnit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.label}"


@dataclass(frozen=True, slots=True)
class Due:
    """When a clock runs out, and whether an unannounced day was counted (暂定)."""

    at: datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit with what is used of it.

    `consumed` counts days for day limits and minutes for hour limits, up to `since`;
    the clock runs from `since`, and stands still while `paused_at` is set. The due
    instant is always derived, never stored as the truth.
    """

    limit: Limit
    since: datetime
    consumed: int = 0
    paused_at: datetime | None = None

    def due(self, calendar: WorkCalendar, cutoff: str = "23:59") -> Due:
        """When what is left runs out if the clock goes on from `since`."""
        amount, unit = self.limit.amount, self.limit.unit
        if unit is LimitUnit.WORK_DAY:
            day, provisional = calendar.add_workdays(local_date(self.since), amount - self.consumed)
            return Due(end_of(day, cutoff), provisional)
        if unit is LimitUnit.NATURAL_DAY:
            day = local_date(self.since) + timedelta(days=amount - self.consumed)
            return Due(end_of(day, cutoff))
        minutes = amount * 60 - self.consumed
        if unit is LimitUnit.WORK_HOUR:
            return Due(*calendar.add_work_minutes(self.since, minutes))
        return Due(self.since.astimezone(LOCAL) + timedelta(minutes=minutes))

    def used_by(self, at: datetime, calendar: WorkCalendar) -> int:
        """Days or minutes used up at an instant."""
        unit = self.limit.unit
        if unit is LimitUnit.WORK_DAY:
            spent = calendar.workdays_between(local_date(self.since), local_date(at))
        elif unit is LimitUnit.NATURAL_DAY:
            spent = (local_date(at) - local_date(self.since)).days
        elif unit is LimitUnit.WORK_HOUR:
            spent = calendar.work_minutes_between(self.since, at)
        else:
            spent = int((at - self.since).total_seconds() // 60)
        return self.consumed + max(spent, 0)

    def pause(self, at: datetime) -> "Clock":
        """Stand still from `at` on."""
        return replace(self, paused_at=at)

    def resume(self, at: datetime, calendar: WorkCalendar, mode: ReturnClock = "pause") -> "Clock":
        """Go on after a send-back: the time since the pause is not the unit's (§2.4, A4).

        A day limit never ends before the end of the next working day, an hour limit
        never within the hour.
        """
        if self.paused_at is None or mode == "keep":
            return replace(self, paused_at=None)
        if mode == "restart":
            return Clock(self.limit, since=at)
        by_days = self.limit.unit in {LimitUnit.WORK_DAY, LimitUnit.NATURAL_DAY}
        ceiling = (
            self.limit.amount - 1 if by_days else self.limit.amount * 60 - RETURN_FLOOR_MINUTES
        )
        used = min(self.used_by(self.paused_at, calendar), ceiling)
        return Clock(self.limit, since=at, consumed=used)

    def extended(self, amount: int) -> "Clock":
        """The same clock with more to spend (T19)."""
        return replace(self, limit=Limit(self.limit.amount + amount, self.limit.unit))


def expired_on(day: date) -> Clock:
    """A clock that ran out at the end of `day`: what a lapsed deferral leaves (T16e)."""
    noon = end_of(day, "12:00")
    return Clock(Limit(0, LimitUnit.WORK_DAY), since=noon)


class Light(StrEnum):
    """The colour of a clock (§2.4); the words beside it always say the same."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock as a person reads it: 剩 2 个工作日 (到 10月11日)."""

    light: Light
    text: str
    due_text: str = ""
    provisional: bool = False
    closed: bool = False  # the clock has ended for good, not only for now


def read_clock(
    due: Due, *, by_hours: bool, now: datetime, calendar: WorkCalendar, rules: Rules
) -> Reading:
    """What a running clock says at `now`; days for day limits, hours for hour limits."""
    local_due, today = due.at.astimezone(LOCAL), local_date(now)
    year = f"{local_due.year}年" if local_due.year != today.year else ""
    day_text = f"到 {year}{local_due.month}月{local_due.day}日"
    if by_hours:
        minutes = int((due.at - now).total_seconds() // 60)
        light = Light.RED if minutes < 0 else Light.YELLOW if minutes < 120 else Light.GREEN  # noqa: PLR2004 two hours
        hours, rest = divmod(abs(minutes), 60)
        words = f"{hours} 小时 {rest} 分" if hours else f"{rest} 分钟"
        text = f"{'剩' if minutes >= 0 else '超期'} {words}"
        return Reading(light, text, f"{day_text} {local_due:%H:%M}", due.provisional)
    if now > due.at:
        late = calendar.workdays_between(local_due.date(), today)
        return Reading(
            Light.RED, f"超期 {late} 个工作日" if late else "已超期", day_text, due.provisional
        )
    left = calendar.workdays_between(today, local_due.date())
    light = Light.YELLOW if left <= rules.yellow_work_days else Light.GREEN
    text = f"剩 {left} 个工作日" if left else "今天到期"
    return Reading(light, text, day_text, due.provisional)
