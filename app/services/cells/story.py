"""What became of one cell: who changed it, when, from what to what, and back to any of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import happenings
from app.domain.refusals import NotFound
from app.domain.roles import Actor
from app.models import Event, Problem
from app.services import admin_history
from app.services.cells.batches import ORIGINS
from app.services.cells.checks import Edit, Exactly, judge, rows_seen
from app.services.cells.edits import edit_cells
from app.services.cells.weighing import EditOutcome
from app.services.cells.writing import EVENT
from app.services.names import Names
from app.services.rights import masking
from app.services.scope import load_visible
from app.services.super_table.problem_sheet import problem_sheet
from sheets.catalogue import Field
from sheets.editing import UNKNOWN
from sheets.fields import FieldError, Lookup, field_types
from sheets.storage import FIELD_ID, sheet_conversion

FIRST = 0  # the version before the first change that is known
# What a move's event tells of a fixed column; the state stands in the event itself.
OF_PAYLOAD = {
    "number": "number",
    "lead_section": "lead_section_id",
    "responsible": "responsible_org_id",
    "category_id": "category_id",
    "due_at": "due_at",
    "handled_by": "handled_by",
    "remedy": "remedy",
}


@dataclass(frozen=True, slots=True)
class CellVersion:
    """One line of a cell's history.

    `event` names the version for `restore`; None for lines that are about the column, such as a
    change of its type, and for fixed columns. `how` is 填写, 粘贴, 导入 or the words of a move.
    """

    at: datetime
    who: str
    how: str
    old: str
    new: str
    event: int | None = None
    batch: str = ""


@dataclass(frozen=True, slots=True)
class CellStory:
    """A cell as one person sees it: its column, its value now, its history oldest to newest.

    `may_edit` is False for fixed columns and for whoever may only look. `told_whole` is False
    where moves change the cell without telling the value: then the problem's timeline does.
    """

    problem_id: int
    field: Field
    value: Any
    shown: str
    versions: list[CellVersion]
    may_edit: bool
    told_whole: bool


def cell_story(session: Session, actor: Actor, problem_id: int, field_id: str) -> CellStory:
    """Everything about one cell; NotFound where the actor does not see its row or column."""
    problem = load_visible(session, actor, problem_id)
    field = field_seen(session, actor, field_id)
    names = Names(session)
    raw = session.execute(select(field.column).where(Problem.id == problem_id)).scalar_one()
    value = field.kind.load(raw)
    events = masking.events_seen(session, actor, problem)
    is_own = FIELD_ID.fullmatch(field.id) is not None
    versions = _own(session, field, events) if is_own else _fixed(field, events, names)
    return CellStory(
        problem_id,
        field,
        value,
        field.show(value, names),
        versions,
        is_own and _may_edit(session, actor, problem_id, field, value),
        is_own or field.id in OF_PAYLOAD or field.id == "state",
    )


def cell_history(
    session: Session, actor: Actor, problem_id: int, field_id: str
) -> list[CellVersion]:
    """The history of a cell, oldest to newest; NotFound as `cell_story`."""
    return cell_story(session, actor, problem_id, field_id).versions


def restore(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    field_id: str,
    event: int,
    batch_id: str,
    was: object = UNKNOWN,
) -> EditOutcome:
    """Write the value of an earlier version into the cell again; FIRST is before all changes.

    `was` is the text the person saw in the cell. Raises NotFound for a version that is not
    there, else as `edit_cells`.
    """
    problem = load_visible(session, actor, problem_id)
    field = field_seen(session, actor, field_id)
    told = [
        (each.seq, each.payload["fields"][field_id])
        for each in masking.events_seen(session, actor, problem)
        if field_id in _fields_of(each)
    ]
    side = "before" if event == FIRST else "after"
    found = told[:1] if event == FIRST else [each for each in told if each[0] == event]
    if not found:
        raise NotFound("version.not_found", "没有找到这一次的值，请刷新页面后再试。")
    value = _value_of(field, found[0][1], side)
    return edit_cells(
        session, actor, now, batch_id, [Edit(problem_id, field_id, value, was)], "restore"
    )


def field_seen(session: Session, actor: Actor, field_id: str) -> Field:
    """The column, if this actor sees it; else NotFound."""
    found = problem_sheet(session, actor).by_id.get(field_id)
    if found is None:
        raise NotFound("field.not_found", "没有找到这一列，或者您不能查看它。")
    return found


def _may_edit(session: Session, actor: Actor, problem_id: int, field: Field, value: Any) -> bool:
    rows = rows_seen(session, actor, [problem_id], lock=False)
    wanted = [Edit(problem_id, field.id, Exactly(value))]
    return not judge(session, actor, {field.id: field}, rows, wanted).refused


def _own(session: Session, field: Field, events: Sequence[Event]) -> list[CellVersion]:
    told = [each for each in events if field.id in _fields_of(each)]
    versions = []
    if told and (first := told[0].payload["fields"][field.id])["old"]:
        versions.append(CellVersion(events[0].at, "", "最初的值", "", first["old"], FIRST))
    versions += [_edited(each, each.payload["fields"][field.id]) for each in told]
    return sorted(versions + _conversions(session, field), key=lambda version: version.at)


def _edited(event: Event, told: Mapping[str, Any]) -> CellVersion:
    how = ORIGINS.get(event.payload.get("origin", ""), happenings.done(event.move))
    batch = event.payload.get("batch", "")
    return CellVersion(event.at, _who(event), how, told["old"], told["new"], event.seq, batch)


def _conversions(session: Session, field: Field) -> list[CellVersion]:
    """When the column became another type, and back."""
    number = FIELD_ID.fullmatch(field.id)
    if number is None:
        return []
    rows = session.execute(
        select(sheet_conversion).where(sheet_conversion.c.field_id == int(number[1]))
    )
    by = {
        event.at: event.actor_name
        for event in admin_history.events(session, admin_history.FIELDS, field.id)
    }
    lines = []
    for row in rows:
        old, new = _label(row.from_type), _label(row.to_type)
        lines.append(CellVersion(row.at, by.get(row.at, ""), f"字段改为“{new}”类型", old, new))
        if row.undone_at is not None:
            who = by.get(row.undone_at, "")
            lines.append(CellVersion(row.undone_at, who, f"字段改回“{old}”类型", new, old))
    return lines


def _label(type_key: str) -> str:
    known = field_types().get(type_key)
    return known.label if known else type_key


def _fixed(field: Field, events: Sequence[Event], names: Lookup) -> list[CellVersion]:
    """The moves that changed a fixed column, as far as their events tell the value."""
    versions, old = [], ""
    for event in events:
        told, raw = _told_by_move(field, event)
        new = _shown(field, raw, names) if told else old
        if new != old:
            how = happenings.done(event.move)
            versions.append(CellVersion(event.at, _who(event), how, old, new))
        old = new
    return versions


def _told_by_move(field: Field, event: Event) -> tuple[bool, object]:
    if field.id == "state":
        return True, event.to_state
    name = OF_PAYLOAD.get(field.id, "")
    return name in event.payload, event.payload.get(name)


def _shown(field: Field, raw: object, names: Lookup) -> str:
    try:
        return field.show(field.kind.parse(raw, field.options), names)
    except FieldError:
        return str(raw)


def _value_of(field: Field, told: Mapping[str, Any], side: str) -> object:
    """By its value; where the field has another type since, by what people read."""
    kept, shown = ("was", "old") if side == "before" else ("now", "new")
    if kept not in told or field.type != told.get("type"):
        return told[shown]
    return Exactly(field.kind.from_json(told[kept]))


def _fields_of(event: Event) -> Mapping[str, Any]:
    fields = event.payload.get("fields") if event.move == EVENT else None
    return fields if isinstance(fields, dict) else {}


def _who(event: Event) -> str:
    return f"{event.actor_org_name} {event.actor_name}".strip() if event.actor_id else "系统"
