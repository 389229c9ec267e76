"""The phone form in plain values: what is still to fill, and the form of one problem."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.refusals import Conflict, Refusal
from app.domain.roles import Actor
from app.models import Problem
from app.services.forms import sheet_forms
from app.services.forms.section_values import FieldValue
from app.services.lists import pages
from app.services.super_table import section_sheets
from app.services.super_table.section_sheets import OpenSheet
from app.web import field_controls, form_fields, presenting
from sheets.catalogue import Field
from sheets.fields import NoNames

MOST = sheet_forms.MOST_COUNTED


def asked(session: Session, actor: Actor, sheet_id: int) -> tuple[OpenSheet, list[Field]]:
    """A sheet with the fields of its form; raises NotFound."""
    opened = section_sheets.open_sheet(session, actor, sheet_id)
    row = section_sheets.find_sheet(session, actor, sheet_id)
    return opened, sheet_forms.fields_of(opened, section_sheets.code_of(session, row))


def list_page(session: Session, actor: Actor, sheet_id: int) -> dict[str, Any]:
    """The problems still to fill."""
    opened, fields = asked(session, actor, sheet_id)
    problems = sheet_forms.listed(session, opened, fields)
    first = pages.first_photos(session, [each.id for each in problems])
    return {
        "sheet": opened,
        "asks": [field.caption for field in fields],
        "left": left(sheet_forms.waiting(session, opened, fields).count),
        "cards": [_card(opened.id, each, first.get(each.id)) for each in problems],
    }


def left(count: int) -> str:
    """How many there are, as people say it."""
    if not count:
        return ""
    return f"还有 {count} 条未填" if count < MOST else f"还有 {MOST} 条以上未填"


def _card(sheet_id: int, problem: Problem, photo_id: str | None) -> dict[str, Any]:
    return {
        "title": presenting.title_of(problem),
        "number": problem.number or "待编号",
        "place": problem.address,
        "photo": url_for("photos.thumb", photo_id=photo_id) if photo_id else "",
        "href": url_for("sheet_admin.form", sheet_id=sheet_id, problem_id=problem.id),
    }


def form_page(
    session: Session,
    actor: Actor,
    sheet_id: int,
    problem_id: int,
    typed: MultiDict[str, str] | None = None,
    refusal: Refusal | None = None,
) -> dict[str, Any]:
    """One problem's form; with what was typed and what is wrong with it after a "no"."""
    opened, fields = asked(session, actor, sheet_id)
    problem = sheet_forms.problem_in(session, opened, problem_id)
    values = sheet_forms.values_of(session, problem_id, fields)
    wrong = refusal.fields if refusal else {}
    given = field_controls.sent(typed, fields) if typed is not None else {}
    waiting = sheet_forms.waiting(session, opened, fields, problem_id)
    first = pages.first_photos(session, [problem_id])
    return {
        "sheet": opened,
        "problem": problem,
        "card": _card(sheet_id, problem, first.get(problem_id)),
        "description": problem.description,
        "key": typed.get("key") if typed else form_fields.new_key(),
        "controls": [
            _control(session, actor, each, given.get(each.field.id), wrong) for each in values
        ],
        "left": left(waiting.count),
        "next_id": waiting.next_id,
        "sentence": refusal.sentence if refusal else "",
        "is_conflict": isinstance(refusal, Conflict),
    }


def _control(
    session: Session,
    actor: Actor,
    at: FieldValue,
    typed: str | list[str] | None,
    wrong: dict[str, str],
) -> dict[str, Any]:
    field = at.field
    stored = field_controls.raw(field, at.value, at.shown)
    if at.value is None and field.default is not None:
        stored = field_controls.raw(field, field.default, field.show(field.default, NoNames()))
    value = stored if typed is None else typed
    names = field_controls.names_for(session, actor, field)
    made = field_controls.control(field, value, wrong.get(field.id, ""), names=names)
    return made | {"was": at.shown}
