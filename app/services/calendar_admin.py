"""The working calendar in the hands of an administrator: a year to look at, days to change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.calendars import SATURDAY, local_date
from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.models import WorkCalendarDay

LONGEST_SPAN = 31  # days changed at once
LONGEST_NAME = 50
EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the calendar; `assumed` counts the days nobody has announced."""

    number: int
    days: tuple[WorkCalendarDay, ...]
    years: tuple[int, ...]

    @property
    def work_days(self) -> int:
        """How many days of it are working days."""
        return sum(day.is_workday for day in self.days)

    @property
    def assumed(self) -> int:
        """How many days are 暂定."""
        return sum(not day.confirmed for day in self.days)


def year_of(session: Session, number: int) -> Year:
    """All days of a year that the calendar holds, and which years it holds."""
    days = session.scalars(
        select(WorkCalendarDay)
        .where(WorkCalendarDay.day.between(date(number, 1, 1), date(number, 12, 31)))
        .order_by(WorkCalendarDay.day)
    )
    first, last = session.execute(
        select(func.min(WorkCalendarDay.day), func.max(WorkCalendarDay.day))
    ).one()
    years = tuple(range(first.year, last.year + 1)) if first else ()
    return Year(number, tuple(days), years)


def is_unusual(day: WorkCalendarDay) -> bool:
    """A day off in the week, or a working day at its end."""
    return day.is_workday != (day.day.weekday() < SATURDAY)


def set_days(
    session: Session,
    actor: Actor,
    now: datetime,
    first: date | None,
    last: date | None,
    *,
    is_workday: bool,
    name: str,
) -> int:
    """Make every day from the first to the last a working day or a day off, as announced.

    Gives the number of days; due dates that were given already stay. Raises Invalid.
    """
    days = _span(first, last)
    if len(name) > LONGEST_NAME:
        raise _wrong("name", f"名称最多 {LONGEST_NAME} 个字，请删减。")
    for day in days:
        row = session.get(WorkCalendarDay, day)
        if row is None:
            row = WorkCalendarDay(day=day)
            session.add(row)
        row.is_workday, row.name, row.confirmed = is_workday, name, True
        row.source = _source(actor, now)
    session.flush()
    session.info.pop("calendar", None)
    return len(days)


def confirm_year(session: Session, actor: Actor, now: datetime, number: int) -> int:
    """Take the whole year as announced; gives the number of days that were 暂定."""
    rows = session.scalars(
        select(WorkCalendarDay).where(
            WorkCalendarDay.day.between(date(number, 1, 1), date(number, 12, 31)),
            WorkCalendarDay.confirmed.is_(False),
        )
    )
    count = 0
    for row in rows:
        row.confirmed, row.source = True, _source(actor, now)
        count += 1
    session.flush()
    session.info.pop("calendar", None)
    return count


def _span(first: date | None, last: date | None) -> Sequence[date]:
    if first is None:
        raise _wrong("first_day", "请填写日期，例如 2027-02-06。")
    end = last or first
    if end < first:
        raise _wrong("last_day", "结束日期早于开始日期，请改正。")
    if not EARLIEST <= first.year <= end.year <= LATEST:
        raise _wrong("first_day", f"请填写 {EARLIEST} 年到 {LATEST} 年之间的日期。")
    count = (end - first).days + 1
    if count > LONGEST_SPAN:
        raise _wrong("last_day", f"一次最多改 {LONGEST_SPAN} 天，请分几次填写。")
    return [first + timedelta(days=offset) for offset in range(count)]


def _source(actor: Actor, now: datetime) -> str:
    return f"{actor.name} {local_date(now).isoformat()}"[:50]


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid("calendar.wrong", sentence, fields={field: sentence})
