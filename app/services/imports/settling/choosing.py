"""Which rows of an import are to be written, and how: as compared, and as people decided."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ImportRow
from app.services.bulk_insert import USUAL_KB, many_rows
from app.services.imports.settling.deciding import FILE, KEEP, MERGE, POOL, SKIP
from app.services.imports.work.places import Place, places_of
from app.services.imports.work.rows import CHOICES
from app.services.imports.work.runs import BROKEN, CHANGED, NEW, TWIN, UNCHANGED

T = TypeVar("T")
AT_ONCE = 2_000
MERGED, SETTLED, OPEN = "merged", "settled", "open"
PHASES = frozenset({"before", "after"})  # in an outcome: new pictures, told as a change


@dataclass(frozen=True, slots=True)
class Work:
    """A row that is to be written.

    `how` is new, changed, merged, or settled: a person let the pool keep all that differs.
    `fields` are those of the record that are written and `pictures` the originals that come
    along, None for all of them; `undecided` are the conflicting fields nobody decided on.
    `version` is the problem's when it was compared.
    """

    row_id: int
    sheet_id: int
    row: int
    how: str
    problem_id: int | None = None
    twin_row_id: int | None = None
    version: int | None = None
    fields: frozenset[str] | None = None
    pictures: frozenset[str] | None = None
    undecided: frozenset[str] = frozenset()


@dataclass(slots=True)
class Plan:
    """What is to be written, and how many rows are left that could be written later."""

    places: dict[int, Place] = field(default_factory=dict)
    new: list[Work] = field(default_factory=list)
    changed: list[Work] = field(default_factory=list)
    merged: list[Work] = field(default_factory=list)
    known: dict[int, int] = field(default_factory=dict)
    """Rows of this run that were written before -> their problems."""
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
    with many_rows(session, USUAL_KB):
        return _planned(session, run_id, row_ids, twins)


def _planned(session: Session, run_id: int, row_ids: Collection[int] | None, twins: str) -> Plan:
    plan = Plan(places_of(session, run_id))
    wanted = None if row_ids is None else frozenset(row_ids)
    _plain_new(session, run_id, plan, wanted)
    for row in rows_of(session, run_id, not_new=True):
        if row["applied"].get("how"):
            plan.known[row["id"]] = row["problem_id"]
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
    _place_twins(plan)
    plan.new.sort(key=lambda work: work.row_id)
    return plan


def _plain_new(session: Session, run_id: int, plan: Plan, wanted: frozenset[int] | None) -> None:
    """The new rows, most of a first import: nothing needs to be asked of them but their place."""
    R = ImportRow  # noqa: N806
    query = select(R.id, R.sheet_id, R.row, R.applied["how"].as_string(), R.problem_id)
    query = query.where(R.run_id == run_id, R.status == NEW, R.decision != SKIP).order_by(R.id)
    for row_id, sheet_id, row, how, problem_id in session.execute(query).yield_per(AT_ONCE):
        if how:
            plan.known[row_id] = problem_id
        elif wanted is not None and row_id not in wanted:
            plan.left += 1
        else:
            plan.new.append(Work(row_id, sheet_id, row, NEW))


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
        return Work(*told, how, twin.get("problem_id"), twin.get("row_id"))
    return _differing(row, decision, told)


def _differing(row: Mapping[str, Any], decision: str, told: tuple[int, int, int]) -> Work | None:
    outcome, choices = row["outcome"], row["fixes"].get(CHOICES, {})
    if row["problem_id"] is None:  # nobody can tell which problem it is
        return Work(*told, OPEN)
    sides = {each: choices.get(each, decision) for each in outcome.get("conflicts", {})}
    changes = outcome.get("changes", {}).keys() - PHASES
    fields = changes | {each for each in sides if sides[each] == FILE}
    undecided = frozenset(each for each in sides if sides[each] not in (FILE, POOL))
    pictures = frozenset(sha256 for _, sha256 in outcome.get("pictures", ()))
    how = CHANGED
    if not fields and not pictures:
        how = OPEN if undecided else SETTLED
    return Work(
        *told,
        how,
        problem_id=row["problem_id"],
        version=outcome.get("version"),
        fields=frozenset(fields),
        pictures=pictures,
        undecided=undecided,
    )


def _place_twins(plan: Plan) -> None:
    """Lead each merge to the row it goes into; where that row is not written, it is new itself."""
    arriving = {work.row_id for work in plan.new}
    merged, plan.merged = plan.merged, []
    for work in merged:
        row_id = work.twin_row_id
        if work.problem_id is None and row_id in plan.known:
            plan.merged.append(replace(work, problem_id=plan.known[row_id], twin_row_id=None))
        elif work.problem_id is not None or row_id in arriving:
            plan.merged.append(work)
        else:
            plan.new.append(Work(work.row_id, work.sheet_id, work.row, NEW))
        arriving.add(work.row_id)


def in_turn(items: Sequence[T], size: int = AT_ONCE) -> Iterable[Sequence[T]]:
    """The items, some at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def rows_of(
    session: Session,
    run_id: int,
    row_ids: Collection[int] | None = None,
    *,
    not_new: bool = False,
) -> Iterator[dict[str, Any]]:
    """What decides on the rows of a run, in their order."""
    R = ImportRow  # noqa: N806
    columns = (
        R.id, R.sheet_id, R.row, R.status, R.decision, R.outcome, R.fixes, R.problem_id, R.applied,
    )  # fmt: skip
    query = select(*columns).where(R.run_id == run_id).order_by(R.id)
    query = query.where(R.status != NEW) if not_new else query
    for some in [None] if row_ids is None else in_turn(sorted(row_ids), 1_000):
        found = session.execute(query if some is None else query.where(R.id.in_(some)))
        for row in found.yield_per(AT_ONCE).mappings():
            yield dict(row)
