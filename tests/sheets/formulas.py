"""What a formula over the birds may name, and a calendar with a holiday in it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Column, Connection, Date, MetaData, Table, insert

from sheets.fields.around import FormulaContext
from sheets.formulas import Compiled, check_formula, compile_formula
from sheets.storage.surroundings import Beside, Surroundings
from tests.sheets.birds import SHEET, bird

TODAY = date(2026, 11, 22)
# Days off from Thursday 1 October, a Saturday and a Sunday worked for them.
CALENDAR = {
    **{date(2026, 10, day): False for day in range(1, 8)},
    date(2026, 9, 27): True,
    date(2026, 10, 10): True,
}
work_days = Table(
    "work_days",
    MetaData(),
    Column("day", Date, primary_key=True),
    Column("is_workday", Boolean, nullable=False),
)


def surroundings(conn: Connection) -> Beside:
    """The birds' own fields and the calendar, which is written into the database."""
    work_days.create(conn)
    rows = [{"day": day, "is_workday": worked} for day, worked in CALENDAR.items()]
    conn.execute(insert(work_days), rows)
    context = FormulaContext(TODAY, "work_days")
    return Surroundings(conn, "bird", bird, SHEET.fields, bird.c.id, context).beside(None)


def compiled(around: Beside, text: str) -> Compiled:
    """A typed formula, which means the same once it is kept."""
    stored, made = check_formula(text, around)
    assert compile_formula(stored, around).type == made.type
    return made
