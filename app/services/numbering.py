"""Numbers of problems: unique and without gaps per district and year."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL
from app.domain.numbers import format_number
from app.models import NumberCounter
from app.services.upsert import insert_for


def next_number(session: Session, district_code: str, now: datetime) -> str:
    """Raise the district's counter and give the number.

    The counter row stays locked until the move's own transaction ends, so a rolled-back
    move gives its number back and two moves never share one.
    """
    return next_numbers(session, district_code, now, 1)[0]


def next_numbers(session: Session, district_code: str, now: datetime, count: int) -> list[str]:
    """So many numbers in a row, of the year of `now`; the counter is raised once for all."""
    year = now.astimezone(LOCAL).year
    session.execute(
        insert_for(session, NumberCounter)
        .values(district_code=district_code, year=year, last=0)
        .on_conflict_do_nothing()
    )
    last = session.execute(
        update(NumberCounter)
        .where(NumberCounter.district_code == district_code, NumberCounter.year == year)
        .values(last=NumberCounter.last + count)
        .returning(NumberCounter.last)
    ).scalar_one()
    return [format_number(district_code, year, each) for each in range(last - count + 1, last + 1)]
