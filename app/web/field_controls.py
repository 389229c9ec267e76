"""Controls for fields whose types are known only at run time: what fits, and how it is filled."""

from collections.abc import Sequence
from typing import Any

from sheets.catalogue import Field
from sheets.fields.rating import highest
from sheets.fields.single_choice import choices

YES_NO = (("是", "是"), ("否", "否"))
TYPED = {
    "text": "text", "number": "text", "date": "date", "datetime-local": "datetime-local",
    "textarea": "textarea", "tel": "tel", "url": "url",
}  # fmt: skip
ONE_OF = {"select", "checkbox", "rating"}
SOME_OF = "multi"
NUMERIC = {"number"}


def can_be_typed(field: Field) -> bool:
    """Whether a person fills it in on a form; formulas, photos and the like he does not."""
    return not field.readonly and bool(kind_of(field))


def kind_of(field: Field) -> str:
    """The control that fits: an input's type, textarea, select or checks; empty for none."""
    control = field.kind.control
    if control in ONE_OF:
        return "select" if options_of(field) else ""
    if control == SOME_OF:
        return "checks" if options_of(field) else ""
    return TYPED.get(control, "")


def options_of(field: Field) -> list[tuple[str, str]]:
    """Value and label of what may be chosen."""
    if field.kind.control == "checkbox":
        return list(YES_NO)
    if field.kind.control == "rating":
        return [(str(stars), f"{stars} 星") for stars in range(1, highest(field.options) + 1)]
    return list(choices(field.options))


def control(
    field: Field, name: str, value: str | Sequence[str], error: str = "", *, scope: str = ""
) -> dict[str, Any]:
    """A control as components/field_control.html draws it; `scope` keeps ids apart on a page."""
    kind = kind_of(field)
    return {
        "id": f"{scope}{name}",
        "name": name,
        "label": field.caption,
        "help": field.help,
        "required": field.required,
        "kind": kind,
        "numeric": field.kind.control in NUMERIC,
        "options": options_of(field) if kind in {"select", "checks"} else [],
        "value": value,
        "error": error,
    }
