"""Forms that add and change a field; the settings of its type come from options.py."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField

from app.web import choices
from app.web.form_fields import Wanted, line, paragraph, whole
from app.web.sheet_admin import options
from app.web.sheet_admin.choice_rows import sent_choices
from app.web.sheet_admin.types_shown import offered
from sheets.storage import FieldChange, FieldRecord, FieldSpec

LONGEST_CAPTION = 40  # the engine says so too; here the control stops typing


class FieldForm(FlaskForm):  # type: ignore[misc]
    """What every field has, whatever its type, and every setting that a type may have."""

    tried: FieldChange | None = None  # what a formula is to give, before it is saved
    caption = line("字段名称", LONGEST_CAPTION, Wanted())
    help = paragraph("填写说明")
    required = BooleanField("必填")
    default = line("默认值", 500)
    version = HiddenField()


class AddForm(FieldForm):
    """A new field: a name and a type are enough."""

    type = SelectField("类型", [Wanted()], choices=(), validate_choice=False, default="text")


for _name, _made in options.controls().items():
    setattr(FieldForm, _name, _made)


def add_form() -> AddForm:
    """The form of a new field with its types."""
    form = AddForm()
    form.type.choices = choices.plain((kind.key, kind.label) for kind in offered())
    return form


def spec_of(form: AddForm) -> FieldSpec:
    """The field these controls describe; raises Invalid for settings that cannot be read."""
    key = form.type.data or ""
    return FieldSpec(
        caption=form.caption.data or "",
        type=key,
        options=options.read(key, typed(form)),
        required=bool(form.required.data),
        default=(form.default.data or None) if options.takes_default(key) else None,
        help=form.help.data or "",
    )


def change_of(form: FieldForm, record: FieldRecord, sent: MultiDict[str, str]) -> FieldChange:
    """What these controls make of a field; raises Invalid for settings that cannot be read."""
    key, given = record.type, {}
    if options.has_choices(key):
        given[options.CHOICES] = sent_choices(sent)
    default = form.default.data or None
    return FieldChange(
        caption=form.caption.data or "",
        help=form.help.data or "",
        required=bool(form.required.data),
        default=default if options.takes_default(key) else None,
        options=options.read(key, typed(form), given),
        version=whole(form.version.data) or 0,
    )


def typed(form: FlaskForm) -> MultiDict[str, Any]:
    """The settings as typed, by name."""
    return MultiDict({name: form[name].data or "" for name in options.NAMES})
