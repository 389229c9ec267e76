"""Rows that are another section's problem: they fill its blanks, bring pictures, and are noted."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.domain.states import OPEN
from app.models import CoOrganisation, Problem
from app.services.imports.comparing.canonical import pool_columns, pool_values, values_of
from app.services.imports.settling.choosing import AT_ONCE, Work, in_turn
from app.services.imports.writing.desk import Desk
from app.services.imports.writing.locking import lock
from app.services.imports.writing.updating import Update, note_only, write_layer
from sheets.merging import is_blank
from sheets.storage import FIELD_ID

# How far a problem has come, and when, is told by the section that has it.
_COURSE = frozenset(
    {"status", "urgent", "source", "unit", "reported_at", "listed_at", "due", "finished_at",
     "checked_at", "signed_off_at", "deferral_until"}
)  # fmt: skip
CLOSED = "对方的问题已经办结，只记下本科室的来源，内容和照片没有并入。"
_PLACE = frozenset({"lat", "lng"})


def merge(desk: Desk) -> None:
    """Write the merged rows; those that lead to rows of this very run come after them.

    Several rows may go into one problem: one after the other then.
    """
    waiting = list(desk.plan.merged)
    while waiting:
        now, later, taken = [], [], set()
        for work in waiting:
            target = _target(desk, work)
            if target is None or target in taken:
                later.append(work)
                continue
            taken.add(target)
            now.append((work, target))
        if not now:
            raise LookupError("a twin that is not written")
        for some in in_turn(now, AT_ONCE):
            _merge(desk, dict(some))
        waiting = later


def _target(desk: Desk, work: Work) -> int | None:
    if work.problem_id is not None:
        return work.problem_id
    return desk.problems.get(work.twin_row_id or 0)


def _merge(desk: Desk, targets: Mapping[Work, int]) -> None:
    records = desk.records(list(targets))
    desk.rows |= lock(desk.session, set(targets.values()) - desk.rows.keys())
    there = _there(desk.session, set(targets.values()))
    helpers = _helpers(desk, targets)
    updates = [
        Update(
            work, key, _blanks(records[work.row_id], there[key]), blanks=True,
            helper=helpers.get(work),
        )
        for work, key in targets.items()
    ]  # fmt: skip
    still_open = [one for one in updates if desk.rows[one.problem_id].state in OPEN]
    closed = [one for one in updates if desk.rows[one.problem_id].state not in OPEN]
    write_layer(desk, still_open, records)
    note_only(desk, closed, records, [CLOSED])


def _there(session: Session, ids: set[int]) -> dict[int, dict[str, Any]]:
    query = select(Problem.id.label("key"), *pool_columns()).where(Problem.id.in_(ids))
    return {row["key"]: pool_values(dict(row)) for row in session.execute(query).mappings()}


def _blanks(record: Mapping[str, Any], there: Mapping[str, Any]) -> frozenset[str]:
    """What the row says and the problem does not; own cells are compared when they are written."""
    said = values_of(record)
    found = {key for key in said if key in there and is_blank(there[key])} - _COURSE
    if found & _PLACE and not found >= _PLACE:  # half a position is none
        found -= _PLACE
    return frozenset(found | {key for key in said if FIELD_ID.fullmatch(key)})


def _helpers(desk: Desk, targets: Mapping[Work, int]) -> dict[Work, int]:
    """Enter the sections of the rows as helping, unless they are in charge; gives the new ones."""
    query = select(CoOrganisation.problem_id, CoOrganisation.org_id)
    known = {
        (problem_id, org_id)
        for problem_id, org_id in desk.session.execute(
            query.where(CoOrganisation.problem_id.in_(set(targets.values())))
        )
    }
    found: dict[Work, int] = {}
    for work, key in targets.items():
        section_id, facts = desk.section_of(work), desk.rows[key]
        in_charge = {facts.lead_section_id, facts.responsible_org_id}
        if section_id is None or section_id in in_charge or (key, section_id) in known:
            continue
        known.add((key, section_id))
        found[work] = section_id
    if found:
        rows = [{"problem_id": targets[work], "org_id": org_id} for work, org_id in found.items()]
        desk.session.execute(insert(CoOrganisation), rows)
    return found
