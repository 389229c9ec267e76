"""The working calendar as a value: which days count, and whether that is announced or assumed."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
WEEK, WORKDAYS_OF_IT = 7, 5
WORK_SLOTS = ((time(8), time(12)), (time(14), time(18)))


def local_date(at: datetime) -> date:
    """The date in the city at an aware instant."""
    return at.astimezone(LOCAL).date()


@lru_cache(maxsize=4096)
def start_of(day: date) -> datetime:
    """The first instant of a local day."""
    return datetime.combine(day, time.min, tzinfo=LOCAL)


@lru_cache(maxsize=4096)
def end_of(day: date, cutoff: str = "23:59") -> datetime:
    """The last second of a local day: `cutoff` is HH:MM, its whole minute still counts."""
    hours, minutes = (int(part) for part in cutoff.split(":"))
    return datetime.combine(day, time(hours, minutes, 59), tzinfo=LOCAL)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One row of the working calendar."""

    is_workday: bool
    confirmed: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days by date. A date the table does not hold counts as Mon-Fri, unconfirmed (§5.3)."""

    days: Mapping[date, CalendarDay] = field(default_factory=dict)
    # Ordinals of the days that differ from Mon-Fri, and how many workdays more there were till then
    _odd: list[int] = field(default_factory=list, init=False, repr=False, compare=False)
    _more: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note what makes a count differ from that of plain weeks."""
        more = 0
        for day in sorted(self.days):
            if self.days[day].is_workday != (day.weekday() < SATURDAY):
                more += 1 if self.days[day].is_workday else -1
                self._odd.append(day.toordinal())
                self._more.append(more)

    def day(self, day: date) -> CalendarDay:
        """The row of a date, assumed where none was announced."""
        known = self.days.get(day)
        return known or CalendarDay(is_workday=day.weekday() < SATURDAY, confirmed=False)

    def add_workdays(self, start: date, count: int) -> tuple[date, bool]:
        """The `count`-th working day after `start` (start itself not counted, Civil Code art. 201).

        Returns the date and whether an unconfirmed day was touched on the way.
        """
        day, left, provisional = start, count, False
        while left > 0:
            day += timedelta(days=1)
            row = self.day(day)
            provisional = provisional or not row.confirmed
            left -= row.is_workday
        return day, provisional

    def workdays_between(self, after: date, through: date) -> int:
        """Working days strictly after `after`, up to and including `through`; 0 if reversed."""
        if through <= after:
            return 0
        return self._workdays_until(through.toordinal()) - self._workdays_until(after.toordinal())

    def _workdays_until(self, ordinal: int) -> int:
        """Since the Monday with which ordinals begin."""
        weeks, rest = divmod(ordinal, WEEK)
        passed = bisect_right(self._odd, ordinal)
        return (
            weeks * WORKDAYS_OF_IT
            + min(rest, WORKDAYS_OF_IT)
            + (self._more[passed - 1] if passed else 0)
        )

    def add_work_minutes(self, start: datetime, minutes: int) -> tuple[datetime, bool]:
        """The instant at which `minutes` inside the work slots have passed since `start`."""
        at, left, provisional = start.astimezone(LOCAL), minutes, False
        while True:
            row = self.day(at.date())
            provisional = provisional or not row.confirmed
            for opens, closes in WORK_SLOTS if row.is_workday else ():
                begin = max(at, datetime.combine(at.date(), opens, tzinfo=LOCAL))
                end = datetime.combine(at.date(), closes, tzinfo=LOCAL)
                room = int((end - begin).total_seconds() // 60)
                if room >= left and begin < end:
                    return begin + timedelta(minutes=left), provisional
                left -= max(room, 0)
            at = start_of(at.date() + timedelta(days=1))

    def work_minutes_between(self, start: datetime, end: datetime) -> int:
        """Minutes inside the work slots between two instants."""
        first, last = start.astimezone(LOCAL), end.astimezone(LOCAL)
        total = 0
        for offset in range((last.date() - first.date()).days + 1):
            day = first.date() + timedelta(days=offset)
            if not self.day(day).is_workday:
                continue
            for opens, closes in WORK_SLOTS:
                begin = max(first, datetime.combine(day, opens, tzinfo=LOCAL))
                stop = min(last, datetime.combine(day, closes, tzinfo=LOCAL))
                total += max(int((stop - begin).total_seconds() // 60), 0)
        return total


@dataclass(frozen=True, slots=True)
class RememberingCalendar(WorkCalendar):
    """A calendar that counts each stretch once, for many problems that share their days."""

    added: dict[tuple[date, int], tuple[date, bool]] = field(default_factory=dict)
    between: dict[tuple[date, date], int] = field(default_factory=dict)

    def add_workdays(self, start: date, count: int) -> tuple[date, bool]:
        """As the calendar itself."""
        key = (start, count)
        if key not in self.added:
            self.added[key] = WorkCalendar.add_workdays(self, start, count)
        return self.added[key]

    def workdays_between(self, after: date, through: date) -> int:
        """As the calendar itself."""
        key = (after, through)
        if key not in self.between:
            self.between[key] = WorkCalendar.workdays_between(self, after, through)
        return self.between[key]
