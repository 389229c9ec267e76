"""The world a move happens in: the city's settings and its working calendar, from the database."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, String, cast, func, select
from sqlalchemy.orm import Session

from app.domain.calendars import CalendarDay, WorkCalendar
from app.domain.guards import Circumstances
from app.domain.refusals import Invalid
from app.domain.rules import Rules, wrong
from app.models import Setting, WorkCalendarDay


def load_calendar(session: Session) -> WorkCalendar:
    """The working calendar as a value, kept for the session's life.

    Its 1,500 rows are asked for each time, so that a change holds at once in every process, but
    as one text (0.6 ms); only what is made of a text is remembered (6 ms).
    """
    known = session.info.get("calendar")
    if isinstance(known, WorkCalendar):
        return known
    calendar = _calendar_of(session.scalar(_AS_ONE_TEXT) or "")
    session.info["calendar"] = calendar
    return calendar


_DAY = WorkCalendarDay
_AS_ONE_TEXT = select(
    func.aggregate_strings(
        cast(_DAY.day, String)
        + cast(cast(_DAY.is_workday, Integer), String)
        + cast(cast(_DAY.confirmed, Integer), String)
        + func.replace(_DAY.name, "\n", " "),
        "\n",
    )
)


@lru_cache(maxsize=8)
def _calendar_of(rows: str) -> WorkCalendar:
    """The value of these rows: the day, whether it is worked, whether that is confirmed, a name."""
    return WorkCalendar(
        {
            date.fromisoformat(row[:10]): CalendarDay(row[10] == "1", row[11] == "1", row[12:])
            for row in rows.split("\n")
            if row
        }
    )


def load_rules(session: Session) -> Rules:
    """The city's settings: the defaults, overridden by the setting table."""
    known = session.info.get("rules")
    if isinstance(known, Rules):
        return known
    stored: dict[str, Any] = {
        key: value for key, value in session.execute(select(Setting.key, Setting.value))
    }
    names = {f.name for f in fields(Rules)}
    rules = Rules(**{key: value for key, value in stored.items() if key in names})
    session.info["rules"] = rules
    return rules


def circumstances(session: Session, now: datetime) -> Circumstances:
    """Time, calendar and settings for the rules."""
    return Circumstances(now, load_calendar(session), load_rules(session))


def change_rules(
    session: Session, changes: Mapping[str, Any], now: datetime, user_id: int | None
) -> Rules:
    """Store settings; Invalid with a sentence for each one whose name or value is wrong."""
    sentences = {key: sentence for key, value in changes.items() if (sentence := wrong(key, value))}
    if sentences:
        raise Invalid(
            "setting.wrong", " ".join(dict.fromkeys(sentences.values())), fields=sentences
        )
    for key, value in changes.items():
        row = session.get(Setting, key)
        if row is None:
            row = Setting(key=key)
            session.add(row)
        row.value, row.updated_at, row.updated_by_id = value, now, user_id
    session.flush()
    session.info.pop("rules", None)
    return load_rules(session)
