"""Controls for fields whose types are known only at run time: what fits, and how it is filled."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.roles import Actor
from app.services.super_table.sheet_columns import can_be_typed
from app.services.tables import choices as table_choices
from app.web import form_fields
from sheets.catalogue import Field
from sheets.fields.rating import highest
from sheets.fields.single_choice import choices

VALUE, WAS = "field-", "was-"
YES_NO = (("是", "是"), ("否", "否"))
KINDS: Mapping[str, str] = {
    "text": "text", "number": "text", "date": "date", "datetime-local": "datetime-local",
    "textarea": "textarea", "tel": "tel", "url": "url", "select": "select", "checkbox": "select",
    "rating": "select", "multi": "checks", "person": "names", "organisation": "names",
    "position": "position",
}  # fmt: skip


def kind_of(field: Field) -> str:
    """The control that fits: an input's type or a name of our own; empty for none."""
    return KINDS.get(field.kind.control, "") if can_be_typed(field) else ""


def options_of(field: Field) -> list[tuple[str, str]]:
    """Value and label of what may be chosen."""
    if field.kind.control == "checkbox":
        return list(YES_NO)
    if field.kind.control == "rating":
        return [(str(stars), f"{stars} 星") for stars in range(1, highest(field.options) + 1)]
    return list(choices(field.options))


def control(
    field: Field,
    value: str | Sequence[str],
    error: str = "",
    *,
    scope: str = "",
    names: Sequence[str] = (),
) -> dict[str, Any]:
    """A control as components/field_control.html draws it; `scope` keeps ids apart on a page."""
    kind = kind_of(field)
    return {
        "id": f"{scope}{VALUE}{field.id}",
        "name": VALUE + field.id,
        "was_name": WAS + field.id,
        "label": field.caption,
        "help": field.help,
        "required": field.required,
        "kind": kind,
        "numeric": field.kind.control == "number",
        "options": options_of(field) if kind in {"select", "checks"} else [],
        "names": names,
        "value": value,
        "error": error,
    }


def names_for(session: Session, actor: Actor, field: Field) -> list[str]:
    """The names to offer for a field that holds a person or a unit; none for any other."""
    if kind_of(field) != "names":
        return []
    offered = table_choices.choices(session, actor, field.kind.control, "")
    return [each.name for each in offered]


def raw(field: Field, value: Any, shown: str) -> str | list[str]:
    """A stored value as its control holds it; the type reads it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return shown.replace(" ", "T")
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    if field.kind.control in {"select", "rating"}:
        return str(value)
    return field.kind.plain(value, shown)


def sent(form: MultiDict[str, str], fields: Sequence[Field]) -> dict[str, str | list[str]]:
    """What was typed into the controls of these fields, by field id; those not sent are out."""
    typed: dict[str, str | list[str]] = {}
    for field in fields:
        name = VALUE + field.id
        if kind_of(field) == "checks":
            typed[field.id] = [form_fields.clean(each) for each in form.getlist(name) if each]
        elif name in form:
            typed[field.id] = form_fields.clean(form.get(name))
    return typed


def shown_before(form: MultiDict[str, str]) -> dict[str, str]:
    """What the form showed, by field id."""
    return {
        name.removeprefix(WAS): text.replace("\r\n", "\n")
        for name, text in form.items()
        if name.startswith(WAS)
    }
