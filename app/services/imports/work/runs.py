"""Imports as people start, find, stop and discard them; the reading itself is a job."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, true, update
from sqlalchemy.orm import Session

from app.domain.policy import may_import, may_import_for
from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.domain.roles import SECTION_TYPES, Actor, Role
from app.models import (
    ImportFile,
    ImportPicture,
    ImportRow,
    ImportRun,
    ImportSheet,
    Organisation,
    SavedImport,
)
from app.services import job_queue

READ = "read_import"
WAITING, READING, READY, APPLYING, PART, APPLIED, UNDOING, UNDONE, STOPPED, FAILED = (
    "waiting", "reading", "ready", "applying", "part", "applied", "undoing", "undone", "stopped",
    "failed",
)  # fmt: skip
LABELS = {
    WAITING: "等待读取",
    READING: "正在读取",
    READY: "待确认",
    APPLYING: "正在写入",
    PART: "已导入一部分",
    APPLIED: "已导入",
    UNDOING: "正在撤销",
    UNDONE: "已撤销",
    STOPPED: "已停止",
    FAILED: "没有做成",
}
BEING_READ = frozenset({WAITING, READING})
AT_WORK = BEING_READ | {APPLYING, UNDOING}
UNWRITTEN = frozenset({WAITING, READING, READY, STOPPED, FAILED})
"""Nothing of these stands in the pool: they may be read again, or discarded."""

NEW, CHANGED, UNCHANGED, CONFLICTING, TWIN, BROKEN = (
    "new", "changed", "unchanged", "conflicting", "twin", "broken",
)  # fmt: skip
ROW_STATUSES = (NEW, CHANGED, UNCHANGED, CONFLICTING, TWIN, BROKEN)

TABLE, PASTE, ZIP = "table", "paste", "zip"
MOST_FILES = 60
LISTED = 50
LONGEST_NAME = 200
TOO_MANY = "一次最多导入 {most} 个文件，现在选了 {count} 个，请分几次。"
STOPPED_BY = "{name}停止了读取。已经读完的文件还在，可以接着读，也可以放弃这次导入。"


@dataclass(frozen=True, slots=True)
class Handed:
    """A file handed in, its bytes already in the store; `kind` is table, paste or zip."""

    name: str
    kind: str
    sha256: str
    size: int


def start(
    session: Session,
    actor: Actor,
    now: datetime,
    files: Sequence[Handed],
    section_id: int | None = None,
    saved_id: int | None = None,
    *,
    queue: bool = True,
) -> ImportRun:
    """An import of these files, and the job that reads them, in the caller's transaction.

    Without a section each file's is found out; who administers one imports for that one. Without
    `queue` the caller does the reading. Raises NotAllowed, NotFound, Invalid.
    """
    owner_id = person_of(actor)
    _check_number(files)
    saved = saved_of_id(session, actor, saved_id) if saved_id is not None else None
    if section_id is None:
        section_id = saved.section_id if saved else _own_section(actor)
    _check_section(session, actor, section_id)
    if saved is not None:
        saved.used_at = now
    run = ImportRun(
        owner_id=owner_id,
        section_id=section_id,
        saved_id=saved.id if saved else None,
        name=_name(files),
        status=WAITING,
        settings=dict(saved.settings) if saved else {},
        progress={},
        counts={},
        created_at=now,
        updated_at=now,
    )
    session.add(run)
    session.flush()
    session.add_all(_file(run, position, one) for position, one in enumerate(files))
    session.flush()
    if queue:
        queue_reading(session, now, run)
    return run


def _check_number(files: Sequence[Handed]) -> None:
    if not files:
        raise Invalid("import.no_files", "请选择要导入的文件，或者把表格粘贴到下面的框里。")
    if len(files) > MOST_FILES:
        raise Invalid("import.too_many", TOO_MANY.format(most=MOST_FILES, count=len(files)))


def person_of(actor: Actor) -> int:
    """The user id of somebody who may import; raises NotAllowed."""
    if actor.user_id is None or not may_import(actor):
        raise NotAllowed("import.not_allowed", "您不能导入台账，请联系科室管理员或系统管理员。")
    return actor.user_id


def _file(run: ImportRun, position: int, handed: Handed) -> ImportFile:
    return ImportFile(
        run_id=run.id,
        position=position,
        name=handed.name[:LONGEST_NAME],
        kind=handed.kind,
        sha256=handed.sha256,
        size=handed.size,
        section_id=run.section_id,
    )


def _name(files: Sequence[Handed]) -> str:
    more = f" 等 {len(files)} 个文件" if len(files) > 1 else ""
    return f"{files[0].name[: LONGEST_NAME - len(more)]}{more}"


def _own_section(actor: Actor) -> int | None:
    """The section of somebody who may import for no other."""
    own = actor.org_type in SECTION_TYPES and actor.has(Role.LEAD_ADMIN)
    return actor.org_id if own and not actor.has(Role.REVIEWER, Role.SYSADMIN) else None


def _check_section(session: Session, actor: Actor, section_id: int | None) -> None:
    if section_id is None:
        return
    section = session.get(Organisation, section_id)
    if section is None or section.org_type not in SECTION_TYPES:
        raise Invalid("section.unknown", "没有这个科室，请从列表中选择。")
    if not may_import_for(actor, section_id):
        sentence = f"您不能为{section.short_name}导入台账，请选择自己的科室。"
        raise NotAllowed("import.other_section", sentence)


def queue_reading(
    session: Session, now: datetime, run: ImportRun, only: Collection[int] = ()
) -> None:
    """Have the files read, anew if they were read before; a reading under way gives up.

    `only` are the files for which that is enough, where all were read before. The pictures of a
    zip may be for any row, so with one everything is read.
    """
    zips = select(ImportFile.id).where(ImportFile.run_id == run.id, ImportFile.kind == ZIP)
    if run.status != READY or session.scalar(zips.limit(1)) is not None:
        only = ()
    run.version += 1
    run.status, run.sentence, run.progress = WAITING, "", {}
    run.updated_at = now
    session.flush()
    payload = {"run_id": run.id, "version": run.version, "files": sorted(only)}
    job_queue.enqueue(session, now, READ, f"{run.id}.{run.version}", payload)


def load_own(session: Session, actor: Actor, run_id: int) -> ImportRun:
    """A run of one's own or of one's section; the system administrator's are all. NotFound."""
    run = session.get(ImportRun, run_id)
    if run is None or not is_own(actor, run):
        raise NotFound("import.not_found", "没有找到这次导入，或者它不归您管理。")
    return run


