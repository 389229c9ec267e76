"""Writing an import: asked for by a person, done by a worker, all rows in one transaction."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.domain.policy import may_import, may_import_for
from app.domain.refusals import Conflict, NotAllowed, Refusal
from app.domain.roles import Actor
from app.models import ImportRun
from app.services import admin_history, job_queue
from app.services.actors import actor_of
from app.services.imports.settling.choosing import Plan, plan_of
from app.services.imports.work.hands import Hands
from app.services.imports.work.runs import APPLIED, APPLYING, PART, READY, mark, require
from app.services.imports.writing import photos as import_photos
from app.services.imports.writing.preparing import Prepared, prepared
from app.services.imports.writing.transaction import Written, write_plan
from app.services.long_work import TakenAway

APPLY_JOB = "apply_import"
APPLICABLE = frozenset({READY, PART})
TOPIC = "imports"
TRIES = 3  # where PostgreSQL ends a transaction for another's sake, it is done again
AGAIN = frozenset({"40001", "40P01"})
NOTHING = "没有可以写入的行：都已写入、没有变化，或者还没有决定怎么处理。"
NO_ACCOUNT = "发起导入的账号已停用，没有写入。"
NOT_YOURS = "您不能为其中一个科室导入台账，请只选择本科室的行，或者请系统管理员写入。"
NO_SECTION = "有的文件还不知道是哪个科室的台账，请先选择科室，再写入。"
log = structlog.get_logger(__name__)
T = TypeVar("T")


def request_apply(
    session: Session,
    actor: Actor,
    now: datetime,
    run: ImportRun,
    row_ids: Collection[int] | None = None,
    *,
    twins: str = "",
    queue: bool = True,
) -> None:
    """Ask for the rows of a run to be written: these, or all that are decided.

    `twins` is what becomes of twins nobody decided on (keep, merge, skip); without it they are
    left. Without `queue` the caller calls `apply_run` itself. Raises NotAllowed, and Conflict
    where the run is at work or nothing is left to be written.
    """
    require(run, APPLICABLE)
    plan = plan_of(session, run.id, row_ids, twins)
    require_rights(actor, plan.sections(), NOT_YOURS)
    if not plan:
        raise Conflict("import.nothing", NOTHING)
    progress = {"stage": APPLYING, "by": actor.user_id, "row": 0, "rows": len(plan)}
    version = run.version + 1
    changed = mark(
        session, run.id, now, [run.status],
        status=APPLYING, version=version, sentence="", progress=progress,
    )  # fmt: skip
    session.refresh(run)
    if not changed or run.version != version:
        require(run, APPLICABLE)
        raise Conflict("import.moved_on", "刚刚有人改过这次导入，请刷新页面。")
    if queue:
        rows = None if row_ids is None else sorted(row_ids)
        payload = {"run_id": run.id, "version": version, "rows": rows, "twins": twins}
        job_queue.enqueue(session, now, APPLY_JOB, f"{run.id}.{version}", payload)


def require_rights(actor: Actor, sections: Collection[int | None], sentence: str) -> None:
    """Raise NotAllowed unless the actor may import for each of these sections."""
    if not may_import(actor):
        raise NotAllowed("import.not_allowed", "您不能导入台账，请联系科室管理员或系统管理员。")
    for section_id in sections:
        if section_id is None:
            raise Conflict("import.no_section", NO_SECTION)
        if not may_import_for(actor, section_id):
            raise NotAllowed("import.other_section", sentence)


def apply_run(
    hands: Hands, run_id: int, row_ids: Sequence[int] | None = None, *, twins: str = ""
) -> Written | None:
    """Write what was asked for; None for a run that nobody asked for, or that was written already.

    Pictures become photos first, in short transactions of their own; then all rows are written
    in one, so that readers see all of it or none. Whoever begins anew after a kill comes to the
    same end. Raises TakenAway.
    """
    with hands.sessions.reading() as session:
        run = session.get(ImportRun, run_id)
        if run is None or run.status != APPLYING:
            return None
        actor = _actor(session, run, hands.now())
        plan = plan_of(session, run_id, row_ids, twins)
        pictures = import_photos.wanted_of(session, run_id, plan.all())
    if actor is None:
        _give_up(hands, run_id, NO_ACCOUNT)
        return None
    kept = import_photos.keep(hands, actor, run_id, pictures)
    try:
        pictured = {one.row_id for one in pictures}
        with prepared(hands, actor, run_id, plan, pictured) as ahead:
            work = partial(_in_one_transaction, hands, run_id, plan, twins, pictures, kept, ahead)
            return again(work)
    except Refusal as refusal:
        _give_up(hands, run_id, refusal.sentence)
        return None


def again(work: Callable[[], T]) -> T:
    """Do a transaction once more where the database ended it in favour of another."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") not in AGAIN:
                raise
            log.info("import.again", reason=str(error.orig))
    return work()


def apply_failed(session: Session, run_id: int, now: datetime, sentence: str) -> None:
    """There will be no other try: the run is as it was before, and says why."""
    run = session.get(ImportRun, run_id)
    status = PART if run is not None and run.applied_at else READY
    mark(session, run_id, now, [APPLYING], status=status, sentence=sentence, progress={})


def _in_one_transaction(
    hands: Hands,
    run_id: int,
    plan: Plan,
    twins: str,
    pictures: Sequence[import_photos.Wanted],
    kept: dict[str, str],
    ahead: Prepared | None,
) -> Written | None:
    with hands.sessions.writing() as session:
        if not hands.hold(session):
            raise TakenAway
        now = hands.now()
        # The conditional update holds the run: of two at once one goes on.
        if not mark(session, run_id, now, [APPLYING]):
            return None
        run = session.get_one(ImportRun, run_id, populate_existing=True)
        actor = actor_of(session, asked_by(run), now)
        if actor is None:
            raise NotAllowed("import.account", NO_ACCOUNT)
        require_rights(actor, plan.sections(), NOT_YOURS)
        written = write_plan(session, actor, now, run, replace(plan), pictures, kept, twins, ahead)
        _close(session, actor, now, run, written)
        return written


def _close(session: Session, actor: Actor, now: datetime, run: ImportRun, written: Written) -> None:
    told = asdict(written)
    run.status = PART if written.left else APPLIED
    run.applied_at = run.updated_at = now
    run.progress, run.sentence = {}, ""
    run.counts = run.counts | {"written": _added(run.counts.get("written", {}), told)}
    run.version += 1
    admin_history.record(
        session, actor, now, TOPIC, "apply", str(run.id), written.sentence(run.name), told
    )


def _added(before: dict[str, int], now: dict[str, int]) -> dict[str, int]:
    """Counts of all parts that were written; what is left is as of now."""
    total = {key: before.get(key, 0) + value for key, value in now.items()}
    return total | {"left": now["left"], "conflicting": now["conflicting"]}


def _actor(session: Session, run: ImportRun, now: datetime) -> Actor | None:
    return actor_of(session, asked_by(run), now)


def asked_by(run: ImportRun) -> int:
    """Who asked for what the run is at."""
    return int(run.progress.get("by") or run.owner_id)


def _give_up(hands: Hands, run_id: int, sentence: str) -> None:
    with hands.sessions.writing() as session:
        if not hands.hold(session):
            raise TakenAway
        apply_failed(session, run_id, hands.now(), sentence)
