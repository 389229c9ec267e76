"""A field's page in plain values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.policy import may_change_settings
from app.domain.refusals import Invalid
from app.domain.rights import Effect
from app.domain.roles import Actor
from app.services.rights import administration
from app.services.super_table import field_admin, field_conversions, field_words, formula_preview
from app.services.super_table.field_admin import Administered
from app.services.super_table.sheet_admin import Arranged
from app.web import presenting
from app.web.sheet_admin import converting, options, presenters
from app.web.sheet_admin.choice_rows import choice_rows
from app.web.sheet_admin.forms import FieldForm
from app.web.sheet_admin.types_shown import drawing_of
from sheets.formulas import FUNCTIONS, shown_formula
from sheets.storage import FieldRecord


def form_of(session: Session, record: FieldRecord) -> FieldForm:
    """The form of a field as it is; a formula names fields by their captions."""
    settings = options.shown(record.type, record.options)
    if options.FORMULA in settings:
        captions = field_admin.named_beside(session, record.section)
        settings[options.FORMULA] = shown_formula(settings[options.FORMULA], captions)
    kept = {
        "caption": record.caption,
        "help": record.help,
        "required": record.required,
        "default": options.written(record.default, record.options),
        "version": str(record.version),
    }
    form = FieldForm(data=kept | settings)
    for name in options.NEEDED:
        form[name].flags.required = True
    return form


def page(
    session: Session,
    actor: Actor,
    now: datetime,
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
        "formula": _formula(session, actor, now, sheet, record, form)
        if record.type == options.FORMULA
        else None,
        "takes_default": options.takes_default(record.type),
        "computed": record.type in options.COMPUTED,
        "convertible": bool(field_conversions.types_for(record)),
        "conversions": converting.done_before(session, sheet.row.id, found),
        "status": converting.status(session, sheet.row.id, found),
        "used_by": _named(field_admin.used_by(session, record.id)),
        "retired": presenting.moment(record.retired_at) if record.retired_at else "",
        "rights": _rights(session, actor, record),
        "history": presenters.field_history(session, record.id),
    }


def _rights(session: Session, actor: Actor, record: FieldRecord) -> list[dict[str, str]]:
    """Who may see and who may change the field; where to limit it, for who makes the rules."""
    told = administration.about_column(session, record.id)
    usual = {
        Effect.SEE: "本科室和可见全部问题的人员可见" if record.section else "看得到问题的人都可见",
        Effect.CHANGE: "牵头或负责该问题的本科室人员可改"
        if record.section
        else "牵头或负责该问题的科室人员、系统管理员可改",
    }
    if record.type in options.COMPUTED:
        usual[Effect.CHANGE] = "由系统算出，任何人不能改"
    limits = may_change_settings(actor)
    return [
        {
            "sentence": told.get(effect, words),
            "href": url_for("rights.new", effect=effect.value, field=record.id) if limits else "",
            "label": "限定谁看这一列" if effect is Effect.SEE else "限定谁改这一列",
        }
        for effect, words in usual.items()
    ]


def _formula(
    session: Session,
    actor: Actor,
    now: datetime,
    sheet: Arranged,
    record: FieldRecord,
    form: FieldForm,
) -> dict[str, Any]:
    """What stands beside a formula: fields and functions to insert, and what it gives."""
    made: dict[str, Any] = {
        "fields": [
            caption
            for key, caption in field_admin.named_beside(session, record.section).items()
            if key != record.id
        ],
        "functions": [(each.name, each.hint) for each in FUNCTIONS],
        "tried": form.tried is not None,
        "results": [],
        "trouble": "",
    }
    if record.retired_at is None:
        try:
            made["results"] = formula_preview.results(
                session, actor, now, sheet, record.id, form.tried
            )
        except Invalid as refusal:
            made["trouble"] = refusal.sentence
    return made


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
