"""What writing rows of an import assumes where they do not say it, told before and after."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ImportFile
from app.services.imports.reading.record_json import from_json
from app.services.imports.work.rows import Line
from app.services.imports.work.runs import CHANGED, NEW, TWIN
from app.services.imports.writing.entry import entry_of, load_entry_facts

_ENTERED = frozenset({NEW, TWIN})


def assumed_of(session: Session, lines: Sequence[Line]) -> dict[int, list[str]]:
    """Row id -> sentences: of written rows what was assumed, of the others what would be.

    Of rows that change a problem only what concerns the cells they change.
    """
    found = {each.id: list(each.applied.get("notes", ())) for each in lines if each.applied}
    waiting = [each for each in lines if not each.applied and each.status in {*_ENTERED, CHANGED}]
    if not waiting:
        return found
    facts = load_entry_facts(session)
    files = select(ImportFile.id, ImportFile.section_id).where(
        ImportFile.id.in_({each.file_id for each in waiting})
    )
    sections = {file_id: section_id for file_id, section_id in session.execute(files)}
    for each in waiting:
        read = entry_of(
            from_json(dict(each.record), each.sheet, each.row), sections[each.file_id], facts
        )
        concerned = each.outcome.get("changes", {})
        found[each.id] = [
            one.sentence
            for one in read.assumed
            if each.status in _ENTERED or one.field_id in concerned
        ]
    return found
