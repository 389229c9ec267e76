"""All files of one import read without writing: tables first, then the pictures of zips."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.services.imports.reading.archives import ReadArchive, read_zip
from app.services.imports.reading.files import ReadFile, read_file, section_of_code
from app.services.imports.reading.own_fields import with_sections
from app.services.imports.reading.sections import SectionGuess
from app.services.imports.reading.values import settle_photographed
from app.services.imports.reading.vocabulary import Knowledge, load_knowledge
from app.services.imports.reading.zip import join, match_archive, stated_of

_ZIP = ".zip"


def read_handed(
    session: Session, now: datetime, files: Sequence[tuple[str, bytes]], section: str | None = None
) -> list[ReadFile]:
    """Every file in its place with what an import would read of it; nothing is written.

    The tables in a zip are sheets of it, its pictures go into the rows of all files. Raises
    Invalid for a code that is no section's.
    """
    knowledge = with_sections(session, now, load_knowledge(session, now))
    given = section_of_code(knowledge, section) if section is not None else None
    read: dict[int, ReadFile] = {}
    zips: dict[int, ReadArchive] = {}
    for place, (name, data) in enumerate(files):
        if name.lower().endswith(_ZIP):
            zips[place] = found = read_zip(knowledge, name, data, given, lambda _name, _rows: None)
            read[place] = _as_file(name, found, given)
        else:
            read[place] = read_file(knowledge, name, data, given)
    for place, found in zips.items():
        _place(knowledge, list(read.values()), read[place], found)
    return [read[place] for place in range(len(files))]


def _as_file(name: str, found: ReadArchive, given: SectionGuess | None) -> ReadFile:
    sheets = [sheet for table in found.tables for sheet in table.sheets]
    refused = [(table.name, table.refused) for table in found.tables if table.refused]
    return ReadFile(
        name,
        found.section or given,
        sheets=sheets,
        refused=found.refused,
        left=[*found.archive.left, *refused],
    )


def _place(
    knowledge: Knowledge, files: Sequence[ReadFile], of_zip: ReadFile, found: ReadArchive
) -> None:
    """Put the pictures of a zip into the rows they are named after; the rest is told."""
    if not found.archive.files:
        return
    rows = [(file, record) for file in files for record in file.records()]
    stated = [stated_of(at, record) for at, (_, record) in enumerate(rows)]
    matching = match_archive(stated, found.archive.files)
    for at in matching.hits.keys() | matching.missing.keys():
        file, record = rows[at]
        join(record, matching.hits.get(at, ()), matching.missing.get(at, ()))
        own = knowledge.of_section(file.section.id if file.section else None)
        settle_photographed(own, record)
    of_zip.left += [(one.name, why) for one, why in matching.left]