def is_own(actor: Actor, run: ImportRun) -> bool:
    """Whether the actor started the run, administers its section or the system."""
    if not may_import(actor):
        return False
    mine = run.owner_id == actor.user_id or actor.has(Role.SYSADMIN)
    section = run.section_id is not None and run.section_id == actor.org_id
    return mine or (section and actor.has(Role.LEAD_ADMIN))


def _owned(actor: Actor) -> ColumnElement[bool]:
    if actor.has(Role.SYSADMIN):
        return true()
    own = ImportRun.owner_id == actor.user_id
    if actor.has(Role.LEAD_ADMIN) and actor.org_id is not None:
        return or_(own, ImportRun.section_id == actor.org_id)
    return own


def runs_of(session: Session, actor: Actor, most: int = LISTED) -> list[ImportRun]:
    """The runs this actor may open, newest first."""
    if not may_import(actor):
        return []
    wanted = select(ImportRun).where(_owned(actor))
    newest = (ImportRun.created_at.desc(), ImportRun.id.desc())
    return list(session.scalars(wanted.order_by(*newest).limit(most)))


def files_of(session: Session, run_id: int) -> list[ImportFile]:
    """The files of a run in the order they were handed in."""
    wanted = select(ImportFile).where(ImportFile.run_id == run_id).order_by(ImportFile.position)
    return list(session.scalars(wanted))


