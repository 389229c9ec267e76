"""Exports that take long: asking for one, finding it again, stopping it, taking its file away."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain.policy import scope_of
from app.domain.refusals import Conflict, NotFound, TooMany
from app.domain.roles import Actor
from app.models import TableExport
from app.services import job_queue
from app.services.names import Names
from app.services.super_table.section_sheets import find_sheet
from app.services.tables import export, view_state
from app.services.tables.rows import Table
from sheets.query import describe

JOB = "export_table"
WAITING, RUNNING, DONE, FAILED, STOPPED = "waiting", "running", "done", "failed", "stopped"
LABELS = {
    WAITING: "排队中",
    RUNNING: "导出中",
    DONE: "已做好",
    FAILED: "没有做成",
    STOPPED: "已停止",
}
AT_WORK = frozenset({WAITING, RUNNING})
MOST_AT_ONCE = 5
LISTED = 50
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to take away; `rows` where they were counted."""

    sheet_id: int
    name: str
    conditions: str
    query: list[list[str]]
    rows: int | None


def wish_of(session: Session, table: Table) -> Wish:
    """The table as one sees it now: a view that changes meanwhile changes nothing of it.

    Raises Invalid for more than 50,000 rows.
    """
    view = [("view", str(table.view.id))] if table.view else []
    return Wish(
        sheet_id=table.opened.id,
        name=export.title_of(table),
        conditions=describe(table.opened.sheet, table.query, Names(session)),
        query=[list(pair) for pair in (*view, *view_state.whole(table.query.typed))],
        rows=export.rows_of(session, table),
    )


def request_export(session: Session, actor: Actor, now: datetime, wish: Wish) -> TableExport:
    """Ask for a workbook; it and its job are written in the caller's transaction.

    The same wish while an earlier one is at work gives that one. Raises NotAllowed without the
    right, TooMany while five are at work.
    """
    export.refuse_without_right(actor)
    at_work = session.scalars(
        select(TableExport).where(
            TableExport.user_id == actor.user_id, TableExport.status.in_(AT_WORK)
        )
    ).all()
    for each in at_work:
        if (each.sheet_id, each.query) == (wish.sheet_id, wish.query):
            return each
    if len(at_work) >= MOST_AT_ONCE:
        raise TooMany(
            "export.too_many_at_once",
            f"您已有 {len(at_work)} 份导出在制作，请等其中一份做好，或停止一份后再导出。",
        )
    wanted = TableExport(
        user_id=actor.user_id,
        sheet_id=wish.sheet_id,
        name=wish.name,
        conditions=wish.conditions,
        query=wish.query,
        status=WAITING,
        rows_total=wish.rows,
        taken={},
        created_at=now,
    )
    session.add(wanted)
    session.flush()
    _queue(session, now, wanted)
    return wanted


def latest(session: Session, actor: Actor) -> list[TableExport]:
    """One's own last 50 exports, the newest first."""
    return list(
        session.scalars(
            select(TableExport)
            .where(TableExport.user_id == actor.user_id)
            .order_by(TableExport.created_at.desc(), TableExport.id.desc())
            .limit(LISTED)
        )
    )


def own(session: Session, actor: Actor, export_id: int) -> TableExport:
    """One's own export; NotFound for anybody else's."""
    found = session.get(TableExport, export_id)
    if found is None or found.user_id != actor.user_id:
        raise NotFound("export.not_found", "没有找到这份导出，可能已过保存期，或者不是您导出的。")
    return found


def stop(session: Session, actor: Actor, now: datetime, export_id: int) -> TableExport:
    """End one's own export that waits or is being made; Conflict when there is nothing to end."""
    found = own(session, actor, export_id)
    row = session.scalar(
        update(TableExport)
        .where(TableExport.id == found.id, TableExport.status.in_(AT_WORK))
        .values(status=STOPPED, error="", finished_at=now)
        .returning(TableExport.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(found)
    if row is None:
        raise Conflict("export.ended", f"这份导出现在是“{LABELS[found.status]}”，不用停止。")
    return found


def again(session: Session, actor: Actor, now: datetime, export_id: int) -> TableExport:
    """Make one's own export anew, with the rows as they are now; Conflict while it is at work."""
    export.refuse_without_right(actor)
    found = own(session, actor, export_id)
    find_sheet(session, actor, found.sheet_id)
    row = session.scalar(
        update(TableExport)
        .where(TableExport.id == found.id, TableExport.status.not_in(AT_WORK))
        .values(
            status=WAITING, version=TableExport.version + 1, error="", rows_done=0,
            rows_total=None, created_at=now, finished_at=None,
        )
        .returning(TableExport.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.refresh(found)
    if row is None:
        raise Conflict("export.at_work", "这份导出正在制作，请等它做好，或先停止。")
    _queue(session, now, found)
    return found


def may_take(actor: Actor, found: TableExport) -> bool:
    """Whether what its owner may see is still what it was made for."""
    return found.sight == sight_of(actor)


def take_away(session: Session, actor: Actor, now: datetime, export_id: int) -> TableExport:
    """A finished export for download: rights are asked again, and the download is written down.

    Raises NotFound, NotAllowed, Conflict while it is not finished or after rights changed.
    """
    export.refuse_without_right(actor)
    found = own(session, actor, export_id)
    find_sheet(session, actor, found.sheet_id)
    if found.status != DONE:
        raise Conflict(
            "export.not_ready", f"这份导出现在是“{LABELS[found.status]}”，做好后才能下载。"
        )
    if not may_take(actor, found):
        raise Conflict(
            "export.rights_changed",
            "导出以后，您能看的行或列有了变化，这一份不能再下载。请在“我的导出”里重新导出。",
        )
    export.note(session, actor, now, found.sheet_id, found.taken)
    return found


def sight_of(actor: Actor) -> str:
    """What an actor may see of a table, as one text to compare."""
    seen = [asdict(scope_of(actor)), actor.rights.rows, sorted(actor.rights.hidden)]
    return json.dumps(seen, ensure_ascii=False, sort_keys=True)


def forget_old(session: Session, now: datetime) -> int:
    """Forget exports past their seven days; how many."""
    old = session.scalars(
        delete(TableExport)
        .where(TableExport.status.not_in(AT_WORK), TableExport.finished_at < now - KEPT)
        .returning(TableExport.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(old)


def slot_of(export_id: int, version: int) -> str:
    """One try of an export: the slot of its job, the name of its folder."""
    return f"{export_id}.{version}"


def slots_wanted(session: Session) -> set[str]:
    """The tries that an export names."""
    found = session.execute(select(TableExport.id, TableExport.version))
    return {slot_of(export_id, version) for export_id, version in found}


def _queue(session: Session, now: datetime, found: TableExport) -> None:
    payload = {"export_id": found.id, "version": found.version}
    job_queue.enqueue(session, now, JOB, slot_of(found.id, found.version), payload)
