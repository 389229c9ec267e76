"""What became of the files of an import, in figures."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import ImportFile, ImportRow, ImportSheet, Organisation
from app.services.imports.work.runs import (
    BROKEN,
    CHANGED,
    CONFLICTING,
    NEW,
    TWIN,
    UNCHANGED,
    files_of,
)

_WRITTEN = {"new": NEW, "merged": CHANGED}


@dataclass(frozen=True, slots=True)
class FileCount:
    """Rows of a file by what became of them, and its cells in doubt; `section` may be unknown.

    A probable twin counts as what was written of it, and under `twins` besides.
    """

    name: str
    section: str
    refused: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    conflicting: int = 0
    broken: int = 0
    twins: int = 0
    flagged: int = 0


def counts_by_file(session: Session, run_id: int) -> list[FileCount]:
    """One a file, in the order they were handed in."""
    how = ImportRow.applied["how"].as_string()
    rows = session.execute(
        select(
            ImportSheet.file_id, ImportRow.status, how, func.count(), func.sum(ImportRow.flagged)
        )
        .join(ImportSheet, ImportSheet.id == ImportRow.sheet_id)
        .where(ImportRow.run_id == run_id)
        .group_by(ImportSheet.file_id, ImportRow.status, how)
    )
    found: dict[int, Counter[str]] = {}
    for file_id, status, written, count, flagged in rows:
        counter = found.setdefault(file_id, Counter())
        counter["flagged"] += flagged
        if status == TWIN:
            counter[TWIN] += count
        counter[_WRITTEN.get(written or "", "") if status == TWIN else status] += count
    names = _sections(session)
    return [
        _count(file, names, found.get(file.id, Counter())) for file in files_of(session, run_id)
    ]


def _count(file: ImportFile, names: dict[int, str], found: Counter[str]) -> FileCount:
    return FileCount(
        name=file.name,
        section=names.get(file.section_id or 0, ""),
        refused=file.refused,
        new=found[NEW],
        changed=found[CHANGED],
        unchanged=found[UNCHANGED],
        conflicting=found[CONFLICTING],
        broken=found[BROKEN],
        twins=found[TWIN],
        flagged=found["flagged"],
    )


def _sections(session: Session) -> dict[int, str]:
    rows = session.execute(select(Organisation.id, Organisation.name))
    return {org_id: name for org_id, name in rows}
