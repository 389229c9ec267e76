"""The sections' own fields on a problem's page: shown, and as a form for those who fill them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.refusals import Conflict, Refusal
from app.domain.roles import Actor
from app.services import section_fields
from app.services.problems import Detail
from app.services.section_fields import FieldValue, SectionGroup
from app.web import form_fields
from sheets.fields.single_choice import choices

VALUE, WAS = "field-", "was-"
TYPED = {"number": "text", "date": "date", "datetime-local": "datetime-local", "text": "text"}
YES_NO = [("是", "是"), ("否", "否")]


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not saved: whose, why, and what had been typed into it."""

    section_id: int
    refusal: Refusal
    typed: MultiDict[str, str]

    def sentence_of(self, field_id: str) -> str:
        """What is wrong with a field."""
        return self.refusal.fields.get(field_id, "")


def groups(
    session: Session, actor: Actor, detail: Detail, refused: Refused | None = None
) -> list[dict[str, Any]]:
    """Each section with its fields; `form` is there where this person may fill them in."""
    found = section_fields.groups_of(session, actor, detail.problem)
    return [_group(group, detail, refused) for group in found]


def _group(group: SectionGroup, detail: Detail, refused: Refused | None) -> dict[str, Any]:
    own = refused if refused and refused.section_id == group.section_id else None
    return {
        "id": group.section_id,
        "name": group.section_name,
        "values": [(value.field.caption, value.shown) for value in group.values],
        "may_edit": group.may_edit,
        "version": detail.problem.version,
        "controls": [
            _control(value, own)
            for value in group.values
            if _kind(value) and not value.field.readonly
        ],
        "open": own is not None,
        "sentence": own.refusal.sentence if own else "",
        "is_conflict": isinstance(own.refusal, Conflict) if own else False,
    }


def _kind(value: FieldValue) -> str:
    """Which control fits; nothing for what cannot be typed."""
    control = value.field.kind.control
    if control in {"select", "checkbox"}:
        return "select" if _options(value) else ""
    return "textarea" if control == "textarea" else TYPED.get(control, "")


def _options(value: FieldValue) -> list[tuple[str, str]]:
    if value.field.kind.control == "checkbox":
        return YES_NO
    return [(key, label) for key, label in choices(value.field.options)]


def _control(value: FieldValue, refused: Refused | None) -> dict[str, Any]:
    field_id, stored = value.field.id, raw(value)
    typed = refused.typed.get(VALUE + field_id) if refused else None
    return {
        "name": VALUE + field_id,
        "was_name": WAS + field_id,
        "was": stored,
        "label": value.field.caption,
        "help": value.field.help,
        "kind": _kind(value),
        "options": _options(value) if _kind(value) == "select" else [],
        "value": stored if typed is None else typed,
        "error": refused.sentence_of(field_id) if refused else "",
    }


def raw(value: FieldValue) -> str:
    """A value as its control holds it; the type reads it back."""
    if value.value is None:
        return ""
    if isinstance(value.value, bool):
        return "是" if value.value else "否"
    if isinstance(value.value, datetime):
        return value.shown.replace(" ", "T")
    return str(value.value)


def save(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    section_id: int,
    sent: MultiDict[str, str],
) -> None:
    """Store what was typed; of two people at one field the second hears what the first wrote."""
    section_fields.save(
        session,
        actor,
        now,
        problem_id,
        section_id,
        _named(sent, VALUE),
        version=form_fields.whole(sent.get("version")),
        was=_named(sent, WAS),
    )


def _named(sent: MultiDict[str, str], prefix: str) -> dict[str, object]:
    return {
        name.removeprefix(prefix): form_fields.clean(text)
        for name, text in sent.items()
        if name.startswith(prefix)
    }
