"""Which rows of an import are to be written, and how: as compared, and as people decided."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from app.models import ImportFile, ImportRow, ImportSheet
from app.services.import_deciding import FILE, KEEP, MERGE, POOL, SKIP
from app.services.import_rows import CHOICES
from app.services.import_runs import BROKEN, CHANGED, NEW, TWIN, UNCHANGED

T = TypeVar("T")
AT_ONCE = 2_000
MERGED, SETTLED, OPEN = "merged", "settled", "open"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its file, its sheet, and the section whose ledger that is."""

    file: str
    sheet: str
    section_id: int | None


@dataclass(frozen=True, slots=True)
class Work:
    """A row that is to be written.

    `how` is new, changed, merged, or settled: a person let the pool keep all that differs.
    `fields` are those of the record that are written, None for all of them; `undecided` the
    conflicting ones nobody decided on. `version` is the problem's when it was compared.
    """

    row_id: int
    sheet_id: int
    row: int
    how: str
    problem_id: int | None = None
    twin_row_id: int | None = None
    version: int | None = None
    fields: frozenset[str] | None = None
    undecided: frozenset[str] = frozenset()


@dataclass(slots=True)
class Plan:
    """What is to be written, and how many rows are left that could be written later."""

    places: dict[int, Place] = field(default_factory=dict)
    new: list[Work] = field(default_factory=list)
    changed: list[Work] = field(default_factory=list)
    merged: list[Work] = field(default_factory=list)
    left: int = 0

    def __len__(self) -> int:
        """How many rows are to be written."""
        return len(self.new) + len(self.changed) + len(self.merged)

    def all(self) -> list[Work]:
        """The rows in the order they are written in."""
        return [*self.new, *self.changed, *self.merged]

    def sections(self) -> set[int | None]:
        """The sections whose ledgers these rows come from."""
        return {self.places[work.sheet_id].section_id for work in self.all()}


def plan_of(
    session: Session, run_id: int, row_ids: Collection[int] | None = None, twins: str = ""
) -> Plan:
    """The rows of a run that are to be written now.

    `row_ids` are the chosen ones, None for all. `twins` is what becomes of twins nobody decided
    on: keep, merge, skip; without it they are left.
    """
    plan = Plan(places_of(session, run_id))
    wanted = None if row_ids is None else frozenset(row_ids)
    known: dict[int, int] = {}  # rows of this run that were written before -> their problems
    for row in _rows(session, run_id):
        if row["applied"].get("how"):
            known[row["id"]] = row["problem_id"]
            continue
        work = decided(row, twins)
        if work is None:
            continue
        if work.how == OPEN or (wanted is not None and work.row_id not in wanted):
            plan.left += 1
        elif work.how == NEW:
            plan.new.append(work)
        elif work.how == MERGED:
            plan.merged.append(work)
        else:
            plan.changed.append(work)
    _place_twins(plan, known)
    return plan


def decided(row: Mapping[str, Any], twins: str = "") -> Work | None:
    """What becomes of one row; None for one that is not written, `OPEN` for an open question."""
    status = row["status"]
    decision = row["decision"] or (twins if status == TWIN else "")
    if decision == SKIP or status in (UNCHANGED, BROKEN, ""):
        return None
    told = (row["id"], row["sheet_id"], row["row"])
    if status == NEW or (status == TWIN and decision == KEEP):
        return Work(*told, NEW)
    if status == TWIN:
        twin: Mapping[str, Any] = next(iter(row["outcome"].get("twins", ())), {})
        how = MERGED if decision == MERGE else OPEN
        return Work(*told, how, twin.get("problem_id"), twin.get("row_id"), twin.get("version"))
    return _differing(row, decision, told)


def _differing(row: Mapping[str, Any], decision: str, told: tuple[int, int, int]) -> Work | None:
    outcome, choices = row["outcome"], row["fixes"].get(CHOICES, {})
    conflicts = outcome.get("conflicts", {})
    sides = {each: choices.get(each, decision) for each in conflicts}
    fields = {*outcome.get("changes", ())} | {each for each in sides if sides[each] == FILE}
    undecided = frozenset(each for each in sides if sides[each] not in (FILE, POOL))
    how = CHANGED
    if not fields and not outcome.get("pictures"):
        how = OPEN if undecided else SETTLED
    return Work(
        *told, how, row["problem_id"], None, outcome.get("version"), frozenset(fields), undecided
    )


def _place_twins(plan: Plan, known: Mapping[int, int]) -> None:
    """Lead each merge to the row it goes into; where that row is not written, it is new itself."""
    arriving = {work.row_id for work in plan.new}
    merged, plan.merged = plan.merged, []
    for work in merged:
        row_id = work.twin_row_id
        if work.problem_id is not None or row_id in arriving or row_id in known:
            plan.merged.append(work)
            arriving.add(work.row_id)
        else:
            plan.new.append(Work(work.row_id, work.sheet_id, work.row, NEW))
            arriving.add(work.row_id)


def places_of(session: Session, run_id: int) -> dict[int, Place]:
    """Sheet id -> where its rows stand."""
    rows = session.execute(
        select(ImportSheet.id, ImportFile.name, ImportSheet.name, ImportFile.section_id)
        .join(ImportFile, ImportFile.id == ImportSheet.file_id)
        .where(ImportFile.run_id == run_id)
    )
    return {sheet_id: Place(file, sheet, section) for sheet_id, file, sheet, section in rows}


def in_turn(items: Sequence[T], size: int = AT_ONCE) -> Iterable[Sequence[T]]:
    """The items, some at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _rows(session: Session, run_id: int) -> Iterable[RowMapping]:
    R = ImportRow  # noqa: N806
    columns = (
        R.id, R.sheet_id, R.row, R.status, R.decision, R.outcome, R.fixes, R.problem_id, R.applied,
    )  # fmt: skip
    found = session.execute(select(*columns).where(R.run_id == run_id).order_by(R.id))
    return found.yield_per(AT_ONCE).mappings()
