"""Cells of the super table changed by people: one cell, a pasted block, a filled column."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.services.cells import batches, checks
from app.services.cells.checks import Edit
from app.services.cells.weighing import ChangedCell, EditOutcome, Weighed, compare, write
from app.services.super_table.problem_sheet import problem_sheet
from app.services.super_table.section_sheets import as_asked
from sheets.editing import UNKNOWN
from sheets.storage import hold_fields

MOST = 20_000  # cells; a section's busiest column many times over, and still a short transaction


def edit_cells(
    session: Session,
    actor: Actor,
    now: datetime,
    batch_id: str,
    edits: Sequence[Edit],
    origin: str,
    *,
    skip_unfit: bool = False,
) -> EditOutcome:
    """Write cells, all or none; with `skip_unfit` all that fit.

    The same batch sent again writes nothing and gets the first answer, with what of it does not
    fit now. Raises Invalid for more than 20,000 cells or a cell named twice, Conflict for a batch
    id that is not new.
    """
    _check_size(edits)
    content = [[each.problem_id, each.field_id, each.value, _told(each.was)] for each in edits]
    claimed = batches.claim(session, actor, now, batch_id, origin, [content, skip_unfit])
    if claimed.earlier is not None:
        return _again(session, actor, claimed, edits)
    weighed = weigh(session, actor, batch_id, edits)
    if not weighed.outcome.fits and not skip_unfit:
        claimed.release()
        return weighed.outcome
    return write(session, actor, now, claimed, origin, weighed)


def preview_cells(session: Session, actor: Actor, edits: Sequence[Edit]) -> EditOutcome:
    """What `edit_cells` would do, without doing it."""
    _check_size(edits)
    return weigh(session, actor, "", edits).outcome


def weigh(session: Session, actor: Actor, batch_id: str, edits: Sequence[Edit]) -> Weighed:
    """Lock fields and rows, judge each edit, and compare with what the cells hold now."""
    hold_fields(session, {edit.field_id for edit in edits})
    fields = as_asked(session, problem_sheet(session, actor).by_id)
    rows = checks.rows_seen(session, actor, {edit.problem_id for edit in edits}, lock=True)
    judged = checks.judge(session, actor, fields, rows, edits)
    return compare(session, batch_id, rows, judged.wishes, judged.refused)


def first_answer(session: Session, actor: Actor, claimed: batches.Claim) -> EditOutcome:
    """What a batch that was written already has changed, as far as it is in sight by now."""
    if claimed.earlier is None:
        raise ValueError("this batch is new")
    events = batches.events_of(session, claimed.earlier)
    fields = problem_sheet(session, actor).by_id
    ids = {event.problem_id for event in events}
    seen = checks.rows_seen(session, actor, ids, lock=False)
    return EditOutcome(
        claimed.batch_id,
        changed=[
            ChangedCell(event.problem_id, field_id, told["new"])
            for event in events
            for field_id, told in event.payload["fields"].items()
            if field_id in fields and event.problem_id in seen
        ],
        versions={event.problem_id: event.payload["version"] for event in events},
        written=True,
        repeated=True,
    )


def _again(
    session: Session, actor: Actor, claimed: batches.Claim, edits: Sequence[Edit]
) -> EditOutcome:
    """The first answer; the cells it left out are weighed anew, for what was said is not kept."""
    first = first_answer(session, actor, claimed)
    done = {(each.problem_id, each.field_id) for each in first.changed}
    left = [each for each in edits if (each.problem_id, each.field_id) not in done]
    if not left:
        return first
    now = weigh(session, actor, claimed.batch_id, left).outcome
    return replace(first, conflicts=now.conflicts, refused=now.refused)


def _check_size(edits: Sequence[Edit]) -> None:
    if len(edits) > MOST:
        raise Invalid("cells.too_many", f"一次最多修改 {MOST:,} 格，现在有 {len(edits):,} 格。")
    if len({(edit.problem_id, edit.field_id) for edit in edits}) != len(edits):
        raise Invalid("cells.twice", "同一格在一次修改里出现了两次，请刷新页面后再试。")


def _told(was: object) -> object:
    return None if was is UNKNOWN else [was]
