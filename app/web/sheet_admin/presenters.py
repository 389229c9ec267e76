"""Sheets and their columns as the pages of their administrators show them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.models import AdminEvent, SectionSheet
from app.services import admin_history
from app.services.admin_history import FIELDS, SHEETS
from app.services.super_table import section_sheets, sheet_admin
from app.services.super_table.sheet_admin import Arranged
from app.services.super_table.sheet_columns import Column
from app.web import presenting
from app.web.sheet_admin import arranging, options
from app.web.sheet_admin.forms import AddForm

MOST_EVENTS = 20
MARKS = {"add": "plus", "retire": "archive", "restore": "refresh", "convert": "transfer",
         "undo": "arrow-back-up", "arrange": "list"}  # fmt: skip


def index(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The sheets this person administers."""
    return [_listed(session, actor, row) for row in section_sheets.administered(session, actor)]


def _listed(session: Session, actor: Actor, row: SectionSheet) -> dict[str, Any]:
    found = sheet_admin.arranged(session, actor, row.id)
    columns = [column for _, column in found.columns]
    return {
        "id": row.id,
        "name": row.name,
        "whose": "全市" if row.section_id is None else "科室",
        "own": sum(f.id.startswith("f_") and f.section == found.code for f, _ in found.columns),
        "shown": sum(column.shown for column in columns),
        "on_form": sum(column.on_form for column in columns),
    }


def sheet_page(
    session: Session,
    found: Arranged,
    form: AddForm,
    *,
    sent: Sequence[Column] | None = None,
    errors: dict[str, str] | None = None,
    name: str | None = None,
    notice: str = "",
) -> dict[str, Any]:
    """One sheet: the form that adds a field, the columns, what was done here before."""
    row, listed = found.row, arranging.rows(found, sent, errors)
    return {
        "sheet": row,
        "name": row.name if name is None else name,
        "form": form,
        "settings": _settings(form),
        "shown": [each for each in listed if each["shown"]],
        "others": [each for each in listed if not each["shown"]],
        "errors": errors or {},
        "notice": notice,
        "history": history(_events(session, row)),
    }


def _settings(form: AddForm) -> list[dict[str, Any]]:
    return [
        {
            "control": form[each.name],
            "types": options.types_with(each.name),
            "help": each.help,
            "needed": each.name in options.NEEDED,
        }
        for each in options.ALL
    ]


def _events(session: Session, row: SectionSheet) -> list[AdminEvent]:
    return admin_history.events(session, SHEETS, str(row.id), MOST_EVENTS)


def history(events: Iterable[AdminEvent]) -> list[dict[str, Any]]:
    """What was changed, the newest first, as a timeline shows it."""
    return [
        {
            "sentence": event.text,
            "who": event.actor_name,
            "at_text": presenting.moment(event.at),
            "at_iso": iso(event.at),
            "icon": MARKS.get(event.kind, "pencil"),
            "reason": "",
            "photos": [],
        }
        for event in events
    ]


def iso(at: datetime) -> str:
    """An instant as machines read it."""
    return at.isoformat()


def field_history(session: Session, field_id: str) -> list[dict[str, Any]]:
    """What was changed about one field."""
    return history(admin_history.events(session, FIELDS, field_id, MOST_EVENTS))
