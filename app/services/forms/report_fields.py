"""What the section that leads asks of a report: the fields of its phone form, kept with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.models import Category, Organisation, Problem, SectionSheet
from app.services.cells import batches, weighing
from app.services.super_table import section_fields, section_sheets
from app.services.super_table.sheet_columns import can_be_typed, columns_of
from app.services.workflow.facts import facts_of
from sheets.catalogue import Field
from sheets.editing import UNKNOWN, CellEdit
from sheets.fields import FieldError
from sheets.storage import hold_fields

ORIGIN = "report"
# The names of colleagues are not for a form that the whole city fills in.
NOT_ASKED = frozenset({"person", "organisation"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A section with the fields it asks of a report, in its sheet's order."""

    section_id: int
    section_name: str
    fields: tuple[Field, ...]


def asked_by_all(session: Session) -> list[Asked]:
    """Every section that asks something of a report, with what it asks."""
    rows = [row for row in session.scalars(select(SectionSheet)) if _has_form(row)]
    return [asked for row in rows if (asked := _asked(session, row)) and asked.fields]


def asked_by(session: Session, section_id: int | None) -> Asked | None:
    """What one section asks; None where it asks nothing."""
    if section_id is None:
        return None
    row = session.scalar(select(SectionSheet).where(SectionSheet.section_id == section_id))
    asked = _asked(session, row) if row is not None and _has_form(row) else None
    return asked if asked and asked.fields else None


def lead_of(session: Session, category_id: int | None) -> int | None:
    """The section that leads a kind of problem."""
    category = session.get(Category, category_id) if category_id is not None else None
    return category.lead_section_id if category else None


def keep(
    session: Session,
    actor: Actor,
    now: datetime,
    problem: Problem,
    given: Mapping[str, object],
    *,
    complete: bool,
) -> None:
    """Write what was typed into the fields that the lead section of the category asks for.

    With `complete` the required ones must be filled. Raises Invalid with a sentence by field.
    Fields that are not asked for are left out.
    """
    asked = asked_by(session, lead_of(session, problem.category_id))
    if asked is None:
        return
    held = hold_fields(session, {field.id for field in asked.fields})
    values, wrong = dict[Field, Any](), dict[str, str]()
    for field in asked.fields:
        if field.id not in held:
            continue
        try:
            value = field.kind.parse(given.get(field.id), field.options)
        except FieldError as error:
            wrong[field.id] = f"{field.caption}：{error.sentence}"
            continue
        if value is None and field.required and complete:
            wrong[field.id] = f"{field.caption}：{asked.section_name}要求填写，请填写。"
        if field.id in given:
            values[held[field.id]] = value
    if wrong:
        raise Invalid("fields.wrong", " ".join(wrong.values()), fields=wrong)
    _write(session, actor, now, problem, values)


def _write(
    session: Session, actor: Actor, now: datetime, problem: Problem, values: Mapping[Field, Any]
) -> None:
    rows = {problem.id: facts_of(session, problem)}
    wishes = [CellEdit(problem.id, field, value, UNKNOWN) for field, value in values.items()]
    weighed = weighing.compare(session, "", rows, wishes, ())
    if weighed.changes:
        claimed = batches.claim(session, actor, now, uuid4().hex, ORIGIN, None)
        weighing.write(session, actor, now, claimed, ORIGIN, weighed)


def _has_form(row: SectionSheet) -> bool:
    return any(column.on_form for column in columns_of(row.columns))


def _asked(session: Session, row: SectionSheet) -> Asked | None:
    if row.section_id is None:
        return None
    section = session.get_one(Organisation, row.section_id)
    arranged = section_sheets.arrange(row, section_fields.all_fields(session), section.code)
    fields = tuple(
        field
        for field, column in arranged
        if column.on_form
        and can_be_typed(field)
        and field.kind.control not in NOT_ASKED
        and field.section in {None, section.code}
    )
    return Asked(section.id, section.short_name, fields)
