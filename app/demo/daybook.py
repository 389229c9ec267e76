"""Working days and office hours around a `now`, for stories that never reach into the future."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = time(8, 10), time(17, 20)
WAKES, RESTS = time(7), time(21, 50)  # urgent things happen outside office hours, too
_WEEKEND = 5
_MARGIN = timedelta(minutes=3)


def monday_to_friday(day: date) -> bool:
    """The plainest calendar; the loader hands in the city's."""
    return day.weekday() < _WEEKEND


@dataclass(frozen=True, slots=True)
class Daybook:
    """`now` (aware) and which days are worked."""

    now: datetime
    is_workday: Callable[[date], bool]

    @property
    def today(self) -> date:
        """The date in the city."""
        return self.now.astimezone(LOCAL).date()

    def back(self, day: date, workdays: int) -> date:
        """The working day after which `workdays` working days pass up to and including `day`."""
        left = workdays
        while left > 0 or not self.is_workday(day):
            left -= self.is_workday(day)
            day -= timedelta(days=1)
        return day

    def on(self, day: date, workdays: int) -> date:
        """The `workdays`-th working day after a day; the day itself for 0."""
        while workdays > 0:
            day += timedelta(days=1)
            workdays -= self.is_workday(day)
        return day

    def latest(self, margin_minutes: int = 90) -> date:
        """The last working day on which something can have happened in office hours already."""
        local = self.now.astimezone(LOCAL)
        opened = datetime.combine(local.date(), OPENS, tzinfo=LOCAL)
        enough = local - opened > timedelta(minutes=margin_minutes)
        if self.is_workday(local.date()) and enough:
            return local.date()
        return self.back(local.date() - timedelta(days=1), 0)

    def recent(self, hours: float) -> datetime:
        """About so many hours before now (UTC), but not in the middle of the night."""
        at = (self.now - timedelta(hours=hours)).astimezone(LOCAL)
        if at.time() < WAKES:
            at = datetime.combine(at.date() - timedelta(days=1), RESTS, tzinfo=LOCAL)
        elif at.time() > RESTS:
            at = datetime.combine(at.date(), RESTS, tzinfo=LOCAL)
        return at.astimezone(UTC) - timedelta(minutes=round(hours * 7) % 50, seconds=13)

    def moment(self, rng: random.Random, day: date, after: datetime | None = None) -> datetime:
        """A time in office hours of that day (UTC), later than `after`.

        Where the day has no room left behind `after`, the next morning that is worked.
        """
        start = datetime.combine(day, OPENS, tzinfo=LOCAL)
        if after is not None:
            start = max(start, after.astimezone(LOCAL) + timedelta(minutes=rng.randint(12, 45)))
        end = datetime.combine(day, CLOSES, tzinfo=LOCAL)
        end = min(end, self.now.astimezone(LOCAL) - _MARGIN) if self.now > start else end
        if start >= end:
            if after is None or end >= datetime.combine(day, CLOSES, tzinfo=LOCAL):
                return self.moment(rng, self.on(start.date(), 1), after)
            return start.astimezone(UTC)  # may lie ahead of now; the caller then begins earlier
        room = int((end - start).total_seconds())
        share = rng.random() ** 1.3 if after is not None else rng.random()
        return (start + timedelta(seconds=int(room * share))).astimezone(UTC)
