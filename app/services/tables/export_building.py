"""The worker's side of an export: rows read in one go, then written while nothing is held."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.refusals import NotAllowed, Refusal
from app.models import TableExport
from app.services.actors import actor_of
from app.services.long_work import Sessions, TakenAway, empty_folder, settle
from app.services.tables import export, rows
from app.services.tables.export_asking import (
    AT_WORK,
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    sight_of,
    slot_of,
)
from sheets.query import TooSlow, stoppable

FOLDER = "tables"
"""Where the files lie, beside the ledgers."""
READ_FOR = 180.0
"""Seconds of reading at most. 50,000 rows of 60 columns take 4 of them, a filter that reads a
million rows some 10; after ten minutes without a sign of life another worker would begin."""
TOLD_EVERY = 1.0  # seconds; each time is a commit that street photos wait for


@dataclass(frozen=True, slots=True)
class Hands:
    """What the work needs: the database, the folder of files, the clock.

    `hold` says the worker lives, and False when its job was taken away; `stop` that it is to go.
    """

    sessions: Sessions
    folder: Path
    now: Callable[[], datetime]
    hold: Callable[[Session], bool]
    stop: Callable[[], bool]


class _Ended(Exception):
    """Its owner stopped it, or asked for another."""


def build(hands: Hands, export_id: int, version: int) -> None:
    """Make the file of an export that waits; nothing for one that is done, stopped or gone.

    What its owner may no longer have is said at the export. Raises TakenAway, and whatever goes
    wrong with files or database; the caller then says so with `say_failed`.
    """
    work = _Work(hands, export_id, version)
    try:
        work.tell(WAITING, RUNNING, status=RUNNING, rows_done=0, error="")
        work.make()
    except _Ended:
        shutil.rmtree(work.folder, ignore_errors=True)
    except (Refusal, TooSlow) as refusal:
        shutil.rmtree(work.folder, ignore_errors=True)
        with hands.sessions.writing() as session:
            if not hands.hold(session):  # or it raises: reading ended because the worker stops
                raise TakenAway from refusal
            _say(session, export_id, version, FAILED, refusal.sentence, hands.now())


def say_failed(
    session: Session, export_id: int, version: int, sentence: str, now: datetime, *, final: bool
) -> None:
    """Put the sentence at the export: failed for good, or waiting for the next try."""
    _say(session, export_id, version, FAILED if final else WAITING, sentence, now)


def _say(
    session: Session, export_id: int, version: int, status: str, sentence: str, now: datetime
) -> None:
    session.execute(
        _this(export_id, version, AT_WORK).values(
            status=status, error=sentence, finished_at=now if status == FAILED else None
        )
    )


def _this(export_id: int, version: int, statuses: Any) -> Any:
    return (
        update(TableExport)
        .where(
            TableExport.id == export_id,
            TableExport.version == version,
            TableExport.status.in_(statuses),
        )
        .execution_options(synchronize_session=False)
    )


class _Work:
    def __init__(self, hands: Hands, export_id: int, version: int) -> None:
        self._hands = hands
        self._id, self._version = export_id, version
        self.folder = hands.folder / FOLDER / slot_of(export_id, version)
        self._told = 0.0

    def make(self) -> None:
        """Read, write, and say that it is done."""
        empty_folder(self.folder)
        # Where the file will lie: what does not fit is then said before the work is done.
        with TemporaryDirectory(prefix=".rows-", dir=self.folder) as drafts:
            lot, sight, taken = self._read(Path(drafts))
            self.tell(RUNNING, rows_total=lot.rows)
            written = export.write(lot, self.folder, self._progress)
        settle(written.path)
        self.tell(
            RUNNING,
            status=DONE,
            rows_done=written.rows,
            sight=sight,
            taken=taken,
            file_name=written.path.name,
            file_path=written.path.relative_to(self._hands.folder).as_posix(),
            file_size=written.path.stat().st_size,
            finished_at=self._hands.now(),
        )

    def tell(self, *during: str, **values: Any) -> None:
        """Progress, in a transaction of its own, and a sign of life."""
        with self._hands.sessions.writing() as session:
            if not self._hands.hold(session):
                raise TakenAway
            told = _this(self._id, self._version, during).values(**values)
            if session.scalar(told.returning(TableExport.id)) is None:
                raise _Ended

    def _progress(self, done: int) -> None:
        if monotonic() - self._told >= TOLD_EVERY:
            self.tell(RUNNING, rows_done=done)
            self._told = monotonic()

    def _read(self, folder: Path) -> tuple[export.Lot, str, dict[str, Any]]:
        """The rows its owner may see now; Refusal where he may no longer have them."""
        now = self._hands.now()
        with self._hands.sessions.reading() as session:
            asked = session.get_one(TableExport, self._id)
            actor = actor_of(session, asked.user_id, now)
            if actor is None:
                raise NotAllowed("export.account", "您的账号已停用，没有导出。")
            pairs = [(name, raw) for name, raw in asked.query]
            table = rows.open_table(session, actor, now, asked.sheet_id, pairs)
            asking = export.asking_of(session, actor, now)
            with self._until_told(session):
                lot = export.read(session, asking, table, folder)
        return lot, sight_of(actor), export.told(table, lot.rows)

    def _until_told(self, session: Session) -> AbstractContextManager[None]:
        return stoppable(session.connection(), READ_FOR, self._hands.stop)
