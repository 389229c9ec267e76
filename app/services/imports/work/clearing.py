"""Old imports: those nobody finished are forgotten, of the others what takes room."""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from app.models import ImportFile, ImportPicture, ImportRun
from app.services.imports.work.runs import APPLIED, PART, UNDONE, UNWRITTEN, forget

UNFINISHED = timedelta(days=30)  # of an import that has written nothing
PICTURES = timedelta(days=90)  # of pictures beside those that problems have
FILES = timedelta(days=400)  # of the files themselves
AT_ONCE = 50
FREED = "这个文件的原件保存期已满，已从服务器删除。"


def clear_old(session: Session, now: datetime) -> int:
    """Forget what is past its time, so that the sweeper may take its bytes; how many runs.

    The rows of written imports stay: they are needed to undo them.
    """
    old = session.scalars(
        select(ImportRun.id)
        .where(ImportRun.status.in_(UNWRITTEN), ImportRun.updated_at < now - UNFINISHED)
        .limit(AT_ONCE)
    ).all()
    for run_id in old:
        forget(session, run_id)
    session.execute(
        delete(ImportPicture).where(ImportPicture.run_id.in_(_ended(now - PICTURES))),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(ImportFile)
        .where(ImportFile.sha256 != "", ImportFile.run_id.in_(_ended(now - FILES)))
        .values(sha256="", refused=FREED),
        execution_options={"synchronize_session": False},
    )
    return len(old)


def _ended(before: datetime) -> Select[int]:
    return select(ImportRun.id).where(
        ImportRun.status.in_([APPLIED, PART, UNDONE]), ImportRun.updated_at < before
    )
