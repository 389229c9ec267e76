"""Where problems stand in sections' ledgers: noted when rows are written, withdrawn by an undo."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, bindparam, select, update
from sqlalchemy.orm import Session

from app.models import ImportOrigin
from app.services.bulk_insert import Bulk, insert_rows
from app.services.imports.comparing.canonical import ENTERED, origin_values
from app.services.imports.settling.choosing import Work, in_turn
from app.services.imports.work.places import Place

IDS_AT_ONCE = 1_000
_KEPT = ("run_id", "file", "sheet", "row", "values", "texts")
_TABLE: Any = ImportOrigin.__table__


@dataclass(frozen=True, slots=True)
class Stand:
    """A row as it stands in its ledger; `values` and `texts` have the form of `record`.

    Of the fields in `undecided` the last import's value stays the one to compare with, so that
    the next one asks again. `entered` is the state that its problem was put in, if in another.
    """

    problem_id: int
    place: Place
    row: int
    values: Mapping[str, Any]
    texts: Mapping[str, str]
    undecided: Collection[str] = ()
    entered: str = ""


def told_of(place: Place, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
    """Where a row comes from, for the history of its problem."""
    texts = dict(record.get("t", {}))
    told = {"file": place.file, "sheet": place.sheet, "row": row, "texts": texts}
    return told | {"turned": True} if place.turned else told


def stand_of(
    place: Place, work: Work, record: Mapping[str, Any], state: str = "", problem_id: int = 0
) -> Stand:
    """Where a row stands, to be noted; `state` is the one this import put its problem in."""
    values, texts = origin_values(record), record.get("t", {})
    return Stand(problem_id, place, work.row, values, texts, work.undecided, state)


class NewStands:
    """The ledger rows of problems that are only being made."""

    def __init__(self, dialect: Dialect, run_id: int) -> None:
        self._run_id = run_id
        rest = [*_KEPT, "section_id", "withdrawn_at"]
        self._bulk = Bulk(dialect, _TABLE, ("problem_id", "updated_at", *rest))

    def cells(self, now: datetime, stands: Iterable[Stand]) -> list[tuple[Any, ...]]:
        """All that can be said of them before their problems have ids."""
        return self._bulk.cells(
            [_columns(now, self._run_id, one, _merged(one, {})) for one in stands], skip=2
        )

    def insert(
        self, session: Session, now: datetime, ids: Sequence[int], cells: Sequence[tuple[Any, ...]]
    ) -> None:
        """Note them, as of now: an import that was handed in before must see them."""
        at = self._bulk.cell("updated_at", now)
        rows = [(key, at, *each) for key, each in zip(ids, cells, strict=True)]
        self._bulk.insert(session, rows)


def note_again(
    session: Session, now: datetime, run_id: int, stands: Sequence[Stand]
) -> dict[int, dict[str, Any] | None]:
    """The ledger rows of problems that were there; gives by problem what an undo puts back.

    That is what was noted before; None where this section's ledger did not have the problem.
    """
    before: dict[int, dict[str, Any] | None] = {}
    known: dict[tuple[int, int | None], Mapping[str, Any]] = {}
    for some in in_turn([stand.problem_id for stand in stands], IDS_AT_ONCE):
        rows = session.execute(select(_TABLE).where(_TABLE.c.problem_id.in_(some))).mappings()
        known |= {(row["problem_id"], row["section_id"]): row for row in rows}
    fresh, renewed = [], []
    for stand in stands:
        origin = known.get((stand.problem_id, stand.place.section_id))
        before[stand.problem_id] = _before(origin) if origin else None
        columns = _columns(now, run_id, stand, _merged(stand, origin["values"] if origin else {}))
        columns["texts"] = _still_open(stand, origin["texts"] if origin else {})
        if origin is None:
            fresh.append(columns)
        else:
            renewed.append(
                {f"new_{key}": value for key, value in columns.items()} | {"key": origin["id"]}
            )
    insert_rows(session, _TABLE, fresh)
    if renewed:
        _update(session, renewed)
    return before


def _update(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    values: dict[str, Any] = {
        name: bindparam(f"new_{name}") for name in (*_KEPT, "updated_at", "withdrawn_at")
    }
    statement = update(_TABLE).where(_TABLE.c.id == bindparam("key")).values(values)
    bound = [
        {name: row[name] for name in ("key", *(f"new_{each}" for each in values))} for row in rows
    ]
    session.connection().execute(statement, bound)


def _merged(stand: Stand, base: Mapping[str, Any]) -> dict[str, Any]:
    """What this import says over what the last one said: a blank takes nothing away."""
    told = {key: value for key, value in stand.values.items() if key not in stand.undecided}
    merged = {**base, **told}
    if stand.entered or base.get("status") != merged.get("status"):
        merged.pop(ENTERED, None)
    if stand.entered and merged.get("status", stand.entered) != stand.entered:
        merged[ENTERED] = stand.entered
    return merged


def _still_open(stand: Stand, before: Mapping[str, str]) -> dict[str, str]:
    """The row's texts; those of undecided fields as before, else they would pass for known."""
    texts = {key: text for key, text in stand.texts.items() if key not in stand.undecided}
    return texts | {key: before[key] for key in stand.undecided if key in before}


def _columns(now: datetime, run_id: int, stand: Stand, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "problem_id": stand.problem_id,
        "section_id": stand.place.section_id,
        "run_id": run_id,
        "file": stand.place.file,
        "sheet": stand.place.sheet,
        "row": stand.row,
        "values": values,
        "texts": stand.texts,
        "updated_at": now,
        "withdrawn_at": None,
    }


def _before(origin: Mapping[str, Any]) -> dict[str, Any]:
    gone = origin["withdrawn_at"]
    return {name: origin[name] for name in _KEPT} | {"withdrawn_at": gone and gone.isoformat()}


def withdraw_all(session: Session, now: datetime, problem_ids: Collection[int]) -> None:
    """These problems stand in nobody's ledger any more: they are new when they come again."""
    for some in in_turn(sorted(problem_ids), IDS_AT_ONCE):
        session.execute(
            update(_TABLE)
            .where(_TABLE.c.problem_id.in_(some))
            .values(withdrawn_at=now, updated_at=now)
        )


Key = tuple[int, int | None]


def put_back(
    session: Session,
    now: datetime,
    run_id: int,
    gone: Collection[Key],
    before: Mapping[Key, Mapping[str, Any]],
) -> None:
    """Note again what stood before this import, unless a later one said something since.

    Problems and sections: `gone` did not stand in that section's ledger, `before` stood so.
    """
    rows = []
    problems = sorted({key for key, _ in (*gone, *before)})
    for some in in_turn(problems, IDS_AT_ONCE):
        found = session.execute(
            select(_TABLE.c.id, _TABLE.c.problem_id, _TABLE.c.section_id, *_kept_columns()).where(
                _TABLE.c.problem_id.in_(some), _TABLE.c.run_id == run_id
            )
        ).mappings()
        for origin in found:
            key = (origin["problem_id"], origin["section_id"])
            if key in before:
                told = dict(before[key])
                at = told["withdrawn_at"]
                told["withdrawn_at"] = datetime.fromisoformat(at) if at else None
            elif key in gone:
                told = {name: origin[name] for name in _KEPT} | {"withdrawn_at": now}
            else:
                continue
            told |= {"updated_at": now}
            rows.append(
                {f"new_{name}": value for name, value in told.items()} | {"key": origin["id"]}
            )
    if rows:
        _update(session, rows)


def _kept_columns() -> list[Any]:
    return [_TABLE.c[name] for name in _KEPT]
