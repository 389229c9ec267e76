"""What was read of a file as rows of its import; what people settled is settled again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, delete, func, or_, select
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.models import ImportRow, ImportSheet
from app.services.bulk_insert import insert_rows
from app.services.imports.reading.files import ReadSheet
from app.services.imports.reading.layout import layout_of
from app.services.imports.reading.record_json import to_json
from app.services.imports.reading.records import ReadRecord
from app.services.imports.reading.values import put
from app.services.imports.reading.vocabulary import Knowledge
from app.services.imports.work.runs import NEW

CHOICES = "_choices"
BATCH = 1_000
LONGEST_NAME = 200
_NOTHING = len("{}")
_ROWS: Any = ImportRow.__table__


@dataclass(frozen=True, slots=True)
class Kept:
    """What people said of a row: corrected cells, a decision."""

    fixes: Mapping[str, Any]
    decision: str


Place = tuple[int, int, int]  # sheet of the file, row of it, which of the tables side by side


def kept_of(session: Session, file_id: int) -> dict[Place, Kept]:
    """The rows of a file that people have said something of."""
    nth = func.row_number().over(
        partition_by=(ImportRow.sheet_id, ImportRow.row), order_by=ImportRow.id
    )
    numbered = (
        select(
            ImportSheet.position, ImportRow.row, nth.label("nth"), ImportRow.fixes,
            ImportRow.decision,
        )
        .join(ImportSheet, ImportSheet.id == ImportRow.sheet_id)
        .where(ImportSheet.file_id == file_id)
        .subquery()
    )  # fmt: skip
    said = numbered.c
    rows = session.execute(
        select(said.position, said.row, said.nth, said.fixes, said.decision).where(
            or_(func.length(cast(said.fixes, String)) > _NOTHING, said.decision != "")
        )
    )
    return {(sheet, row, at): Kept(fixes, choice) for sheet, row, at, fixes, choice in rows}


def forget_file(session: Session, file_id: int) -> None:
    """Delete the sheets and rows of a file."""
    sheets = select(ImportSheet.id).where(ImportSheet.file_id == file_id)
    for statement in (
        delete(ImportRow).where(ImportRow.sheet_id.in_(sheets)),
        delete(ImportSheet).where(ImportSheet.file_id == file_id),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})


def keep_sheets(
    session: Session,
    run_id: int,
    file_id: int,
    sheets: Iterable[ReadSheet],
    knowledge: Knowledge,
    first: int = 0,
) -> None:
    """Put sheets in the place of those that were kept of the file before.

    `knowledge` is that of the file's section, `first` the position of the first sheet; what
    people settled of a row whose cell says the same as then is settled again.
    """
    kept = kept_of(session, file_id)
    forget_file(session, file_id)
    for position, sheet in enumerate(sheets, start=first):
        row = ImportSheet(
            file_id=file_id,
            position=position,
            name=sheet.name[:LONGEST_NAME],
            shape=sheet.understood.shape,
            layout=layout_of(sheet),
            why_not=sheet.why_not,
        )
        session.add(row)
        session.flush()
        seen: Counter[int] = Counter()
        for at in range(0, len(sheet.records), BATCH):
            rows = []
            for record in sheet.records[at : at + BATCH]:
                seen[record.row] += 1
                said = kept.get((position, record.row, seen[record.row]))
                rows.append(_row(run_id, row.id, record, said, knowledge))
            insert_rows(session, _ROWS, rows)


def _row(
    run_id: int, sheet_id: int, record: ReadRecord, kept: Kept | None, knowledge: Knowledge
) -> dict[str, Any]:
    fixes = _settled_again(knowledge, record, kept.fixes) if kept else {}
    return {
        "run_id": run_id,
        "sheet_id": sheet_id,
        "row": record.row,
        "record": to_json(record),
        "fixes": fixes,
        "flagged": len(record.flags),
        "status": NEW,  # as most turn out to be; until the comparison nobody asks
        "outcome": {},
        "decision": kept.decision if kept else "",
        "applied": {},
    }


def _settled_again(
    knowledge: Knowledge, record: ReadRecord, fixes: Mapping[str, Any]
) -> dict[str, Any]:
    """The corrections that still belong to the record, put into it."""
    again = {}
    for field_id, fix in fixes.items():
        if field_id == CHOICES:
            again[field_id] = fix
        elif record.texts.get(field_id, "") == fix["raw"]:
            try:
                put(knowledge, record, field_id, fix["text"])
            except Invalid:  # its column became another field: the cell is judged anew
                continue
            again[field_id] = fix
    return again
