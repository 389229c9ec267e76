"""The working calendar to begin with: announced years as announced, the next ones assumed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.calendars import SATURDAY, CalendarDay, WorkCalendar, local_date
from app.models import WorkCalendarDay

FIRST_YEAR = 2024
ASSUMED_YEARS = 2
LANGUAGE = "zh_CN"


@dataclass(frozen=True, slots=True)
class SeedDay:
    """One day and where we know it from; unconfirmed where the year's notice is not out yet."""

    day: date
    is_workday: bool
    name: str
    source: str
    confirmed: bool


def last_announced_year() -> int:
    """The last year whose State Council notice the seed knows; it raises beyond."""
    import chinese_calendar

    years: set[int] = {day.year for day in chinese_calendar.constants.holidays}
    return max(years)


def seed_days(today: date) -> Iterator[SeedDay]:
    """Every day from 2024 through the two years after the last announced one, and after today's."""
    announced = last_announced_year()
    last = max(announced, today.year) + ASSUMED_YEARS
    for year in range(FIRST_YEAR, announced + 1):
        yield from _announced(year)
    yield from _assumed(announced + 1, last)


def _days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def _announced(year: int) -> Iterator[SeedDay]:
    import chinese_calendar

    source = f"chinesecalendar {version('chinesecalendar')}"
    chinese = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    for day in _days_of(year):
        is_off, english = chinese_calendar.get_holiday_detail(day)
        name = chinese.get(english, "")
        if name and not is_off:
            name = f"{name}调休上班"
        yield SeedDay(day, not is_off, name, source, confirmed=True)


def _assumed(first: int, last: int) -> Iterator[SeedDay]:
    """Mon-Fri without the statutory days off; make-up days cannot be known yet (§5.3)."""
    import holidays

    years = range(first, last + 1)
    statutory = holidays.country_holidays("CN", years=years, language=LANGUAGE)
    source = f"holidays {version('holidays')}，待国务院通知"
    for year in years:
        for day in _days_of(year):
            name = statutory.get(day, "")
            works = day.weekday() < SATURDAY and not name
            yield SeedDay(day, works, name, source, confirmed=False)


def seeded_calendar(today: date) -> WorkCalendar:
    """The seed as a value, for a command that has no database yet."""
    return WorkCalendar(
        {row.day: CalendarDay(row.is_workday, row.confirmed, row.name) for row in seed_days(today)}
    )


def seed_calendar(session: Session, now: datetime) -> int:
    """Bring the table up to the seed; the number of days written.

    Days that are missing come in, assumed days give way to announced ones; what is confirmed,
    by a notice or by an administrator, stays as it is.
    """
    known = {row.day: row for row in session.scalars(select(WorkCalendarDay))}
    written = 0
    for seed in seed_days(local_date(now)):
        row = known.get(seed.day)
        if row is None:
            session.add(
                WorkCalendarDay(
                    day=seed.day,
                    is_workday=seed.is_workday,
                    name=seed.name,
                    source=seed.source,
                    confirmed=seed.confirmed,
                )
            )
        elif seed.confirmed and not row.confirmed:
            row.is_workday, row.name = seed.is_workday, seed.name
            row.source, row.confirmed = seed.source, True
        else:
            continue
        written += 1
    session.flush()
    return written
