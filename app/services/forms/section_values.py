"""What the sections' own fields hold on a problem: shown by section, and saved from a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.facts import Facts
from app.domain.policy import may_edit_section_fields
from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.domain.roles import Actor
from app.models import Organisation, Problem
from app.services.cells import batches, checks, weighing
from app.services.cells.checks import READONLY, Edit, RefusedCell
from app.services.cells.naming import kind_of
from app.services.cells.weighing import ConflictingCell
from app.services.names import Names
from app.services.super_table.section_fields import (
    allowed_fields,
    fields_of_section,
    visible_fields,
)
from app.services.workflow.facts import facts_of
from sheets.catalogue import Field
from sheets.editing import CellEdit
from sheets.storage import hold_fields


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field with its value on one problem, and the value as people read it."""

    field: Field
    value: Any
    shown: str


@dataclass(frozen=True, slots=True)
class SectionGroup:
    """The fields of one section on one problem; `may_edit` for the person who asked."""

    section_id: int | None
    section_name: str
    values: tuple[FieldValue, ...]
    may_edit: bool


def groups_of(session: Session, actor: Actor, problem: Problem) -> list[SectionGroup]:
    """The fields of the sections that lead or must solve this problem, as the actor sees them.

    Fields of no section come first; a section without fields gives no group.
    """
    fields = visible_fields(session, actor)
    if not fields:
        return []
    facts = facts_of(session, problem)
    values = values_of(session, problem.id, fields)
    groups = []
    for section_id, code, name in _sections(session, facts):
        own = tuple(values[field.id] for field in fields if field.section == code)
        if own:
            may = section_id is not None and may_edit_section_fields(actor, facts, section_id)
            may = may and any(not value.field.readonly for value in own)
            groups.append(SectionGroup(section_id, name, own, may))
    return groups


def _sections(session: Session, facts: Facts) -> list[tuple[int | None, str | None, str]]:
    ids = {facts.lead_section_id, facts.responsible_org_id} - {None}
    rows = session.execute(
        select(Organisation.id, Organisation.code, Organisation.short_name)
        .where(Organisation.id.in_(ids))
        .order_by(Organisation.position, Organisation.id)
    )
    return [(None, None, "全市"), *((row.id, row.code, row.short_name) for row in rows)]


def values_of(session: Session, problem_id: int, fields: Sequence[Field]) -> dict[str, FieldValue]:
    """The values of these fields on one problem, by field id."""
    columns = [field.column.label(field.id) for field in fields]
    row = session.execute(select(*columns).where(Problem.id == problem_id)).one()
    names = Names(session)
    found = {}
    for field, raw in zip(fields, row, strict=True):
        value = field.kind.load(raw)
        found[field.id] = FieldValue(field, value, field.show(value, names))
    return found


def save(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    section_id: int,
    given: Mapping[str, object],
    *,
    version: int | None = None,
    was: Mapping[str, object] | None = None,
) -> int:
    """Write a section's fields on a problem; gives the problem's version afterwards.

    `given` holds what was typed by field id; fields left out stay. `version` is the one the
    person was looking at, `was` what the form showed then: with `was`, cells that only
    somebody else changed are kept and only a cell changed by both is a Conflict; without it
    every cell that differs is. Raises Invalid with a sentence by field, NotAllowed, Conflict.
    """
    hold_fields(session, given.keys())
    rows = checks.rows_seen(session, actor, [problem_id], lock=True)
    if problem_id not in rows:
        raise NotFound("problem.not_found", "没有找到这个问题，或者您不能查看它。")
    if not may_edit_section_fields(actor, rows[problem_id], section_id):
        raise NotAllowed("fields.not_allowed", checks.ONLY_SECTION)
    code = session.get_one(Organisation, section_id).code
    known = {each.id: each for each in allowed_fields(actor, fields_of_section(session, code))}
    edits = [Edit(problem_id, key, _picked(known.get(key), raw)) for key, raw in given.items()]
    judged = checks.judge(session, actor, known, rows, edits)
    _refuse(known, judged.refused)
    wishes = judged.wishes
    if version is not None and version != rows[problem_id].version:
        seen = [Edit(problem_id, key, _picked(known.get(key), raw)) for key, raw in _given(was)]
        wishes = _since(wishes, checks.judge(session, actor, known, rows, seen).wishes, was)
    weighed = weighing.compare(session, "", rows, wishes, ())
    if weighed.outcome.conflicts:
        raise _both_changed(weighed.outcome.conflicts)
    if not weighed.changes:
        return rows[problem_id].version
    claimed = batches.claim(session, actor, now, uuid4().hex, "form", None)
    return weighing.write(session, actor, now, claimed, "form", weighed).versions[problem_id]


def _picked(field: Field | None, raw: object) -> object:
    """Forms send the id of a reference as text; elsewhere a text is a name."""
    is_id = field is not None and kind_of(field) and isinstance(raw, str) and raw.isdecimal()
    return {"id": int(str(raw)[:10])} if is_id else raw


def _refuse(known: Mapping[str, Field], refused: Sequence[RefusedCell]) -> None:
    codes = {each.code for each in refused}
    if codes & {checks.NO_FIELD, checks.BY_WORKFLOW}:
        raise Invalid("fields.unknown", checks.SENTENCES[checks.NO_FIELD])
    if checks.READONLY in codes:
        locked = [known[each.field_id].caption for each in refused if each.code == READONLY]
        raise NotAllowed(
            "fields.locked", f"按权限规则，您不能修改：{'、'.join(locked)}。请去掉后再保存。"
        )
    if refused:
        wrong = {each.field_id: each.sentence for each in refused}
        raise Invalid("fields.wrong", " ".join(wrong.values()), fields=wrong)


def _given(was: Mapping[str, object] | None) -> list[tuple[str, object]]:
    """What the form showed in cells that were not blank."""
    return [(key, raw) for key, raw in (was or {}).items() if raw is not None and raw != ""]


def _since(
    wishes: Sequence[CellEdit], read: Sequence[CellEdit], was: Mapping[str, object] | None
) -> list[CellEdit]:
    """After somebody else saved: the cells this person changed, each with what it held before.

    Of a cell whose earlier value cannot be read, nothing that stands there now is that value.
    """
    seen: dict[str, Any] = {
        key: None for key, raw in (was or {}).items() if raw is None or raw == ""
    }
    seen |= {each.field.id: each.value for each in read}
    nothing = object()
    return [
        replace(each, was=seen.get(each.field.id, nothing))
        for each in wishes
        if each.field.id not in seen or each.value != seen[each.field.id]
    ]


def _both_changed(conflicts: Sequence[ConflictingCell]) -> Conflict:
    told = {each.field_id: each.sentence for each in conflicts}
    return Conflict(
        "fields.moved_on",
        "您填写期间，他人已修改同一字段，未覆盖。" + "".join(told.values()),
        fields=told,
        details={each.field_id: {"current": each.now, "yours": each.yours} for each in conflicts},
    )
