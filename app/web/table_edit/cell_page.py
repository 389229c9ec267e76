"""The page of one cell: its value, a form to change it, its history with a way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.refusals import Conflict, Invalid, Refusal
from app.domain.roles import Actor
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.cells import edits
from app.services.cells import story as cell_history
from app.services.cells.checks import Edit
from app.services.cells.story import CellStory, CellVersion
from app.services.cells.weighing import must_fit
from app.services.scope import load_visible
from app.web import field_controls, form_fields, presenting
from app.web.table_edit import uploading


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not saved: why, and what had been typed into it."""

    refusal: Refusal
    typed: MultiDict[str, str]


def page(
    session: Session,
    actor: Actor,
    problem_id: int,
    field_id: str,
    refused: Refused | None = None,
) -> dict[str, Any]:
    """What the template draws; raises NotFound for a cell this person does not see."""
    problem = load_visible(session, actor, problem_id)
    story = cell_history.cell_story(session, actor, problem_id, field_id)
    here = url_for("table_edit.cell", problem_id=problem_id, field_id=field_id)
    return {
        "caption": story.field.caption,
        "help": story.field.help,
        "problem_title": presenting.title_of(problem),
        "problem_number": problem.number or "",
        "row_href": url_for("table.row", problem_id=problem_id),
        "problem_href": url_for("problem.show", problem_id=problem_id),
        "shown": story.shown,
        "told_whole": story.told_whole,
        "form": _form(session, actor, story, refused),
        "files": uploading.shelf(session, actor, story),
        "action": here,
        "restore_action": f"{here}/restore",
        "versions": [_version(each, story) for each in reversed(story.versions)],
        "key": form_fields.new_key(),
        "sentence": refused.refusal.sentence if refused else "",
        "is_conflict": isinstance(refused.refusal, Conflict) if refused else False,
    }


def again(problem_id: int, field_id: str, refusal: Refusal) -> ResponseReturnValue:
    """The page once more with what was typed and why it was not saved; nothing of it stays."""
    session = unit_of_work()
    session.rollback()
    refused = Refused(refusal, request.form)
    found = page(session, access.current_actor(), problem_id, field_id, refused)
    return render_template("table_edit/cell.html", **found), refusal.status


def change(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    field_id: str,
    sent: MultiDict[str, str],
) -> None:
    """Write what the form holds; raises Conflict, Invalid with the cell's own sentence."""
    field = cell_history.field_seen(session, actor, field_id)
    value = field_controls.sent(sent, [field]).get(field_id)
    if value is None:
        raise Invalid("cell.not_typed", "这一格不能用表单填写，没有改动。")
    edit = Edit(problem_id, field_id, value, form_fields.clean(sent.get("was")))
    batch = sent.get("key") or form_fields.new_key()
    must_fit(edits.edit_cells(session, actor, now, batch, [edit], "form"))


def restore(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    field_id: str,
    sent: Mapping[str, str],
) -> None:
    """Put an earlier version back; raises as `change`."""
    event = form_fields.whole(sent.get("event"))
    batch = sent.get("key") or form_fields.new_key()
    was = form_fields.clean(sent.get("was"))
    must_fit(
        cell_history.restore(
            session, actor, now, problem_id, field_id, -1 if event is None else event, batch, was
        )
    )


def _form(
    session: Session, actor: Actor, story: CellStory, refused: Refused | None
) -> dict[str, Any] | None:
    """The control with the value, or what was typed; None where it is not for this person."""
    field = story.field
    if not story.may_edit or not field_controls.kind_of(field):
        return None
    value = field_controls.raw(field, story.value, story.shown)
    if refused is not None:
        value = field_controls.sent(refused.typed, [field]).get(field.id, value)
    error = refused.refusal.sentence if refused else ""
    names = field_controls.names_for(session, actor, field)
    control = field_controls.control(field, value, error, scope="cell-", names=names)
    return {"control": control, "was": story.shown}


def _version(version: CellVersion, story: CellStory) -> dict[str, Any]:
    is_now = version.new == story.shown
    return {
        "at_text": presenting.moment(version.at),
        "at_iso": version.at.isoformat(),
        "who": version.who,
        "how": version.how,
        "old": version.old,
        "new": version.new,
        "event": version.event,
        "may_restore": story.may_edit and version.event is not None and not is_now,
    }
