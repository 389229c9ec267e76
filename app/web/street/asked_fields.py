"""What the lead section asks of a report, as fieldsets of the street's form."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.refusals import Invalid
from app.models import Problem
from app.services.forms import report_fields, section_values
from app.services.forms.report_fields import Asked
from app.services.forms.section_values import FieldValue
from app.services.problems import shown
from app.web import field_controls
from app.web.form_fields import whole
from sheets.catalogue import Field
from sheets.fields import NoNames

MARK = "asked-by"  # says that the fields of this section stood on the form that was sent


def given(
    session: Session, category_id: int | None, sent: MultiDict[str, str], *, complete: bool
) -> dict[str, str | list[str]]:
    """What was typed into the fields that the section of this kind asks for, by field id.

    A complete report from a form that did not show them, as without a script, raises Invalid:
    they are shown then.
    """
    asked = report_fields.asked_by(session, report_fields.lead_of(session, category_id))
    if asked is None:
        return {}
    if complete and whole(sent.get(MARK)) != asked.section_id:
        captions = "、".join(field.caption for field in asked.fields)
        raise Invalid("fields.asked", f"{asked.section_name}还要求填写：{captions}。填好后再上报。")
    return field_controls.sent(sent, asked.fields)


def fieldsets(
    session: Session,
    category_id: int | None,
    sent: MultiDict[str, str],
    wrong: Mapping[str, str],
    problem: Problem | None,
) -> list[dict[str, Any]]:
    """A fieldset for each section that asks something; only that of the chosen kind is open."""
    all_asked = report_fields.asked_by_all(session)
    if not all_asked:
        return []
    chosen = report_fields.lead_of(session, category_id)
    led: dict[int | None, list[str]] = {}
    for kind in shown.active_categories(session):
        led.setdefault(kind.lead_section_id, []).append(str(kind.id))
    return [
        {
            "section_id": asked.section_id,
            "legend": f"{asked.section_name}要求填写",
            "categories": " ".join(led.get(asked.section_id, [])),
            "open": asked.section_id == chosen,
            "mark": MARK,
            "controls": _controls(session, asked, sent, wrong, problem),
        }
        for asked in all_asked
    ]


def _controls(
    session: Session,
    asked: Asked,
    sent: MultiDict[str, str],
    wrong: Mapping[str, str],
    problem: Problem | None,
) -> list[dict[str, Any]]:
    stored: dict[str, FieldValue] = {}
    if problem is not None:
        stored = section_values.values_of(session, problem.id, asked.fields)
    typed: dict[str, str | list[str]] = {}
    if whole(sent.get(MARK)) == asked.section_id:
        typed = field_controls.sent(sent, asked.fields)
    return [
        field_controls.control(
            field,
            typed.get(field.id, _begin(field, stored.get(field.id))),
            wrong.get(field.id, ""),
            scope=f"s{asked.section_id}-",
        )
        for field in asked.fields
    ]


def _begin(field: Field, kept: FieldValue | None) -> str | list[str]:
    """What stands there at first: what a draft has, else the field's default."""
    if kept is not None and kept.value is not None:
        return field_controls.raw(field, kept.value, kept.shown)
    if field.default is None:
        return ""
    return field_controls.raw(field, field.default, field.show(field.default, NoNames()))
