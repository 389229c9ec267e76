"""Imports for tests of the reading: files handed in and read as a worker does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.domain.roles import Actor
from app.models import ImportRow, ImportRun
from app.photos.store import FileStore
from app.services.evidence.photos import CodeKey
from app.services.evidence.room import PhotoRoom
from app.services.imports.work.hands import Hands
from app.services.imports.work.job import read_run
from app.services.imports.work.runs import TABLE, Handed, start
from tests.builders import MONDAY, City

HEAD = "编号,发现时间,所属街道,具体位置,问题类别,问题描述,整改单位,完成时限,当前状态\n"
LINES = (
    "0007,2026-10-05,站前,中央大街9号门前,暴露垃圾,门前堆放生活垃圾,站前街道办,2026-10-16,未整改\n"
    "0008,2026-10-06,站前,福民路口,暴露垃圾,路口有散落垃圾,站前街道办,尽快,未整改\n"
    "0009,2026-10-07,站前,新华街3号,暴露垃圾,楼前堆放垃圾,站前街道办,2026-10-19,未整改\n"
    "0010,2026-10-08,站前,东一路西侧,暴露垃圾,绿篱里有垃圾,站前街道办,尽快,未整改\n"
    "0011,2026-10-09,站前,西一路东侧,暴露垃圾,墙角堆放垃圾,站前街道办,2026-10-20,未整改\n"
)
ROWS = 5
LEDGER = (HEAD + LINES).encode("gbk")


def hands_of(
    database: Database, folder: Path, hold: Callable[[Session], bool] = lambda _session: True
) -> Hands:
    """Hands over a store of files; pictures are not judged here."""
    no_sandbox: Any = None
    room = PhotoRoom(FileStore(folder / "photos"), no_sandbox, CodeKey("k", b"k" * 32))
    return Hands(database, room, lambda: MONDAY, hold)


def hand_in(
    hands: Hands, actor: Actor, *files: tuple[str, bytes], section_id: int | None = None,
    kind: str = TABLE,
) -> tuple[int, int]:  # fmt: skip
    """An import that waits for its reading: its id and version."""
    handed = [
        Handed(name, kind, hands.room.store.put_original(data), len(data)) for name, data in files
    ]
    with hands.sessions.writing() as session:
        run = start(session, actor, MONDAY, handed, section_id)
        return run.id, run.version


def read(hands: Hands, city: City, *files: tuple[str, bytes], login: str = "hw_admin") -> int:
    """An import by somebody, read and compared; its id."""
    run_id, version = hand_in(hands, city.actors[login], *files)
    assert read_run(hands, run_id, version)
    return run_id


def read_again(hands: Hands, run_id: int) -> ImportRun:
    """Read a run for which that was asked, as a worker would."""
    with hands.sessions.reading() as session:
        version = session.get_one(ImportRun, run_id).version
    assert read_run(hands, run_id, version)
    with hands.sessions.reading() as session:
        return session.get_one(ImportRun, run_id)


def rows_of(session: Session, run_id: int) -> list[ImportRow]:
    """The rows of a run, in order."""
    wanted = select(ImportRow).where(ImportRow.run_id == run_id)
    return list(session.scalars(wanted.order_by(ImportRow.sheet_id, ImportRow.row)))
