"""One row beside the table: its pictures, clock, moves, and every field with its history."""

from datetime import datetime
from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.roles import Actor
from app.services.problems.shown import Detail
from app.services.super_table.section_sheets import OpenSheet, open_sheet
from app.services.tables import rows
from app.web import presenting
from app.web.problem_head import head
from app.web.row_ids import LARGEST
from app.web.table.answers import whole
from sheets.catalogue import Field


def sheet_of(session: Session, actor: Actor, now: datetime, args: MultiDict[str, str]) -> OpenSheet:
    """The sheet named in the address, else the one this person works in."""
    named = whole(args.get("sheet"), 0, LARGEST)
    return open_sheet(session, actor, named or rows.home_sheet(session, actor) or 0, now)


def page(session: Session, detail: Detail, opened: OpenSheet) -> dict[str, Any]:
    """What the template draws."""
    problem = detail.problem
    return {
        "head": head(detail),
        "sheet": {"name": opened.name, "href": url_for("table.show", sheet_id=opened.id)},
        "fields": [
            _field(problem.id, field, text)
            for field, text in rows.whole_row(session, opened, problem.id)
        ],
        "moves": presenting.buttons(detail.options, problem, detail.org_names),
        "href": url_for("problem.show", problem_id=problem.id),
    }


def _field(problem_id: int, field: Field, text: str) -> dict[str, str]:
    own = field.id.startswith("f_") and "table_edit" in current_app.blueprints
    row = url_for("table.row", problem_id=problem_id)
    return {
        "caption": field.caption,
        "text": text,
        "history": f"{row}/cells/{field.id}" if own else "",
    }
