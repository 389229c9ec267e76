"""The super table as a sheet: the problem's fixed columns, then the sections' own fields."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.calendars import local_date
from app.domain.roles import Actor
from app.services.problem_columns import BASE, fixed_on
from app.services.search_index import INDEX
from app.services.super_table import section_fields
from app.services.world import load_calendar
from sheets.catalogue import Sheet
from sheets.when import When


def problem_sheet(session: Session, actor: Actor, now: datetime | None = None) -> Sheet:
    """The sheet this actor may see: the fixed columns, and the fields of his own section.

    Whoever sees the whole city sees the fields of every section. Columns that a rule hides from
    him are not there at all; such as he may not change are readonly. With `now` it can be asked
    what is told from today, in the city's own working days.
    """
    hidden = actor.rights.hidden
    sheet = BASE
    if now is not None or not hidden.isdisjoint(BASE.by_id):
        fixed = fixed_on(now and local_date(now))
        sheet = replace(BASE, fields=tuple(each for each in fixed if each.id not in hidden))
    sheet = sheet.with_fields(section_fields.visible_fields(session, actor, now))
    return replace(sheet, index=INDEX, when=None if now is None else when_of(session, now))


def when_of(session: Session, now: datetime) -> When:
    """Today in the city, and its working days; the calendar is read when one is asked for."""

    def add_workdays(day: date, number: int) -> date:
        return load_calendar(session).add_workdays(day, number)[0]

    return When(local_date(now), add_workdays, now)
