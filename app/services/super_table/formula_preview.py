"""What a formula gives on the newest rows, before it is saved."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.models import Problem
from app.services.names import Names
from app.services.problem_columns import FIXED
from app.services.super_table import field_admin, section_fields, section_sheets
from app.services.super_table.sheet_admin import Arranged
from sheets.catalogue import Field
from sheets.storage import FieldChange, change_field

ROWS, LOOKED_AT = 5, 200  # of the newest rows those with a result come first


@dataclass(frozen=True, slots=True)
class Result:
    """One row's result as people read it."""

    problem_id: int
    number: str
    place: str
    shown: str


def results(
    session: Session,
    actor: Actor,
    now: datetime,
    sheet: Arranged,
    field_id: str,
    wanted: FieldChange | None = None,
) -> list[Result]:
    """The results on five of the newest rows of a sheet, of the field as it is or as `wanted`.

    Nothing is kept. Raises Invalid with what is wrong, and where.
    """
    if wanted is None:
        return _read(session, actor, sheet, _field(session, now, field_id))
    with session.begin_nested() as attempt:
        field_admin.heard(
            lambda: change_field(
                session, field_id, wanted, now, base=FIXED, key=section_fields.PROBLEM_ID
            )
        )
        found = _read(session, actor, sheet, _field(session, now, field_id))
        attempt.rollback()
    return found


def _field(session: Session, now: datetime, field_id: str) -> Field:
    fields = section_fields.all_fields(session, now)
    field = next((each for each in fields if each.id == field_id), None)
    if field is None:
        raise Invalid("field.retired", "这个字段停用了，请先恢复。")
    if field.trouble:
        raise Invalid("formula.trouble", field.trouble)
    return field


def _read(session: Session, actor: Actor, sheet: Arranged, field: Field) -> list[Result]:
    newest = (
        select(Problem.id)
        .where(*section_sheets.rows_of(actor, sheet.row))
        .order_by(Problem.id.desc())
        .limit(LOOKED_AT)
    )
    result = field.column.label("result")
    rows = session.execute(
        select(Problem.id, Problem.number, Problem.address, result)
        .where(Problem.id.in_(newest))
        .order_by(result.is_(None), Problem.id.desc())
        .limit(ROWS)
    )
    names = Names(session)
    return [
        Result(
            row.id,
            row.number or "待编号",
            row.address,
            field.show(field.kind.load(row.result), names),
        )
        for row in rows
    ]
