"""Imports for tests of what is written: runs of ledgers as if they had been read and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.models import ImportFile, ImportPicture, ImportRow, ImportRun, ImportSheet
from app.photos.store import FileStore
from app.services.evidence.photos import CodeKey
from app.services.evidence.room import PhotoRoom
from app.services.imports.comparing.against_pool import compare_run
from app.services.imports.reading.vocabulary import load_knowledge
from app.services.imports.work.hands import Hands
from app.services.imports.writing.applying import apply_run, request_apply
from app.services.imports.writing.transaction import Written
from app.services.imports.writing.undoing import Undone, request_undo, undo_run
from tests.builders import MONDAY, City

LATER = MONDAY + timedelta(hours=1)


def a_row(city: City, number: int, **changes: Any) -> dict[str, Any]:
    """A record of rubbish in 站前街道; `changes` are fields, `ids` and `pictures`."""
    ids = {
        "street": city.orgs["210402001"], "district": city.orgs["210402"],
        "unit": city.orgs["210402001"], "category": city.categories["rubbish"],
    } | changes.pop("ids", {})  # fmt: skip
    pictures = changes.pop("pictures", [])
    fields = {
        "no": f"W-{number}", "category": "暴露垃圾", "street": "站前街道", "district": "新抚区",
        "point": f"中央大街{number}号", "description": f"第 {number} 处堆放生活垃圾",
        "unit": "站前街道", "status": "listed", "reported_at": "2026-11-02", "due": "2026-11-30",
    } | changes  # fmt: skip
    fields = {key: value for key, value in fields.items() if value is not None}
    record = {
        "f": fields, "t": {key: str(value) for key, value in fields.items()},
        "i": {key: value for key, value in ids.items() if key in fields}, "c": "暴露垃圾",
    }  # fmt: skip
    return record | (
        {"p": [[phase, sha(name), name] for phase, name in pictures]} if pictures else {}
    )


def sha(name: str) -> str:
    """The hash of a picture that exists in name only."""
    return hashlib.sha256(name.encode()).hexdigest()


def a_run(
    session: Session, city: City, records: Sequence[Mapping[str, Any]], *, section: str = "HW",
    by: str = "hw_admin", now: datetime = MONDAY, own: Sequence[str] = (),
) -> int:  # fmt: skip
    """A run that was read, with its rows compared; `own` are fields its columns are taken for."""
    run = ImportRun(
        owner_id=city.users[by], section_id=city.orgs[section], name=f"{section}.xlsx",
        status="ready", settings={}, progress={}, counts={}, created_at=now, updated_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    add_file(session, city, run, records, section, own)
    compare(session, run, now)
    return run.id


def add_file(
    session: Session, city: City, run: ImportRun, records: Sequence[Mapping[str, Any]],
    section: str, own: Sequence[str] = (),
) -> None:  # fmt: skip
    """Another file of a run."""
    file = ImportFile(
        run_id=run.id, position=0, name=f"{section}.xlsx", kind="table", sha256="0" * 64, size=1,
        section_id=city.orgs[section],
    )  # fmt: skip
    session.add(file)
    session.flush()
    layout = {"columns": [{"field": each} for each in own]}
    sheet = ImportSheet(file_id=file.id, position=0, name="台账", shape="s", layout=layout)
    session.add(sheet)
    session.flush()
    pictures: dict[str, str] = {}
    for at, record in enumerate(records):
        session.add(
            ImportRow(
                run_id=run.id,
                sheet_id=sheet.id,
                row=at + 3,
                record=dict(record),
                fixes={},
                status="",
                outcome={},
                applied={},
            )
        )
        pictures |= {sha256: name for _, sha256, name in record.get("p", ())}
    for sha256, name in pictures.items():
        facts = {
            "sha256": sha256, "format": "JPEG", "width": 800, "height": 600, "size": 9000,
            "exif": {},
        }  # fmt: skip
        session.add(ImportPicture(run_id=run.id, sha256=sha256, name=name, facts=facts))
    session.flush()


def compare(session: Session, run: ImportRun, now: datetime = MONDAY) -> None:
    """Compare a run with the pool."""
    compare_run(session, run, load_knowledge(session, now))
    session.flush()


@dataclass
class Worker:
    """A worker at one database; `taken` makes it lose its job."""

    database: Database
    folder: Path
    now: datetime = LATER
    taken: bool = False

    def hands(self) -> Hands:
        """What the work needs; the room's processes are not started."""
        room = PhotoRoom(FileStore(self.folder), None, CodeKey("test", b"k" * 32))  # type: ignore[arg-type]
        return Hands(self.database, room, lambda: self.now, lambda _session: not self.taken)

    def apply(
        self, city: City, run_id: int, row_ids: Sequence[int] | None = None, *,
        by: str = "hw_admin", twins: str = "",
    ) -> Written | None:  # fmt: skip
        """Ask for a run to be written and write it."""
        self.ask(city, run_id, row_ids, by=by, twins=twins)
        return apply_run(self.hands(), run_id, row_ids, twins=twins)

    def ask(
        self, city: City, run_id: int, row_ids: Sequence[int] | None = None, *,
        by: str = "hw_admin", twins: str = "",
    ) -> None:  # fmt: skip
        """Ask for a run to be written."""
        with self.database.writing() as session:
            run = session.get_one(ImportRun, run_id)
            request_apply(
                session, city.actors[by], self.now, run, row_ids, twins=twins, queue=False
            )

    def undo(
        self, city: City, run_id: int, *, by: str = "hw_admin", touched: bool = False
    ) -> Undone | None:
        """Ask for a run to be taken back and take it back."""
        with self.database.writing() as session:
            run = session.get_one(ImportRun, run_id)
            request_undo(session, city.actors[by], self.now, run, touched=touched, queue=False)
        return undo_run(self.hands(), run_id)


def rows_of(session: Session, run_id: int) -> list[ImportRow]:
    """The rows of a run in order."""
    query = select(ImportRow).where(ImportRow.run_id == run_id).order_by(ImportRow.id)
    return list(session.scalars(query))
