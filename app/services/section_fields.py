"""The sections' own columns: which ones a person sees, their values on a problem, saving them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.facts import Facts
from app.domain.policy import may_edit_section_fields, scope_of
from app.domain.refusals import Conflict, Invalid, NotAllowed
from app.domain.roles import SECTION_TYPES, Actor
from app.models import Organisation, Problem
from app.services import history
from app.services.facts import facts_of
from app.services.moves import load_visible
from app.services.names import Names
from sheets.catalogue import Field
from sheets.fields import FieldError
from sheets.storage import FieldSpec, add_field, load_fields, set_values

TABLE = Problem.__tablename__
BLANK = "空白"
EVENT = "edit_fields"  # stands in the history beside the moves; its words are in the timeline


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


def add_section_field(session: Session, now: datetime, section_code: str, spec: FieldSpec) -> Field:
    """Add a column to the super table for a section; Invalid says what is wrong with the wish."""
    section = session.scalar(select(Organisation).where(Organisation.code == section_code))
    if section is None or section.org_type not in SECTION_TYPES:
        raise Invalid("section.unknown", "没有这个科室，请从列表中选择。")
    wanted = FieldSpec(**{**vars(spec), "section_code": section_code})
    try:
        return add_field(session, TABLE, wanted, now, over=Problem.__table__)
    except FieldError as error:
        raise Invalid("field.wrong", error.sentence) from None


def all_fields(session: Session) -> list[Field]:
    """Every field in use, in order, over the problem table."""
    return load_fields(session, TABLE, Problem.__table__)


def fields_of_section(session: Session, section_code: str) -> list[Field]:
    """The fields of one section, in order."""
    return load_fields(session, TABLE, Problem.__table__, section=section_code)


def visible_fields(session: Session, actor: Actor) -> list[Field]:
    """The fields this actor may see: those of his section; of all for whoever sees the city.

    Rules of the city take away some, and make others readonly.
    """
    fields = allowed_fields(actor, all_fields(session))
    if not fields or scope_of(actor).everything:
        return fields
    own = None
    if actor.org_type in SECTION_TYPES and actor.org_id is not None:
        own = session.get_one(Organisation, actor.org_id).code
    return [field for field in fields if field.section is None or field.section == own]


def allowed_fields(actor: Actor, fields: Sequence[Field]) -> list[Field]:
    """These fields without those that a rule hides from the actor; locked ones are readonly."""
    rights = actor.rights
    return [
        replace(field, readonly=True) if field.id in rights.locked else field
        for field in fields
        if field.id not in rights.hidden
    ]


def groups_of(session: Session, actor: Actor, problem: Problem) -> list[SectionGroup]:
    """The fields of the sections that lead or must solve this problem, as the actor sees them.

    Fields of no section come first; a section without fields gives no group.
    """
    fields = visible_fields(session, actor)
    if not fields:
        return []
    facts = facts_of(session, problem)
    values = _values(session, problem.id, fields)
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


def _values(session: Session, problem_id: int, fields: Sequence[Field]) -> dict[str, FieldValue]:
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
    problem = load_visible(session, actor, problem_id)
    session.refresh(problem, with_for_update=True)
    facts = facts_of(session, problem)
    if not may_edit_section_fields(actor, facts, section_id):
        raise NotAllowed("fields.not_allowed", "只有牵头科室或责任科室的人员可以填写本科室字段。")
    code = session.get_one(Organisation, section_id).code
    own = allowed_fields(actor, fields_of_section(session, code))
    known = {field.id: field for field in own}
    _refuse_locked(known, given)
    typed = _parsed(known, given)
    current = _values(session, problem_id, list(known.values())) if known else {}
    if version is not None and version != problem.version:
        typed = _merged(session, current, typed, _parsed(known, was) if was else None)
    changed = {key: value for key, value in typed.items() if value != current[key].value}
    if not changed:
        return problem.version
    return _write(
        session, actor, now, facts, {known[key]: v for key, v in changed.items()}, current
    )


def _refuse_locked(known: Mapping[str, Field], given: Mapping[str, object]) -> None:
    locked = [known[key].caption for key in given if key in known and known[key].readonly]
    if locked:
        raise NotAllowed(
            "fields.locked", f"按权限规则，您不能修改：{'、'.join(locked)}。请去掉后再保存。"
        )


def _parsed(known: Mapping[str, Field], given: Mapping[str, object]) -> dict[str, Any]:
    values, wrong = {}, {}
    for key, raw in given.items():
        if key not in known:
            raise Invalid("fields.unknown", "没有这个字段，可能已停用，请刷新后再填。")
        try:
            values[key] = known[key].parse(raw)
        except FieldError as error:
            wrong[key] = error.sentence
    if wrong:
        raise Invalid("fields.wrong", " ".join(wrong.values()), fields=wrong)
    return values


def _merged(
    session: Session,
    current: Mapping[str, FieldValue],
    typed: Mapping[str, Any],
    was: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """What is left to write after somebody else saved; Conflict where both changed a cell."""
    mine = {
        key: value
        for key, value in typed.items()
        if was is None or key not in was or value != was[key]
    }
    both = {}
    for key, value in mine.items():
        here = current[key]
        untouched = was is not None and key in was and here.value == was[key]
        if here.value != value and not untouched:
            both[key] = (here, here.field.show(value, Names(session)))
    if both:
        told = {
            key: f"{here.field.caption}：现在是“{here.shown or BLANK}”，您填“{yours or BLANK}”。"
            for key, (here, yours) in both.items()
        }
        raise Conflict(
            "fields.moved_on",
            "您填写期间，他人已修改同一字段，未覆盖。" + "".join(told.values()),
            fields=told,
            details={k: {"current": h.shown, "yours": y} for k, (h, y) in both.items()},
        )
    return mine


def _write(
    session: Session,
    actor: Actor,
    now: datetime,
    facts: Facts,
    changed: Mapping[Field, Any],
    current: Mapping[str, FieldValue],
) -> int:
    if facts.id is None:
        raise ValueError("the problem has no row yet")
    won = session.execute(
        update(Problem)
        .where(Problem.id == facts.id, Problem.version == facts.version)
        .values(version=Problem.version + 1, updated_at=now)
        .returning(Problem.version)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if won is None:
        raise Conflict("fields.moved_on", "他人刚刚更新了这个问题，请刷新后再填。")
    set_values(session, TABLE, "id", facts.id, changed)
    session.expire(session.get_one(Problem, facts.id))
    _record(session, actor, now, facts, facts.id, changed, current)
    return won


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    facts: Facts,
    problem_id: int,
    changed: Mapping[Field, Any],
    current: Mapping[str, FieldValue],
) -> None:
    """Old and new values, for the timeline and for whoever inspects."""
    names = Names(session)
    told = {
        field.id: {
            "caption": field.caption,
            "old": current[field.id].shown,
            "new": field.show(value, names),
        }
        for field, value in changed.items()
    }
    # The text is read by all who see the problem, the values only by those of the section.
    words = (str(each["caption"]) for each in told.values())
    history.record(
        session,
        problem_id=problem_id,
        move=EVENT,
        from_state=facts.state,
        to_state=facts.state,
        actor=actor,
        now=now,
        text="；".join(words),
        payload={"fields": told},
    )
