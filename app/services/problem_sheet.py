"""The super table as a sheet: the problem's fixed columns, then the sections' own fields."""

from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.services import section_fields
from app.services.problem_columns import BASE
from sheets.catalogue import Sheet


def problem_sheet(session: Session, actor: Actor) -> Sheet:
    """The sheet this actor may see: all fixed columns, and the fields of his own section.

    Whoever sees the whole city sees the fields of every section.
    """
    return BASE.with_fields(section_fields.visible_fields(session, actor))
