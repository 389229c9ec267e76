"""Rows of an import whose problems are there already: what they change, and how it is undone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.domain.facts import Facts
from app.domain.policy import may_import_for
from app.domain.refusals import Conflict
from app.domain.states import Priority, State
from app.models import ImportRow
from app.services.imports.reading.record_json import from_json
from app.services.imports.settling.choosing import SETTLED, Work
from app.services.imports.writing import origins as import_origins
from app.services.imports.writing.desk import Desk
from app.services.imports.writing.entry import entry_of
from app.services.imports.writing.moves import ChangedRow, write_changes
from app.services.imports.writing.snapshots import difference, snapshot
from sheets.storage import FIELD_ID

MOVED_ON = "有问题在写入时被人改动，没有写入，请再写入一次。"
ANOTHER_LEADS = "这个问题由别的科室牵头，只补了空白的内容。"


@dataclass(frozen=True, slots=True)
class Update:
    """A row and the problem it changes; `fields` are those of the record that are written.

    With `blanks` only what is blank there is filled. `helper` is a section that helps from now on.
    """

    work: Work
    problem_id: int
    fields: frozenset[str]
    blanks: bool = False
    helper: int | None = None


def update_rows(desk: Desk, works: Sequence[Work]) -> None:
    """Write changed rows and those where a person let the pool keep what differs."""
    found = [
        Update(work, work.problem_id, work.fields or frozenset())
        for work in works
        if work.problem_id is not None
    ]
    records = desk.records(works)
    for layer in _each_problem_once(found):
        settled = [one for one in layer if one.work.how == SETTLED]
        write_layer(desk, [one for one in layer if one.work.how != SETTLED], records)
        note_only(desk, settled, records)


def write_layer(
    desk: Desk, updates: Sequence[Update], records: Mapping[int, Mapping[str, Any]]
) -> None:
    """Write updates of different problems, all of which `desk.rows` holds."""
    if not updates:
        return
    ids = {one.problem_id for one in updates}
    desk.problems |= {one.work.row_id: one.problem_id for one in updates}
    before = snapshot(desk.session, ids)
    cells = _write_cells(desk, updates, records)
    notes = _write_columns(desk, updates, records)
    desk.attach(one.work for one in updates)
    after = snapshot(desk.session, ids)
    _see(desk, after)
    stands = [
        desk.stand(one.work, one.problem_id, records[one.work.row_id], _reached(one, before, after))
        for one in updates
    ]
    noted = import_origins.note_again(desk.session, desk.now, desk.run.id, stands)
    applied = {}
    for one in updates:
        row_id, key = one.work.row_id, one.problem_id
        told = desk.written(row_id, one.work.how, desk.rows[key].version, notes[row_id])
        told |= {"state": after[key]["state"], "origin": noted[key]}
        told |= {"columns": difference(before[key], after[key]), "cells": cells.get(key, {})}
        told |= {"helper": one.helper} if one.helper else {}
        applied[row_id] = told
    desk.keep(applied)


def _write_cells(
    desk: Desk, updates: Iterable[Update], records: Mapping[int, Mapping[str, Any]]
) -> dict[int, dict[str, list[Any]]]:
    wanted: dict[bool, dict[int, Mapping[str, Any]]] = {True: {}, False: {}}
    for one in updates:
        values = desk.cells.values(records[one.work.row_id], one.fields)
        if values:
            wanted[one.blanks][one.problem_id] = values
    told: dict[int, dict[str, list[Any]]] = {}
    for blanks, cells in wanted.items():
        versions, changed = desk.cells.change(desk.now, cells, desk.rows, blanks_only=blanks)
        told |= changed
        for key, version in versions.items():
            desk.rows[key] = replace(desk.rows[key], version=version)
    return told


def _write_columns(
    desk: Desk, updates: Sequence[Update], records: Mapping[int, Mapping[str, Any]]
) -> dict[int, list[str]]:
    """The fixed columns, by the move of an update; gives what had to be assumed, by row."""
    rows, notes = [], {}
    outcomes = _outcomes(desk, updates)
    for one in updates:
        work = one.work
        place = desk.plan.places[work.sheet_id]
        record = from_json(records[work.row_id], place.sheet, work.row)
        read = entry_of(record, place.section_id, desk.facts)
        notes[work.row_id] = [each.sentence for each in read.assumed if each.field_id in one.fields]
        if not may_import_for(desk.actor, desk.rows[one.problem_id].lead_section_id):
            notes[work.row_id].append(ANOTHER_LEADS)
        rows.append(
            ChangedRow(
                problem_id=one.problem_id,
                version=desk.rows[one.problem_id].version,
                row_id=work.row_id,
                entry=read.entry,
                fields=one.fields,
                origin=desk.told_of(work, records[work.row_id])
                | _cells_told(outcomes.get(work.row_id, {}), one.fields),
                photo_ids=desk.photo_ids(work.row_id),
            )
        )
    versions = write_changes(desk.session, desk.actor, desk.now, desk.run.id, rows)
    if len(versions) != len(rows):
        raise Conflict("import.moved_on", MOVED_ON)
    for key, version in versions.items():
        desk.rows[key] = replace(desk.rows[key], version=version)
    return notes


def _outcomes(desk: Desk, updates: Sequence[Update]) -> dict[int, Mapping[str, Any]]:
    ids = [one.work.row_id for one in updates]
    query = select(ImportRow.id, ImportRow.outcome).where(ImportRow.id.in_(ids))
    return {row_id: outcome for row_id, outcome in desk.session.execute(query)}


def _cells_told(outcome: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """What the history tells of cells: field -> [before, after] as people read them.

    Sections' own fields have events of their own.
    """
    compared = {**outcome.get("changes", {}), **outcome.get("conflicts", {})}
    changes = {
        key: pair for key, pair in compared.items() if key in fields and not FIELD_ID.fullmatch(key)
    }
    return {"changes": changes} if changes else {}


def _reached(
    one: Update, before: Mapping[int, Mapping[str, Any]], after: Mapping[int, Mapping[str, Any]]
) -> str:
    """The state this update put its problem in; "" where it left it in what it was."""
    state = str(after[one.problem_id]["state"])
    return state if state != before[one.problem_id]["state"] else ""


def _see(desk: Desk, after: Mapping[int, Mapping[str, Any]]) -> None:
    """The facts of changed problems as they are now."""
    for key, columns in after.items():
        facts: Facts = desk.rows[key]
        desk.rows[key] = replace(
            facts,
            state=State(columns["state"]),
            priority=Priority(columns["priority"]),
            street_id=columns["street_id"],
            lead_section_id=columns["lead_section_id"],
            responsible_org_id=columns["responsible_org_id"],
        )


def note_only(
    desk: Desk,
    updates: Sequence[Update],
    records: Mapping[int, Mapping[str, Any]],
    sentences: Sequence[str] = (),
) -> None:
    """Nothing is written, but the next file is compared with what this one said."""
    if not updates:
        return
    desk.problems |= {one.work.row_id: one.problem_id for one in updates}
    stands = [desk.stand(one.work, one.problem_id, records[one.work.row_id]) for one in updates]
    noted = import_origins.note_again(desk.session, desk.now, desk.run.id, stands)
    applied = {}
    for one in updates:
        row_id, facts = one.work.row_id, desk.rows[one.problem_id]
        told = desk.written(row_id, one.work.how, facts.version, sentences, photos=False)
        told |= {"state": facts.state.value, "origin": noted[one.problem_id]}
        applied[row_id] = told | ({"helper": one.helper} if one.helper else {})
    desk.keep(applied)


def _each_problem_once(updates: Iterable[Update]) -> Iterator[list[Update]]:
    """The updates in parts, so that no problem stands twice in one of them."""
    rest = list(updates)
    while rest:
        seen: set[int] = set()
        layer: list[Update] = []
        later: list[Update] = []
        for one in rest:
            (later if one.problem_id in seen else layer).append(one)
            seen.add(one.problem_id)
        yield layer
        rest = later
