"""The rows of a sheet by the day they are due: a month, how many each day has, its first ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.domain.calendars import CalendarDay, local_date
from app.models import Problem
from app.services.lists.pages import ListRow
from app.services.tables.kinds import list_rows
from app.services.tables.state import Asked
from app.services.world import load_calendar
from sheets.catalogue import Field
from sheets.query import GroupTerm, group_summaries
from sheets.query.filtering import filtered

DAY_FIELD = "due_at"
DAYS = frozenset({"date", "date_time"})
FIRST = 3  # rows named on each day
SUNDAY, WEEK, DECEMBER = 6, 7, 12
FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar's sheet; `within` the month that is shown."""

    day: date
    within: bool
    is_today: bool
    calendar: CalendarDay
    number: int
    rows: list[ListRow]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in whole weeks from Monday; `total` rows fall on its own days."""

    first: date
    field: Field
    weeks: list[list[Day]]
    total: int


def day_field(state: Asked, asked: str) -> Field | None:
    """The date a calendar goes by: the one asked for, else the due date."""
    fields = state.opened.sheet.by_id
    for field_id in (asked, DAY_FIELD):
        field = fields.get(field_id)
        if field is not None and field.type in DAYS:
            return field
    return None


def month_asked(raw: str, today: date) -> date:
    """The first day of the month of 2026-11 or 2026-11-30; this month for anything else."""
    parts = raw.strip().split("-")
    numbers = [int(part) for part in parts[:2] if part.isascii() and part.isdigit() and part]
    if len(numbers) != 2 or not all(len(part) <= len("2026") for part in parts[:2]):  # noqa: PLR2004
        return today.replace(day=1)
    year, month = numbers
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= DECEMBER):
        return today.replace(day=1)
    return date(year, month, 1)


def month_after(first: date, months: int) -> date:
    """The first day of a month so many months later, or earlier."""
    number = first.year * DECEMBER + first.month - 1 + months
    return date(number // DECEMBER, number % DECEMBER + 1, 1)


def month_of(session: Session, now: datetime, state: Asked, field: Field, first: date) -> Month:
    """The month with the rows of the query on their days."""
    start = first - timedelta(days=first.weekday())
    end = month_after(first, 1) - timedelta(days=1)
    end += timedelta(days=SUNDAY - end.weekday())
    span = _between(state, field, start, end)
    numbers = _numbers(session, state, field, span)
    rows = _first_rows(session, now, state, field, span)
    calendar, today = load_calendar(session), local_date(now)
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    made = [
        Day(
            day=day,
            within=day.month == first.month,
            is_today=day == today,
            calendar=calendar.day(day),
            number=numbers.get(day, 0),
            rows=rows.get(day, []),
        )
        for day in days
    ]
    weeks = [made[place : place + WEEK] for place in range(0, len(made), WEEK)]
    return Month(first, field, weeks, sum(each.number for each in made if each.within))


def _between(state: Asked, field: Field, first: date, last: date) -> ColumnElement[bool]:
    """The rows whose day lies between two days, both included."""
    since, until = (state.opened.sheet.operator(field.id, key) for key in ("since", "until"))
    if since is None or until is None:
        raise ValueError(f"{field.id} has no days to compare")
    return and_(since.sql(field.column, first), until.sql(field.column, last))


def _numbers(
    session: Session, state: Asked, field: Field, span: ColumnElement[bool]
) -> Mapping[date, int]:
    query = replace(state.query, after=None, skip=0, sums=())
    scope = (*state.opened.where, span)
    terms = [GroupTerm(field.id)]
    found = group_summaries(session.connection(), state.opened.sheet, query, scope, terms)
    return {group.values[0]: group.number for group in found.rows}


def _first_rows(
    session: Session,
    now: datetime,
    state: Asked,
    field: Field,
    span: ColumnElement[bool],
) -> dict[date, list[ListRow]]:
    """The first rows of each day, by the time they are due."""
    sheet, day = state.opened.sheet, field.kind.group_key(field.column, "")
    place = func.row_number().over(partition_by=day, order_by=(field.column, sheet.key))
    wanted = select(sheet.key.label("id"), day.label("day"), place.label("place"))
    scope: Sequence[ColumnElement[bool]] = (*state.opened.where, span)
    ranked = filtered(wanted, sheet, state.query, scope).subquery()
    first = session.execute(
        select(ranked.c.id, ranked.c.day).where(ranked.c.place <= FIRST).order_by(ranked.c.place)
    ).all()
    ids = [row.id for row in first]
    query = replace(state.query, after=None, skip=0, limit=max(len(ids), 1))
    by_id = {
        row.id: row for row in list_rows(session, now, state, query, [Problem.id.in_(ids)]).rows
    }
    found: dict[date, list[ListRow]] = {}
    for row_id, raw in first:
        if row_id in by_id:
            found.setdefault(field.kind.load_group(raw), []).append(by_id[row_id])
    return found
