"""The form in which a sheet's columns are arranged: read from what was sent, and shown."""

from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import MultiDict

from app.services.super_table.sheet_admin import Arranged
from app.services.super_table.sheet_columns import Column, can_be_typed
from app.web.form_fields import clean
from app.web.sheet_admin.types_shown import drawing_of, label_of
from sheets.catalogue import Field
from sheets.fields import NoNames

UP, DOWN = "up", "down"


def sent_columns(sent: MultiDict[str, str]) -> list[Column]:
    """The columns as they were arranged, in the order sent; a pressed arrow has moved its own."""
    columns = [
        Column(
            id=field_id,
            caption=clean(sent.get(f"caption-{field_id}")),
            required=f"required-{field_id}" in sent,
            default=clean(sent.get(f"default-{field_id}")),
            on_form=f"form-{field_id}" in sent,
            shown=f"shown-{field_id}" in sent,
        )
        for field_id in dict.fromkeys(sent.getlist("id"))
    ]
    for step, name in ((-1, UP), (1, DOWN)):
        if pressed := sent.get(name):
            columns = moved(columns, pressed, step)
    return columns


def moved(columns: list[Column], field_id: str, step: int) -> list[Column]:
    """The columns with one of them a place up (-1) or down (1) among those that are shown."""
    shown = [column for column in columns if column.shown]
    rest = [column for column in columns if not column.shown]
    at = next((place for place, each in enumerate(shown) if each.id == field_id), None)
    if at is not None and 0 <= at + step < len(shown):
        shown[at], shown[at + step] = shown[at + step], shown[at]
    return [*shown, *rest]


def rows(
    found: Arranged, sent: Iterable[Column] | None = None, errors: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """Each column of the form, those shown first; as sent where it was refused."""
    fields = {field.id: (field, column) for field, column in found.columns}
    if sent is not None:
        typed = [each for each in sent if each.id in fields]
        named = {each.id for each in typed}
        fields = {each.id: (fields[each.id][0], each) for each in typed} | {
            key: pair for key, pair in fields.items() if key not in named
        }
    made = [_row(field, column, errors or {}, found) for field, column in fields.values()]
    return sorted(made, key=lambda row: not row["shown"])


def _row(field: Field, column: Column, errors: dict[str, str], found: Arranged) -> dict[str, Any]:
    ours = field.section in {None, found.code}
    typed, key = ours and can_be_typed(field), field.id
    told = [errors[name] for name in (f"caption-{key}", f"default-{key}") if name in errors]
    return {
        "id": field.id,
        "caption": field.caption,
        "type": label_of(field.made_by or field.type),
        "icon": drawing_of(field.made_by or field.type),
        "own": field.id.startswith("f_") and field.section == found.code,
        "others": bool(field.section) and field.section != found.code,
        "own_caption": column.caption,
        "shown": column.shown,
        "written": typed,
        "always_required": field.required,
        "required": column.required or field.required,
        "default": column.default,
        "field_default": "" if field.default is None else field.show(field.default, NoNames()),
        "on_form": column.on_form,
        "errors": told,
    }
