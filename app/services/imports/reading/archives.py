"""A zip of an import: its tables read as files are, its pictures put into the rows of the run."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.models import ImportFile, ImportRow, ImportRun, ImportSheet
from app.services.imports.reading import zip as import_zip
from app.services.imports.reading.files import ReadFile, Watch, read_file
from app.services.imports.reading.pictures import flag_refused
from app.services.imports.reading.record_json import from_json, to_json
from app.services.imports.reading.sections import SectionGuess
from app.services.imports.reading.values import settle_photographed
from app.services.imports.reading.vocabulary import Knowledge
from app.services.imports.reading.words import targets
from app.services.imports.reading.zip import (
    EXTRA,
    Matching,
    caption_of,
    match_archive,
    stated_of,
)
from app.services.imports.settling.settings import archive_column
from sheets.reading import Archive, Refused, read_archive

ARCHIVE = "archive"
"""In the layout of a zip's own sheet: by which column its pictures were placed, and the rest."""
NAME = "压缩包里的照片"
LISTED = 500
LAST = 1_000  # after the sheets of all tables in it


@dataclass
class ReadArchive:
    """What was unpacked and read of a zip; `refused` says why nothing was."""

    archive: Archive
    section: SectionGuess | None = None
    tables: list[ReadFile] = field(default_factory=list)
    refused: str | None = None


def read_zip(
    knowledge: Knowledge,
    name: str,
    data: bytes,
    section: SectionGuess | None,
    watch: Watch,
) -> ReadArchive:
    """A zip, unpacked and read in processes of their own; all its tables are of one section."""
    try:
        archive = read_archive(data, name, watch=lambda count: watch(name, count))
    except Refused as refusal:
        return ReadArchive(Archive(name, ()), section, refused=refusal.sentence)
    found = ReadArchive(archive, section)
    for table in archive.tables:
        read = read_file(knowledge, table.name, table.data, found.section, watch)
        found.section = found.section or read.section
        for sheet in read.sheets:
            sheet.name = f"{table.name} {sheet.name}"
            for record in sheet.records:
                record.sheet = sheet.name
        found.tables.append(read)
    if not archive.files and found.tables and all(one.refused for one in found.tables):
        found.refused = found.tables[0].refused
    return found


def place_pictures(
    session: Session,
    run: ImportRun,
    knowledge: Knowledge,
    file_id: int,
    found: ReadArchive,
    refused: Mapping[str, str],
) -> None:
    """Put the pictures of a zip into the rows of its run, those of other files too.

    What fits nowhere is listed on a sheet of its own; `refused` are sentences by hash.
    `knowledge` knows the run's sections.
    """
    rows = session.execute(
        select(ImportRow.id, ImportRow.record, ImportRow.fixes, ImportFile.section_id)
        .join(ImportSheet, ImportSheet.id == ImportRow.sheet_id)
        .join(ImportFile, ImportFile.id == ImportSheet.file_id)
        .where(ImportRow.run_id == run.id)
        .order_by(ImportRow.id)
    ).all()
    records = {row_id: from_json(record) for row_id, record, *_ in rows}
    unsettled = {at: section for at, _, fixes, section in rows if "status" not in fixes}
    stated = [stated_of(row_id, record) for row_id, record in records.items()]
    captions = _captions(session, run)
    column = archive_column(run, file_id)
    matching = match_archive(stated, found.archive.files, column, captions)
    changed = []
    for row_id in matching.hits.keys() | matching.missing.keys():
        record = records[row_id]
        import_zip.join(record, matching.hits.get(row_id, ()), matching.missing.get(row_id, ()))
        flag_refused(record, refused)
        if row_id in unsettled:
            settle_photographed(knowledge.of_section(unsettled[row_id]), record)
        changed.append({"at": row_id, "record": to_json(record), "flagged": len(record.flags)})
    table: Any = ImportRow.__table__
    if changed:
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("at"))
            .values(record=bindparam("record"), flagged=bindparam("flagged")),
            changed,
        )
    session.add(_sheet(file_id, len(found.tables), found.archive, matching, captions))
    session.flush()


def _captions(session: Session, run: ImportRun) -> dict[str, str]:
    """What columns are called that ledgers in general do not know, where the tables agree."""
    found: dict[str, set[str]] = defaultdict(set)
    known = {target.id for target in targets()}
    layouts = session.scalars(
        select(ImportSheet.layout)
        .join(ImportFile, ImportFile.id == ImportSheet.file_id)
        .where(ImportFile.run_id == run.id)
    )
    for column in (column for layout in layouts for column in layout.get("columns", ())):
        key = column["field"] or f"{EXTRA}{column['index']}"
        if key not in known:
            found[key].add(column["caption"])
    return {key: names.pop() for key, names in found.items() if len(names) == 1 and "" not in names}


def _sheet(
    file_id: int, tables: int, archive: Archive, matching: Matching, captions: Mapping[str, str]
) -> ImportSheet:
    left = [[one.name, why] for one, why in matching.left] + [list(one) for one in archive.left]
    others = [[column, caption_of(column, captions), count] for column, count in matching.others]
    told = {
        "column": matching.column,
        "left": left[:LISTED],
        "others": others,
    }
    blank = {"columns": [], "kinds": {}, "rows": [], "merges": [], "height": 0, "width": 0}
    return ImportSheet(
        file_id=file_id,
        position=LAST + tables,
        name=NAME,
        layout={**blank, "hidden": False, ARCHIVE: told},
        why_not=matching.why,
    )
