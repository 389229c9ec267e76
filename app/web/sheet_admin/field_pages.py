"""A field's page in plain values."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.services import field_admin, field_words
from app.services.field_admin import Administered
from app.services.sheet_admin import Arranged
from app.web import presenting
from app.web.sheet_admin import options, presenters
from app.web.sheet_admin.choice_rows import choice_rows
from app.web.sheet_admin.forms import FieldForm
from app.web.sheet_admin.types_shown import drawing_of
from sheets.storage import FieldRecord


def form_of(record: FieldRecord) -> FieldForm:
    """The form of a field as it is."""
    kept = {
        "caption": record.caption,
        "help": record.help,
        "required": record.required,
        "default": options.written(record.default),
        "version": str(record.version),
    }
    return FieldForm(data=kept | options.shown(record.type, record.options))


def page(
    session: Session,
    sheet: Arranged,
    found: Administered,
    form: FieldForm,
    sent: MultiDict[str, str],
) -> dict[str, Any]:
    """What sheet_admin/field.html draws."""
    record = found.record
    settings = options.OF_TYPE.get(record.type, ())
    return {
        "sheet": sheet.row,
        "record": record,
        "type": field_words.type_label(record.type),
        "drawing": drawing_of(record.type),
        "form": form,
        "settings": [(form[s.name], s.help) for s in settings if s.name != options.CHOICES],
        "choices": choice_rows(record, sent) if options.has_choices(record.type) else [],
        "colours": options.COLOURS,
        "takes_default": options.takes_default(record.type),
        "used_by": _named(field_admin.used_by(session, record.id)),
        "retired": presenting.moment(record.retired_at) if record.retired_at else "",
        "history": presenters.field_history(session, record.id),
    }


def _named(records: Sequence[FieldRecord]) -> str:
    return "、".join(f"“{each.caption}”" for each in records)


def retired_list(session: Session, sheet: Arranged) -> list[dict[str, Any]]:
    """The retired fields of a sheet's section, the last one first."""
    return [
        {
            "caption": each.caption,
            "type": field_words.type_label(each.type),
            "icon": drawing_of(each.type),
            "when": presenting.moment(each.retired_at),
            "href": url_for("sheet_admin.field", sheet_id=sheet.row.id, field_id=each.id),
        }
        for each in field_admin.retired(session, sheet.code)
    ]
