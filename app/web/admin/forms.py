"""Forms of the administration; the settings' form is made from the settings themselves."""

from dataclasses import asdict
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Optional

from app.domain.rules import CHOICES, Rules, labels
from app.web import choices
from app.web.form_fields import line

NUMBER_ASKED = "请填写整数。"
DAY_ASKED = "请按 2026-11-30 的样子填写日期。"


class _Whole(IntegerField):  # type: ignore[misc]
    """A whole number whose complaint is ours."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; what cannot be read is said in a sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NUMBER_ASKED) from None


class _Day(DateField):  # type: ignore[misc]
    """A date whose complaint is ours."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; what cannot be read is said in a sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(DAY_ASKED) from None


def settings_form(rules: Rules) -> FlaskForm:
    """A control for every setting, with its present value."""
    told, values = labels(), asdict(rules)
    made = {name: _control(name, told[name][0], values[name]) for name in values}
    form = type("SettingsForm", (FlaskForm,), made)(data=values)
    for name, value in values.items():
        form[name].flags.required = not isinstance(value, bool)  # a box may stay empty
    return form


def _control(name: str, label: str, value: object) -> Field:
    if name in CHOICES:
        offered = choices.plain(CHOICES[name].items())
        return RadioField(label, choices=offered, validate_choice=False)
    if isinstance(value, bool):
        return BooleanField(label)
    if isinstance(value, int):
        return _Whole(label, [InputRequired(NUMBER_ASKED)])
    return line(label, 20)


def changes(form: FlaskForm, rules: Rules) -> dict[str, Any]:
    """The settings whose value is another now."""
    before = asdict(rules)
    return {name: form[name].data for name in before if form[name].data != before[name]}


class DaysForm(FlaskForm):  # type: ignore[misc]
    """Days of the working calendar to be changed."""

    first_day = _Day("日期", [Optional()])
    last_day = _Day("到", [Optional()])
    kind = RadioField(
        "改为",
        choices=choices.plain([("off", "休息"), ("work", "上班")]),
        default="off",
        validate_choice=False,
    )
    name = StringField("名称")