def sheets_of(session: Session, run_id: int) -> list[ImportSheet]:
    """The sheets of all files of a run, in order."""
    return list(
        session.scalars(
            select(ImportSheet)
            .join(ImportFile, ImportFile.id == ImportSheet.file_id)
            .where(ImportFile.run_id == run_id)
            .order_by(ImportFile.position, ImportSheet.position)
        )
    )


def count_flags(session: Session, run_id: int) -> int:
    """How many doubtful cells are left in a run."""
    total = select(func.sum(ImportRow.flagged)).where(ImportRow.run_id == run_id)
    return session.scalar(total) or 0


def discard(session: Session, actor: Actor, now: datetime, run_id: int) -> None:
    """Forget a run that has written nothing, with all that was read; the sweeper takes its files.

    Raises Conflict for one that stands in the pool, or did.
    """
    run = load_own(session, actor, run_id)
    if not mark(session, run_id, now, UNWRITTEN, status=STOPPED):  # a reading gives up
        session.refresh(run)
        require(run, UNWRITTEN)
    forget(session, run_id)


def forget(session: Session, run_id: int) -> None:
    """Delete a run and all that was read of it."""
    session.flush()
    files = select(ImportFile.id).where(ImportFile.run_id == run_id)
    for statement in (
        delete(ImportRow).where(ImportRow.run_id == run_id),
        delete(ImportSheet).where(ImportSheet.file_id.in_(files)),
        delete(ImportPicture).where(ImportPicture.run_id == run_id),
        delete(ImportFile).where(ImportFile.run_id == run_id),
        delete(ImportRun).where(ImportRun.id == run_id),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    session.expire_all()


def stop(session: Session, actor: Actor, now: datetime, run_id: int) -> ImportRun:
    """Stop the reading; what was read of other files stays. Conflict when it is not reading."""
    run = load_own(session, actor, run_id)
    sentence = STOPPED_BY.format(name=actor.name)
    if not mark(session, run_id, now, BEING_READ, status=STOPPED, sentence=sentence):
        session.refresh(run)
        raise Conflict("import.not_reading", f"这次导入现在是“{LABELS[run.status]}”，不用停止。")
    session.refresh(run)
    return run


def read_again(session: Session, actor: Actor, now: datetime, run_id: int) -> ImportRun:
    """Have a run read that was stopped or failed, or whose settings changed; Conflict otherwise."""
    run = load_own(session, actor, run_id)
    require(run, UNWRITTEN)
    queue_reading(session, now, run)
    return run


def choose_section(
    session: Session, actor: Actor, now: datetime, run_id: int, file_id: int, section_id: int
) -> ImportRun:
    """Say whose ledger a file is; it is read again with that section's columns and words."""
    run = load_own(session, actor, run_id)
    require(run, UNWRITTEN)
    _check_section(session, actor, section_id)
    file = session.get(ImportFile, file_id)
    if file is None or file.run_id != run.id:
        raise NotFound("import.no_file", "这次导入里没有这个文件。")
    file.section_id, file.section_why = section_id, ""
    queue_reading(session, now, run, [file.id])
    return run


def require(run: ImportRun, statuses: Collection[str]) -> None:
    """Raise Conflict, which says where the run stands, unless it is in one of these statuses."""
    if run.status not in statuses:
        raise Conflict(
            "import.moved_on", f"这次导入现在是“{LABELS[run.status]}”，不能再这样改，请刷新页面。"
        )


def mark(session: Session, run_id: int, now: datetime, was: Collection[str], **values: Any) -> bool:
    """Change a run that is in one of the statuses `was`; False when it is not any more."""
    changed = session.scalar(
        update(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.status.in_(was))
        .values(updated_at=now, **values)
        .returning(ImportRun.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


def saved_of_id(session: Session, actor: Actor, saved_id: int) -> SavedImport:
    """One's own saved import; NotFound for another's or a deleted one."""
    saved = session.get(SavedImport, saved_id)
    if saved is None or saved.deleted_at is not None or saved.owner_id != actor.user_id:
        raise NotFound("import.no_saved", "没有找到这个保存的导入，可能已经删除。")
    return saved
