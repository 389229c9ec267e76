"""The phone form of a sheet: what it asks, of which problems it still asks, filling it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, Invalid, NotFound
from app.domain.roles import Actor
from app.domain.states import State
from app.models import Problem, SectionSheet
from app.services.cells import edits as cell_edits
from app.services.cells.checks import Edit
from app.services.forms import section_values
from app.services.forms.section_values import FieldValue
from app.services.names import Names
from app.services.super_table import section_sheets
from app.services.super_table.section_sheets import OpenSheet
from app.services.super_table.sheet_columns import can_be_typed, columns_of
from sheets.catalogue import Field
from sheets.fields import FieldError, Lookup

MOST_COUNTED = 999
LISTED = 50
ORIGIN = "form"
OVER = (State.DRAFT.value, State.VOID.value)  # nobody fills these in
MISSING = "此项必填，请填写。"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Problems whose form is not filled in: how many, up to 999, and the next one."""

    count: int
    next_id: int | None


def fields_of(opened: OpenSheet, code: str | None) -> list[Field]:
    """The fields of a sheet's phone form in its order: its section's own and the city's."""
    fields = [opened.sheet.field(field_id) for field_id in opened.form]
    return [each for each in fields if can_be_typed(each) and each.section in {None, code}]


def to_fill(fields: Sequence[Field]) -> ColumnElement[bool] | None:
    """The condition for what is not filled in: a required field is blank, or, where none is
    required, all are; None where the form asks nothing.
    """
    required = [_blank(field) for field in fields if field.required]
    if required:
        return or_(*required)
    return and_(*map(_blank, fields)) if fields else None


def waiting(
    session: Session, opened: OpenSheet, fields: Sequence[Field], after: int | None = None
) -> Waiting:
    """What is still to fill, the newest first; the next one stands behind `after`, if given."""
    blank = to_fill(fields)
    if blank is None:
        return Waiting(0, None)
    here = (*opened.where, Problem.state.not_in(OVER), blank)
    ids = select(Problem.id).where(*here)
    few = ids.limit(MOST_COUNTED).subquery()
    count = session.execute(select(func.count()).select_from(few)).scalar_one()
    later = ids.where(Problem.id < after) if after is not None else ids
    next_id = session.scalar(later.order_by(Problem.id.desc()).limit(1))
    if next_id is None and after is not None:
        others = ids.where(Problem.id != after)
        next_id = session.scalar(others.order_by(Problem.id.desc()).limit(1))
    return Waiting(count, next_id)


def listed(session: Session, opened: OpenSheet, fields: Sequence[Field]) -> list[Problem]:
    """The problems still to fill, the newest first, at most 50."""
    blank = to_fill(fields)
    if blank is None:
        return []
    here = (*opened.where, Problem.state.not_in(OVER), blank)
    wanted = select(Problem).where(*here).order_by(Problem.id.desc()).limit(LISTED)
    return list(session.scalars(wanted))


def sheets_with_form(session: Session, section_ids: Sequence[int | None]) -> dict[int | None, int]:
    """Section id -> the id of its sheet, for those whose sheet has a phone form."""
    wanted = select(SectionSheet).where(
        SectionSheet.section_id.in_([each for each in section_ids if each is not None])
    )
    return {
        row.section_id: row.id
        for row in session.scalars(wanted)
        if any(column.on_form for column in columns_of(row.columns))
    }


def problem_in(session: Session, opened: OpenSheet, problem_id: int) -> Problem:
    """A problem of the sheet; raises NotFound."""
    wanted = select(Problem).where(Problem.id == problem_id, *opened.where)
    problem = session.scalar(wanted)
    if problem is None:
        raise NotFound("problem.not_found", "这张表里没有这个问题，或者您不能查看它。")
    return problem


def values_of(session: Session, problem_id: int, fields: Sequence[Field]) -> list[FieldValue]:
    """The form's values on one problem, in the form's order."""
    if not fields:
        return []
    found = section_values.values_of(session, problem_id, fields)
    return [found[field.id] for field in fields]


def fill(
    session: Session,
    actor: Actor,
    now: datetime,
    sheet_id: int,
    problem_id: int,
    given: Mapping[str, object],
    was: Mapping[str, str],
    batch_id: str,
) -> int:
    """Write what was typed into a form; gives how many cells changed.

    `was` holds what the form showed as people read it; a batch sent twice writes once. Raises
    Invalid with a sentence by field, Conflict where somebody else changed a cell, NotFound.
    """
    opened = section_sheets.open_sheet(session, actor, sheet_id)
    row = section_sheets.find_sheet(session, actor, sheet_id)
    fields = fields_of(opened, section_sheets.code_of(session, row))
    problem_in(session, opened, problem_id)
    refuse_missing(fields, given)
    names = Names(session)
    edits = [
        Edit(problem_id, field.id, given[field.id], was.get(field.id, ""))
        for field in fields
        if field.id in given and not _reads_as(field, given[field.id], was.get(field.id, ""), names)
    ]
    if not edits:
        return 0
    outcome = cell_edits.edit_cells(session, actor, now, batch_id, edits, ORIGIN)
    if outcome.refused:
        wrong = {each.field_id: each.sentence for each in outcome.refused}
        raise Invalid("form.wrong", " ".join(wrong.values()), fields=wrong)
    if outcome.conflicts:
        told = {each.field_id: each.sentence for each in outcome.conflicts}
        raise Conflict("form.moved_on", "".join(told.values()), fields=told)
    return len(outcome.changed)


def refuse_missing(fields: Sequence[Field], given: Mapping[str, object]) -> None:
    """Raise Invalid for the required fields that were left blank."""
    missing = {
        field.id: f"{field.caption}：{MISSING}"
        for field in fields
        if field.required and not given.get(field.id)
    }
    if missing:
        raise Invalid("form.missing", " ".join(missing.values()), fields=missing)


def _reads_as(field: Field, typed: object, shown: str, names: Lookup) -> bool:
    """Whether what was typed is what the form showed."""
    try:
        return field.show(field.kind.parse(typed, field.options), names) == shown
    except FieldError:  # the engine says what is wrong with it
        return typed == shown


def _blank(field: Field) -> ColumnElement[bool]:
    operator = field.kind.operator("empty")
    return operator.sql(field.column, None) if operator else field.column.is_(None)
