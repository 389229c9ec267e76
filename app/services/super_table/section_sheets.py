"""Sheets over the super table: everybody's, and one a section with its own choice of fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.domain.policy import may_administer_fields_of, scope_of
from app.domain.refusals import NotFound
from app.domain.roles import SECTION_TYPES, Actor
from app.models import Organisation, Problem, SectionSheet
from app.services.problem_columns import NOT_OFFERED
from app.services.scope import visible_to
from app.services.super_table.problem_sheet import problem_sheet
from app.services.super_table.sheet_columns import Column, columns_of
from sheets.catalogue import Field, Sheet
from sheets.fields import FieldError

EVERYBODYS = "超级表"
# Everybody's sheet shows first where a row came from.
ORIGIN = ("origin_sheet", "source", "reporter_org")


@dataclass(frozen=True, eq=False, slots=True)
class OpenSheet:
    """A sheet as one actor sees it: the fields he may see, the sheet's own first, and its rows.

    `shown` are the ids a view begins with, in the sheet's order; `form` those of its phone
    form. Fields carry the sheet's own captions, its required marks and its defaults.
    """

    id: int
    name: str
    section_id: int | None
    sheet: Sheet
    shown: tuple[str, ...]
    where: tuple[ColumnElement[bool], ...]
    form: tuple[str, ...] = ()


def ensure_sheets(session: Session, now: datetime) -> list[SectionSheet]:
    """Every sheet there should be, made where it is missing: everybody's, then one a section."""
    known = {row.section_id: row for row in session.scalars(select(SectionSheet))}
    sections = session.scalars(
        select(Organisation)
        .where(Organisation.org_type.in_([kind.value for kind in SECTION_TYPES]))
        .order_by(Organisation.position, Organisation.id)
    )
    wanted: list[tuple[int | None, str]] = [(None, EVERYBODYS)]
    wanted += [(section.id, section.short_name) for section in sections]
    for section_id, name in wanted:
        if section_id not in known:
            known[section_id] = SectionSheet(
                section_id=section_id, name=name, columns=[], created_at=now, updated_at=now
            )
            session.add(known[section_id])
            session.flush()
    return [known[section_id] for section_id, _ in wanted]


def sheets_of(session: Session, actor: Actor) -> list[SectionSheet]:
    """The sheets this actor may open, everybody's first."""
    wanted = select(SectionSheet).order_by(SectionSheet.section_id.is_not(None), SectionSheet.id)
    rows = session.scalars(wanted)
    return [row for row in rows if _may_open(actor, row)]


def administered(session: Session, actor: Actor) -> list[SectionSheet]:
    """The sheets whose fields and columns this actor may change, everybody's first."""
    rows = sheets_of(session, actor)
    return [row for row in rows if may_administer_fields_of(actor, row.section_id)]


def find_sheet(session: Session, actor: Actor, sheet_id: int) -> SectionSheet:
    """The row of a sheet this actor may open; raises NotFound."""
    row = session.get(SectionSheet, sheet_id)
    if row is None or not _may_open(actor, row):
        raise NotFound("sheet.not_found", "没有找到这张表，或者您不能查看它。")
    return row


def open_sheet(
    session: Session, actor: Actor, sheet_id: int, now: datetime | None = None
) -> OpenSheet:
    """A sheet with its fields and rows in this actor's sight; NotFound where he has none.

    With `now` its filters may be told from today.
    """
    row = find_sheet(session, actor, sheet_id)
    whole = problem_sheet(session, actor, now)
    arranged = arrange(row, whole.fields, code_of(session, row))
    return OpenSheet(
        id=row.id,
        name=row.name,
        section_id=row.section_id,
        sheet=replace(whole, fields=tuple(field for field, _ in arranged)),
        shown=tuple(field.id for field, column in arranged if column.shown),
        where=rows_of(actor, row),
        form=tuple(field.id for field, column in arranged if column.on_form),
    )


def arrange(
    row: SectionSheet, fields: Sequence[Field], code: str | None
) -> list[tuple[Field, Column]]:
    """Each field as the sheet has it, with its column: the sheet's own order, then the rest.

    A sheet nobody has arranged yet shows what stands first in the super table and the fields
    of its own section, whose `code` is given.
    """
    known = {field.id: field for field in fields}
    own = {column.id: column for column in columns_of(row.columns)}
    found = [(_as_arranged(known[key], own[key]), own[key]) for key in own if key in known]
    for field in fields:
        if field.id not in own:
            shown = not own and _is_shown_at_first(row, field, code)
            found.append((field, Column(field.id, shown=shown)))
    return found


def code_of(session: Session, row: SectionSheet) -> str | None:
    """The code of the section a sheet belongs to; None for everybody's."""
    if row.section_id is None:
        return None
    return session.get_one(Organisation, row.section_id).code


def rows_of(actor: Actor, row: SectionSheet) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `problem` for the rows of a sheet in this actor's sight."""
    if row.section_id is None:
        return (visible_to(actor),)
    own = or_(
        Problem.lead_section_id == row.section_id, Problem.responsible_org_id == row.section_id
    )
    return (visible_to(actor), own)


def _may_open(actor: Actor, row: SectionSheet) -> bool:
    everybodys = row.section_id is None
    return everybodys or row.section_id == actor.org_id or scope_of(actor).everything


def _is_shown_at_first(row: SectionSheet, field: Field, code: str | None) -> bool:
    if field.id in NOT_OFFERED:
        return False
    if row.section_id is None:
        return not field.hidden or field.id in ORIGIN
    return not field.hidden and field.section in {None, code}


def as_asked(session: Session, fields: Mapping[str, Field]) -> dict[str, Field]:
    """The fields by id, each as the sheet of its own section asks for it, whoever edits it."""
    codes = {field.section for field in fields.values()} - {None}
    rows = session.execute(
        select(Organisation.code, SectionSheet.columns)
        .join(SectionSheet, SectionSheet.section_id == Organisation.id)
        .where(Organisation.code.in_(codes))
    )
    asked = {
        (code, column.id): replace(column, caption="")
        for code, columns in rows
        for column in columns_of(columns)
    }
    return {
        key: _as_arranged(field, asked.get((str(field.section), key), Column(key)))
        for key, field in fields.items()
    }


def _as_arranged(field: Field, column: Column) -> Field:
    """A field under the sheet's caption; what the sheet asks for binds where one may write."""
    named = replace(field, caption=column.caption) if column.caption else field
    if field.readonly:
        return named
    default = field.default
    if column.default:
        try:
            default = field.kind.parse(column.default, field.options)
        except FieldError:  # the field moved on and left this default behind
            default = field.default
    return replace(named, required=field.required or column.required, default=default)
