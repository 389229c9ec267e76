"""Sheets over the super table: everybody's, and one a section with its own choice of fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.domain.policy import scope_of
from app.domain.refusals import NotFound
from app.domain.roles import SECTION_TYPES, Actor
from app.models import Organisation, Problem, SectionSheet
from app.services.problem_columns import NOT_OFFERED
from app.services.problem_sheet import problem_sheet
from app.services.scope import visible_to
from sheets.catalogue import Field, Sheet

EVERYBODYS = "超级表"


@dataclass(frozen=True, eq=False, slots=True)
class OpenSheet:
    """A sheet as one actor sees it: the fields he may see, the sheet's own first, and its rows.

    `shown` are the ids a view begins with, in the sheet's order.
    """

    id: int
    name: str
    section_id: int | None
    sheet: Sheet
    shown: tuple[str, ...]
    where: tuple[ColumnElement[bool], ...]


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


def open_sheet(session: Session, actor: Actor, sheet_id: int) -> OpenSheet:
    """A sheet with its fields and rows in this actor's sight; NotFound where he has none."""
    row = session.get(SectionSheet, sheet_id)
    if row is None or not _may_open(actor, row):
        raise NotFound("sheet.not_found", "没有找到这张表，或者您不能查看它。")
    whole = problem_sheet(session, actor)
    own = {entry["id"]: entry for entry in row.columns}
    fields = [_captioned(each, own.get(each.id, {})) for each in whole.fields]
    ordered = [field for field_id in own for field in fields if field.id == field_id]
    shown = [field.id for field in ordered] or [
        field.id for field in fields if not field.hidden and field.id not in NOT_OFFERED
    ]
    rest = [field for field in fields if field.id not in own]
    sheet = replace(whole, fields=(*ordered, *rest))
    return OpenSheet(row.id, row.name, row.section_id, sheet, tuple(shown), _rows(actor, row))


def _may_open(actor: Actor, row: SectionSheet) -> bool:
    everybodys = row.section_id is None
    return everybodys or row.section_id == actor.org_id or scope_of(actor).everything


def _captioned(field: Field, entry: Mapping[str, Any]) -> Field:
    caption = str(entry.get("caption") or "")
    return replace(field, caption=caption) if caption else field


def _rows(actor: Actor, row: SectionSheet) -> tuple[ColumnElement[bool], ...]:
    if row.section_id is None:
        return (visible_to(actor),)
    own = or_(
        Problem.lead_section_id == row.section_id, Problem.responsible_org_id == row.section_id
    )
    return (visible_to(actor), own)
