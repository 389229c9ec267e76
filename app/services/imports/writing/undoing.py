"""Taking an import back: what nobody touched since goes, what people changed is kept and told."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from app.domain.facts import Facts
from app.domain.refusals import Conflict, NotAllowed, Refusal
from app.domain.roles import Actor
from app.models import CoOrganisation, ImportRun, Problem
from app.services import admin_history, job_queue
from app.services.actors import actor_of
from app.services.bulk_insert import many_rows
from app.services.imports.settling.choosing import in_turn
from app.services.imports.work.hands import Hands
from app.services.imports.work.places import Place, places_of
from app.services.imports.work.runs import APPLIED, PART, UNDOING, UNDONE, mark, require
from app.services.imports.writing import locking as import_locking
from app.services.imports.writing import origins as import_origins
from app.services.imports.writing import photos as import_photos
from app.services.imports.writing.applying import NO_ACCOUNT, TOPIC, again, asked_by, require_rights
from app.services.imports.writing.cells import OwnCells
from app.services.imports.writing.moves import Withdrawn, withdraw
from app.services.imports.writing.undo_plan import UndoPlan, plan_undo, rows_written
from app.services.long_work import TakenAway

UNDO_JOB = "undo_import"
UNDOABLE = frozenset({APPLIED, PART})
IDS_AT_ONCE = 1_000
MOST_TOLD = 1_000  # kept problems that are listed one by one
NOT_YOURS = "您不能撤销这次导入，其中有别的科室的台账，请联系系统管理员。"


@dataclass(frozen=True, slots=True)
class Kept:
    """A problem that an undo leaves, or leaves in part, and why."""

    problem_id: int
    number: str
    why: str


@dataclass(slots=True)
class Undone:
    """What an undo took back: problems voided, problems with values put back.

    `kept` lists those that are left in whole or in part.
    """

    voided: int
    restored: int
    photos: int
    kept: list[Kept]

    def sentence(self, name: str) -> str:
        """For the history of imports."""
        told = f"撤销导入“{name}”：作废 {self.voided} 条，恢复 {self.restored} 条"
        return f"{told}，释放照片 {self.photos} 张，保留 {len(self.kept)} 条"


def request_undo(
    session: Session,
    actor: Actor,
    now: datetime,
    run: ImportRun,
    *,
    touched: bool = False,
    queue: bool = True,
) -> None:
    """Ask for a run to be taken back; with `touched` new problems go whatever happened since.

    Raises NotAllowed, and Conflict where nothing of it stands, an undo of before included.
    """
    require(run, UNDOABLE)
    _check_rights(session, actor, run)
    progress = {"stage": UNDOING, "by": actor.user_id, "was": run.status, "touched": touched}
    version = run.version + 1
    changed = mark(
        session, run.id, now, [run.status],
        status=UNDOING, version=version, sentence="", progress=progress,
    )  # fmt: skip
    session.refresh(run)
    if not changed:
        require(run, UNDOABLE)
        raise Conflict("import.moved_on", "刚刚有人改过这次导入，请刷新页面。")
    if queue:
        payload = {"run_id": run.id, "version": version}
        job_queue.enqueue(session, now, UNDO_JOB, f"{run.id}.{version}", payload)


def undo_run(hands: Hands, run_id: int) -> Undone | None:
    """Take back what was asked for, in one transaction; None for a run nobody asked it for.

    Raises TakenAway.
    """
    try:
        return again(lambda: _in_one_transaction(hands, run_id))
    except Refusal as refusal:
        sentence = refusal.sentence
    with hands.sessions.writing() as session:
        if not hands.hold(session):
            raise TakenAway
        undo_failed(session, run_id, hands.now(), sentence)
    return None


def undo_failed(session: Session, run_id: int, now: datetime, sentence: str) -> None:
    """There will be no other try: the run is as it was before, and says why."""
    run = session.get(ImportRun, run_id)
    was = str(run.progress.get("was") or APPLIED) if run is not None else APPLIED
    mark(session, run_id, now, [UNDOING], status=was, sentence=sentence, progress={})


def _in_one_transaction(hands: Hands, run_id: int) -> Undone | None:
    now = hands.now()
    with hands.sessions.writing() as session:
        if not hands.hold(session):
            raise TakenAway
        if not mark(session, run_id, now, [UNDOING]):
            return None
        run = session.get_one(ImportRun, run_id, populate_existing=True)
        actor = actor_of(session, asked_by(run), now)
        if actor is None:
            raise NotAllowed("import.account", NO_ACCOUNT)
        _check_rights(session, actor, run)
        with many_rows(session):
            undone = _take_back(session, actor, now, run, touched=bool(run.progress.get("touched")))
        _close(session, actor, now, run, undone)
        return undone


def _take_back(
    session: Session, actor: Actor, now: datetime, run: ImportRun, *, touched: bool
) -> Undone:
    import_locking.one_after_another(session)
    cells = OwnCells(session, actor, run.id)
    rows = rows_written(session, run.id)
    held = import_locking.lock(session, {row.problem_id for row in rows})
    plan = plan_undo(session, rows, touched=touched, free=held.keys())
    places = places_of(session, run.id)
    undone = _undone(session, plan)
    import_photos.free(session, plan.photos)
    _put_cells_back(now, cells, held, plan)
    _withdraw(session, actor, now, run, held, plan)
    _forget_helpers(session, plan)
    _put_origins_back(session, now, run.id, plan, places)
    return undone


def _undone(session: Session, plan: UndoPlan) -> Undone:
    named = _numbers(session, list(plan.kept)[:MOST_TOLD])
    kept = [Kept(key, named.get(key, ""), why) for key, why in plan.kept.items()]
    return Undone(len(plan.void), len(plan.restored), len(plan.photos), kept)


def _numbers(session: Session, problem_ids: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in in_turn(sorted(problem_ids), IDS_AT_ONCE):
        rows = session.execute(select(Problem.id, Problem.number).where(Problem.id.in_(some)))
        found |= {key: number or f"待编号问题 {key}" for key, number in rows}
    return found


def _put_cells_back(now: datetime, cells: OwnCells, held: dict[int, Facts], plan: UndoPlan) -> None:
    for key, version in cells.put_back(now, plan.cells, held).items():
        held[key] = replace(held[key], version=version)


def _withdraw(
    session: Session,
    actor: Actor,
    now: datetime,
    run: ImportRun,
    held: Mapping[int, Facts],
    plan: UndoPlan,
) -> None:
    """T23 for each problem that is voided or put back, with its event."""
    columns = {back.problem_id: back.columns for back in plan.back}
    rows = [Withdrawn(key, held[key].version, None) for key in plan.void]
    rows += [
        Withdrawn(key, held[key].version, columns.get(key, {})) for key in sorted(plan.restored)
    ]
    for some in in_turn(rows, IDS_AT_ONCE):
        if len(withdraw(session, actor, now, run.id, some)) != len(some):
            raise Conflict("import.moved_on", "有问题在撤销时被人改动，没有撤销，请再试一次。")


def _forget_helpers(session: Session, plan: UndoPlan) -> None:
    C = CoOrganisation  # noqa: N806
    for some in in_turn(plan.helpers, IDS_AT_ONCE):
        session.execute(delete(C).where(tuple_(C.problem_id, C.org_id).in_(some)))


def _put_origins_back(
    session: Session, now: datetime, run_id: int, plan: UndoPlan, places: Mapping[int, Place]
) -> None:
    """The ledgers as they were noted before this import."""
    import_origins.withdraw_all(session, now, plan.void)
    gone = {(key, places[sheet].section_id) for key, sheet in plan.withdrawn}
    before = {
        (key, places[sheet].section_id): told for (key, sheet), told in plan.noted_before.items()
    }
    import_origins.put_back(session, now, run_id, gone, before)


def _check_rights(session: Session, actor: Actor, run: ImportRun) -> None:
    places = places_of(session, run.id)
    require_rights(actor, {place.section_id for place in places.values()}, NOT_YOURS)


def _close(session: Session, actor: Actor, now: datetime, run: ImportRun, undone: Undone) -> None:
    told = {key: value for key, value in asdict(undone).items() if key != "kept"}
    kept = [asdict(one) for one in undone.kept[:MOST_TOLD]]
    run.status, run.undone_at, run.updated_at = UNDONE, now, now
    run.progress, run.sentence = {}, ""
    run.counts = run.counts | {"undone": told | {"kept": len(undone.kept)}, "kept": kept}
    run.version += 1
    payload: dict[str, Any] = told | {"kept": [one.problem_id for one in undone.kept[:MOST_TOLD]]}
    admin_history.record(
        session, actor, now, TOPIC, "undo", str(run.id), undone.sentence(run.name), payload
    )
