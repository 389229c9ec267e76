"""Rows of an import that are new: each becomes a problem, with its cells, photos and origin."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.facts import Facts
from app.domain.states import Priority, State
from app.services.imports.reading.record_json import from_json
from app.services.imports.settling.choosing import Work
from app.services.imports.work.runs import NEW
from app.services.imports.writing import origins as import_origins
from app.services.imports.writing.desk import Desk
from app.services.imports.writing.entry import entry_of
from app.services.imports.writing.moves import NewRow, write_new

FIRST = 1  # the version of a problem that was made just now


def enter_rows(desk: Desk, works: Sequence[Work]) -> None:
    """Make problems of these rows."""
    records = desk.records(works)
    rows, notes = [], []
    for work in works:
        place, told = desk.plan.places[work.sheet_id], records[work.row_id]
        read = entry_of(from_json(told, place.sheet, work.row), place.section_id, desk.facts)
        notes.append([each.sentence for each in read.assumed])
        origin, photos = desk.told_of(work, told), desk.photo_ids(work.row_id)
        rows.append(NewRow(read.entry, work.row_id, origin, photos))
    ids = write_new(desk.session, desk.actor, desk.now, desk.run.id, rows)
    desk.problems |= {work.row_id: key for work, key in zip(works, ids, strict=True)}
    states = dict(zip(ids, (row.entry.state for row in rows), strict=True))
    versions = _fill_cells(desk, works, records, states)
    desk.attach(works)
    stands = [
        desk.stand(work, key, records[work.row_id], states[key].value)
        for work, key in zip(works, ids, strict=True)
    ]
    import_origins.note_new(desk.session, desk.now, desk.run.id, stands)
    desk.keep(
        {
            work.row_id: desk.written(work.row_id, NEW, versions.get(key, FIRST), sentences)
            for work, key, sentences in zip(works, ids, notes, strict=True)
        }
    )


def _fill_cells(
    desk: Desk,
    works: Sequence[Work],
    records: Mapping[int, Mapping[str, Any]],
    states: Mapping[int, State],
) -> dict[int, int]:
    """The sections' own cells, with an event of their own; gives the versions this makes."""
    cells = {}
    for work in works:
        values = desk.cells.values(records[work.row_id])
        if values:
            cells[desk.problems[work.row_id]] = values
    rows = {key: _just_made(key, states[key]) for key in cells}
    versions, _ = desk.cells.change(desk.now, cells, rows)
    return versions


def _just_made(problem_id: int, state: State) -> Facts:
    return Facts(
        id=problem_id, version=FIRST, state=state, priority=Priority.GENERAL, reporter_id=None,
        reporter_org_id=None,
    )  # fmt: skip
