"""The sections' own columns: all of them, and which ones a person sees."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.calendars import local_date
from app.domain.policy import scope_of
from app.domain.roles import SECTION_TYPES, Actor
from app.models import Organisation, Problem, WorkCalendarDay
from app.services.problem_columns import fixed_on
from sheets.catalogue import Field
from sheets.fields.around import FormulaContext
from sheets.storage import load_fields

TABLE = Problem.__tablename__
PROBLEM_ID = Problem.__table__.c.id


def all_fields(session: Session, now: datetime | None = None) -> list[Field]:
    """Every field in use, in order, over the problem table; formulas take today from `now`."""
    return _loaded(session, now)


def fields_of_section(
    session: Session, section_code: str, now: datetime | None = None
) -> list[Field]:
    """The fields of one section, in order; formulas take today from `now`."""
    return _loaded(session, now, section_code)


def _loaded(session: Session, now: datetime | None, section_code: str | None = None) -> list[Field]:
    today = now and local_date(now)
    return load_fields(
        session,
        TABLE,
        Problem.__table__,
        section=section_code,
        base=fixed_on(today),
        key=PROBLEM_ID,
        context=FormulaContext(today, WorkCalendarDay.__tablename__),
    )


def visible_fields(session: Session, actor: Actor, now: datetime | None = None) -> list[Field]:
    """The fields this actor may see: those of his section; of all for whoever sees the city.

    Rules of the city take away some, and make others readonly. What is computed from a field he
    does not see is not there either.
    """
    known = all_fields(session, now)
    fields = allowed_fields(actor, known)
    if not fields or scope_of(actor).everything:
        return fields
    own = None
    if actor.org_type in SECTION_TYPES and actor.org_id is not None:
        own = session.get_one(Organisation, actor.org_id).code
    seen = [field for field in fields if field.section is None or field.section == own]
    others = {field.id for field in known} - {field.id for field in seen}
    return [field for field in seen if field.sources.isdisjoint(others)]


def allowed_fields(actor: Actor, fields: Sequence[Field]) -> list[Field]:
    """These fields without those that a rule hides from the actor; locked ones are readonly.

    What is computed from a hidden field is hidden with it.
    """
    rights = actor.rights
    return [
        replace(field, readonly=True) if field.id in rights.locked else field
        for field in fields
        if rights.hidden.isdisjoint({field.id, *field.sources})
    ]
