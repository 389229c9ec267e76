"""The sections' own fields on a problem's page: shown, and as a form for those who fill them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.refusals import Conflict, Refusal
from app.domain.roles import Actor
from app.services.forms import section_values, sheet_forms
from app.services.forms.section_values import FieldValue, SectionGroup
from app.services.problems.shown import Detail
from app.web import field_controls, form_fields

VALUE, WAS = field_controls.VALUE, field_controls.WAS


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not saved: whose, why, and what had been typed into it."""

    section_id: int
    refusal: Refusal
    typed: MultiDict[str, str]

    @property
    def given(self) -> dict[str, str | list[str]]:
        """What had been typed, by field id."""
        return _given(self.typed)

    def sentence_of(self, field_id: str) -> str:
        """What is wrong with a field."""
        return self.refusal.fields.get(field_id, "")


def groups(
    session: Session, actor: Actor, detail: Detail, refused: Refused | None = None
) -> list[dict[str, Any]]:
    """Each section with its fields; `form` is there where this person may fill them in."""
    found = section_values.groups_of(session, actor, detail.problem)
    forms = sheet_forms.sheets_with_form(session, [group.section_id for group in found])
    return [
        _group(session, actor, group, detail, refused) | {"form": forms.get(group.section_id)}
        for group in found
    ]


def _group(
    session: Session,
    actor: Actor,
    group: SectionGroup,
    detail: Detail,
    refused: Refused | None,
) -> dict[str, Any]:
    own = refused if refused and refused.section_id == group.section_id else None
    return {
        "id": group.section_id,
        "name": group.section_name,
        "values": [(value.field.caption, value.shown) for value in group.values],
        "may_edit": group.may_edit,
        "version": detail.problem.version,
        "controls": [
            _control(session, actor, value, own)
            for value in group.values
            if field_controls.kind_of(value.field)
        ],
        "open": own is not None,
        "sentence": own.refusal.sentence if own else "",
        "is_conflict": isinstance(own.refusal, Conflict) if own else False,
    }


def _control(
    session: Session, actor: Actor, value: FieldValue, refused: Refused | None
) -> dict[str, Any]:
    field_id, stored = value.field.id, field_controls.raw(value.field, value.value, value.shown)
    typed: str | list[str] = stored
    if refused and field_id in refused.given:
        typed = refused.given[field_id]
    names = field_controls.names_for(session, actor, value.field)
    error = refused.sentence_of(field_id) if refused else ""
    made = field_controls.control(value.field, typed, error, names=names)
    return made | {"was": stored if isinstance(stored, str) else "、".join(stored)}


def save(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    section_id: int,
    sent: MultiDict[str, str],
) -> None:
    """Store what was typed; of two people at one field the second hears what the first wrote."""
    section_values.save(
        session,
        actor,
        now,
        problem_id,
        section_id,
        _given(sent),
        version=form_fields.whole(sent.get("version")),
        was=_shown_before(sent),
    )


def _given(sent: MultiDict[str, str]) -> dict[str, str | list[str]]:
    """What was typed, by field id; several boxes give a list, none of them an empty one."""
    names = [name.removeprefix(WAS) for name in sent if name.startswith(WAS)]
    names += [name.removeprefix(VALUE) for name in sent if name.startswith(VALUE)]
    found: dict[str, str | list[str]] = {}
    for name in dict.fromkeys(names):
        typed = [form_fields.clean(each) for each in sent.getlist(VALUE + name)]
        found[name] = typed[0] if len(typed) == 1 else typed
    return found


def _shown_before(sent: MultiDict[str, str]) -> dict[str, object]:
    return {
        name.removeprefix(WAS): form_fields.clean(text)
        for name, text in sent.items()
        if name.startswith(WAS)
    }
