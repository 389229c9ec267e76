"""A form for a move, built from what the table says the move needs."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import Optional

from app.domain.facts import Given
from app.domain.needs import REASONS, Need, optional_text
from app.domain.refusals import Invalid
from app.domain.states import Priority
from app.domain.workflow import Move
from app.door import access
from app.services.problems import shown
from app.services.problems.shown import Detail
from app.web import choices, form_fields

Maker = Callable[[Session, Need, Detail | None], Field]  # no problem: a form for many
PRESSED = "move"  # the name of the button that says which move is made
CONDITIONAL = frozenset({"duplicate_of", "general_reason", "urgent_reason"})  # asked for at times
NO_DATE = "请按 2026-11-30 的样子填写日期。"
NO_NUMBER = "请填写整数。"


def reason_words(need: Need) -> list[SelectChoice]:
    """The reasons of a need, numbered, so that they can be named on the telephone."""
    members = REASONS[need.key]
    return choices.plain(
        (member.value, f"{place} {getattr(member, 'label', member.value)}")
        for place, member in enumerate(members, 1)
    )


def _text(_session: Session, need: Need, _detail: Detail | None) -> Field:
    return form_fields.paragraph(need.label)


def _line(_session: Session, need: Need, _detail: Detail | None) -> Field:
    return form_fields.line(need.label, 100)


def _reason(_session: Session, need: Need, _detail: Detail | None) -> Field:
    return RadioField(need.label, choices=reason_words(need), validate_choice=False)


def _date(_session: Session, need: Need, _detail: Detail | None) -> Field:
    return _Day(need.label, [Optional()])


def _number(_session: Session, need: Need, _detail: Detail | None) -> Field:
    return _Count(need.label, [Optional()])


def _duplicate(_session: Session, _need: Need, _detail: Detail | None) -> Field:
    return form_fields.line("与之重复的问题编号", 40)


def select(label: str, offered: Sequence[SelectChoice]) -> Field:
    """A list to choose an id from, in groups; whether the id exists is for the service to say."""
    return SelectField(
        label,
        [Optional()],
        choices=list(offered),
        coerce=lambda value: form_fields.whole(str(value or "")),
        validate_choice=False,
    )


def _category(session: Session, need: Need, _detail: Detail | None) -> Field:
    return select(need.label, choices.with_blank(choices.categories(session)))


def _section(session: Session, need: Need, _detail: Detail | None) -> Field:
    return select(need.label, choices.with_blank(choices.sections(session)))


def _responsible(session: Session, need: Need, detail: Detail | None) -> Field:
    problem = detail.problem if detail else None
    return select(need.label, choices.with_blank(choices.units(session, problem)))


class _Day(DateField):  # type: ignore[misc]
    """A date whose complaint is ours."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; what cannot be read is said in a sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NO_DATE) from None


class _Count(IntegerField):  # type: ignore[misc]
    """A whole number whose complaint is ours."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; what cannot be read is said in a sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NO_NUMBER) from None


MAKERS: dict[str, Maker] = {
    "text": _text,
    "remedy": _text,
    "handled_by": _line,
    "interim_measure": _text,
    "reason_code": _reason,
    "target_date": _date,
    "days": _number,
    "duplicate_of_id": _duplicate,
    "category_id": _category,
    "lead_section_id": _section,
    "responsible_org_id": _responsible,
}


def needs_of(move: Move, detail: Detail) -> tuple[Need, ...]:
    """What the table asks for, and for a problem nobody called urgent the reason why it is."""
    asks_for_text = any(need.field == "text" for need in move.needs)
    if move.id == "refer_to_leader" and not asks_for_text:
        label = "紧急理由"
        if detail.facts.priority is Priority.URGENT:
            label = "补充的紧急理由"
        return (*move.needs, optional_text(label))
    return move.needs


def form_for(session: Session, move: Move, detail: Detail, *, prefix: str = "") -> FlaskForm:
    """The form of a move, with what is already known filled in.

    With a prefix it stands beside others on a page and reads only what was sent to it.
    """
    fields: dict[str, Any] = {
        "version": HiddenField(default=str(detail.problem.version)),
        "key": form_fields.key_field(),
    }
    for need in needs_of(move, detail):
        fields[need.field] = MAKERS[need.field](session, need, detail)
    made = type("MoveForm", (FlaskForm,), fields)
    form = made(formdata=formdata_for(move.id, prefix), prefix=prefix, data=known(detail))
    for need in needs_of(move, detail):
        form[need.field].flags.required = not need.optional and need.key not in CONDITIONAL
    return form


def formdata_for(move_id: str, prefix: str) -> Any:
    """What was sent, for the one form of the page it was sent to; the only form gets it anyway."""
    if not prefix:
        return request.form if request.method == "POST" else None
    return formdata_for_any({move_id})


def formdata_for_any(move_ids: Collection[str]) -> Any:
    """What was sent, if the button of one of these moves was pressed."""
    sent = request.method == "POST" and request.form.get(PRESSED) in move_ids
    return request.form if sent else None


def known(detail: Detail) -> dict[str, Any]:
    """What the problem and its request already say."""
    problem, pending = detail.problem, detail.request
    return {
        "version": str(problem.version),
        "category_id": problem.category_id,
        "lead_section_id": problem.lead_section_id,
        "responsible_org_id": problem.responsible_org_id,
        "target_date": pending.target_date if pending else None,
    }


def given_of(session: Session, form: FlaskForm) -> Given:
    """What was filled in, as the input of the move.

    Raises Invalid for the number of a problem that is not there.
    """
    values = {
        name: value
        for name, value in form.data.items()
        if name in MAKERS and value not in {None, ""}
    }
    if "duplicate_of_id" in values:
        values["duplicate_of_id"] = _problem_named(session, values["duplicate_of_id"])
    return Given(**values)


def _problem_named(session: Session, name: str) -> int:
    found = shown.id_named(session, access.current_actor(), name)
    if found is None:
        sentence = f"没有找到“{name}”这个问题，请核对编号；没有编号的，请填内部号。"
        raise Invalid("duplicate.unknown", sentence, fields={"duplicate_of_id": sentence})
    return found


def is_filled(form: FlaskForm) -> bool:
    """Whether a person wrote or chose anything in what was sent."""
    mine = (field for field in form if not isinstance(field, HiddenField))
    return any(value for field in mine for value in getattr(field, "raw_data", None) or ())


def version_of(form: FlaskForm) -> int | None:
    """The version of the problem that the person was looking at."""
    return form_fields.whole(form["version"].data)
