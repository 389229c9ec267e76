"""Rows of an import that are new: each becomes a problem, with its cells, photos and origin."""

from collections.abc import Mapping, Sequence

from app.domain.facts import Facts
from app.domain.states import Priority, State
from app.services.imports.settling.choosing import Work
from app.services.imports.work.runs import NEW
from app.services.imports.writing.desk import Desk
from app.services.imports.writing.preparing import Prepared, Preparing

FIRST = 1  # the version of a problem that was made just now


def enter_rows(
    desk: Desk, works: Sequence[Work], preparing: Preparing, ahead: Prepared | None
) -> None:
    """Make problems of these rows, with what was prepared ahead if it was."""
    batch = ahead.batch(works) if ahead else None
    if batch is None:
        batch = preparing.batch(works, desk.records(works), desk.photo_ids)
    ids = preparing.drafting.insert(desk.session, batch.drafts)
    desk.problems |= dict(zip(batch.row_ids, ids, strict=True))
    versions = _fill_cells(desk, works, dict(zip(ids, batch.states, strict=True)))
    desk.attach(works)
    preparing.stands.insert(desk.session, desk.now, ids, batch.origins)
    desk.keep(
        {
            row_id: desk.written(row_id, NEW, versions.get(key, FIRST), sentences)
            for row_id, key, sentences in zip(batch.row_ids, ids, batch.notes, strict=True)
        }
    )


def _fill_cells(desk: Desk, works: Sequence[Work], states: Mapping[int, State]) -> dict[int, int]:
    """The sections' own cells, with an event of their own; gives the versions this makes."""
    if not desk.cells:
        return {}
    records, cells = desk.records(works), {}
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
