"""Our own workbooks read and compared as the import of a section, without a worker."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from app.models import ImportFile, ImportPicture, ImportRow, ImportRun, ImportSheet
from app.services.imports.comparing.against_pool import compare_run
from app.services.imports.reading.files import read_file
from app.services.imports.reading.record_json import to_json
from app.services.imports.reading.vocabulary import load_knowledge
from tests.builders import MONDAY, City
from tests.services.imports_made import rows_of


def read_back(session: Session, city: City, data: bytes) -> list[ImportRow]:
    """The rows of our own file as the section's import has compared them."""
    known = load_knowledge(session, MONDAY)
    read = read_file(known, "导出.xlsx", data)
    run = ImportRun(
        owner_id=city.users["hw_admin"], name="导出", status="ready", settings={}, progress={},
        counts={}, created_at=MONDAY, updated_at=MONDAY,
    )  # fmt: skip
    session.add(run)
    session.flush()
    file = ImportFile(
        run_id=run.id, position=0, name="导出.xlsx", kind="table", sha256="0" * 64, size=1,
        section_id=city.orgs["HW"],
    )  # fmt: skip
    session.add(file)
    session.flush()
    sheet = ImportSheet(file_id=file.id, position=0, name="导出", layout={})
    session.add(sheet)
    session.flush()
    for record in read.records():
        data_of = json.loads(json.dumps(to_json(record)))
        session.add(
            ImportRow(
                run_id=run.id, sheet_id=sheet.id, row=record.row, record=data_of, fixes={},
                outcome={}, applied={},
            )
        )  # fmt: skip
        for placed in record.pictures:
            facts = {"width": 160, "height": 120}
            sha256 = placed.picture.sha256
            session.merge(ImportPicture(run_id=run.id, sha256=sha256, name="", facts=facts))
    session.flush()
    compare_run(session, run, known)
    return rows_of(session, run.id)
