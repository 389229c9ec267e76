"""A whole import in one go, for the command line: read, compared, written, counted."""

from collections.abc import Sequence

from sqlalchemy import select

from app.domain.refusals import Conflict
from app.domain.roles import Actor
from app.models import ImportRow, ImportRun
from app.services.bulk_insert import USUAL_KB, many_rows
from app.services.imports.work.hands import Hands
from app.services.imports.work.job import read_run
from app.services.imports.work.runs import (
    BEING_READ,
    CHANGED,
    NEW,
    STOPPED,
    UNCHANGED,
    Handed,
    forget,
    mark,
    start,
)
from app.services.imports.work.summary import FileCount, counts_by_file
from app.services.imports.writing.applying import apply_failed, apply_run, request_apply

BROKEN_OFF = "命令中断，没有读完。可以在网页的“导入”里接着读，也可以放弃。"
NOT_WRITTEN = "命令中断，没有写入任何一行。可以在网页的“导入”里再写入，也可以放弃。"
TAKEN_OVER = "import.taken_over"
NOTHING = "import.nothing"


def import_files(
    hands: Hands,
    actor: Actor,
    files: Sequence[Handed],
    section_id: int | None = None,
    *,
    twins: str,
) -> list[FileCount]:
    """Import files whose bytes are in the store; what becomes of them, file by file.

    `twins` is what becomes of problems that another section probably has: keep, merge or skip.
    Rows in conflict are left for a person to decide on. An import that leaves nothing to decide
    and wrote nothing is forgotten again. Raises what `start` raises, and Conflict where somebody
    else stopped it.
    """
    with hands.sessions.writing() as session:
        run = start(session, actor, hands.now(), files, section_id, queue=False)
        run_id, version = run.id, run.version
    try:
        read = read_run(hands, run_id, version)
    except BaseException:
        with hands.sessions.writing() as session:
            mark(session, run_id, hands.now(), BEING_READ, status=STOPPED, sentence=BROKEN_OFF)
        raise
    if not read:
        raise Conflict(TAKEN_OVER, "这次导入在网页上被停止了，没有写入。")
    if not _asked(hands, actor, run_id, twins):
        return _counted(hands, run_id, forgets=True)
    try:
        written = apply_run(hands, run_id, twins=twins)
    except BaseException:
        with hands.sessions.writing() as session:
            apply_failed(session, run_id, hands.now(), NOT_WRITTEN)
        raise
    if written is None:
        with hands.sessions.reading() as session:
            raise Conflict("import.not_written", session.get_one(ImportRun, run_id).sentence)
    return _counted(hands, run_id, forgets=False)


def _asked(hands: Hands, actor: Actor, run_id: int, twins: str) -> bool:
    """Ask for all rows to be written; False when none is to be."""
    try:
        with hands.sessions.writing() as session:
            run = session.get_one(ImportRun, run_id)
            request_apply(session, actor, hands.now(), run, twins=twins, queue=False)
    except Conflict as conflict:
        if conflict.code != NOTHING:
            raise
        return False
    return True


def _counted(hands: Hands, run_id: int, *, forgets: bool) -> list[FileCount]:
    with hands.sessions.writing() as session, many_rows(session, USUAL_KB):
        counts = counts_by_file(session, run_id)
        open_rows = select(ImportRow.id).where(
            ImportRow.run_id == run_id, ImportRow.status.not_in([NEW, CHANGED, UNCHANGED])
        )
        if forgets and session.scalar(open_rows.limit(1)) is None:
            forget(session, run_id)
    return counts
