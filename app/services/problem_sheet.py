"""The super table as a sheet: the problem's fixed columns, then the sections' own fields."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.services import section_fields
from app.services.problem_columns import BASE
from sheets.catalogue import Sheet


def problem_sheet(session: Session, actor: Actor) -> Sheet:
    """The sheet this actor may see: the fixed columns, and the fields of his own section.

    Whoever sees the whole city sees the fields of every section. Columns that a rule hides from
    him are not there at all; such as he may not change are readonly.
    """
    hidden = actor.rights.hidden
    sheet = BASE
    if not hidden.isdisjoint(BASE.by_id):
        sheet = replace(BASE, fields=tuple(each for each in BASE.fields if each.id not in hidden))
    return sheet.with_fields(section_fields.visible_fields(session, actor))
