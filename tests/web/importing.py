"""Imports for the tests of their pages: a run of a ledger with rows as they are wanted."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.models import ImportFile, ImportRow, ImportRun, ImportSheet, Organisation
from tests.builders import MONDAY, City

FILE, SHEET = "环卫台账.xlsx", "整改台账"


def make_run(
    session: Session, city: City, status: str = "ready", by: str = "hw_admin", **more: Any
) -> ImportRun:
    """An import of the environment section with one sheet and no rows yet."""
    run = ImportRun(
        owner_id=city.users[by], section_id=city.orgs["HW"], name=FILE, status=status,
        settings={}, progress={}, counts=more.pop("counts", {}), created_at=MONDAY,
        updated_at=MONDAY, **more,
    )  # fmt: skip
    session.add(run)
    session.flush()
    add_sheet(session, run)
    return run


def add_sheet(session: Session, run: ImportRun, name: str = FILE) -> ImportSheet:
    """Another file of the run with one sheet."""
    file = ImportFile(
        run_id=run.id, position=0, name=name, kind="table", sha256="0" * 64, size=1,
        section_id=run.section_id,
    )  # fmt: skip
    session.add(file)
    session.flush()
    sheet = ImportSheet(
        file_id=file.id, position=0, name=SHEET, shape="shape",
        layout={"columns": [], "kinds": {}, "rows": [], "merges": [], "height": 9, "width": 9},
    )  # fmt: skip
    session.add(sheet)
    session.flush()
    return sheet


def add_row(
    session: Session, run: ImportRun, row: int, status: str = "new", **more: Any
) -> ImportRow:
    """A row of the run's first sheet; `fields`, `flags` and `pictures` go into its record."""
    sheet_id = more.pop("sheet_id", None) or _first_sheet(session, run)
    fields = {
        "category": "暴露垃圾", "street": "站前街道", "point": f"中央大街{row}号",
        "description": "路口东侧堆放生活垃圾", "status": "listed", "reported_at": "2026-03-05",
    } | more.pop("fields", {})  # fmt: skip
    flags = more.pop("flags", [])
    fields = {name: value for name, value in fields.items() if value is not None}
    places = {"district": "210402", "street": "210402001"}
    ids = {
        level: session.query(Organisation.id).filter_by(code=code).scalar()
        for level, code in places.items()
    }
    record = {"f": fields, "t": {"status": "待整改"}, "g": flags, "i": ids}
    pictures = more.pop("pictures", [])
    if pictures:
        record["p"] = pictures
    made = ImportRow(
        run_id=run.id, sheet_id=sheet_id, row=row, record=record, fixes={}, flagged=len(flags),
        status=status, outcome=more.pop("outcome", {}), decision=more.pop("decision", ""),
        applied=more.pop("applied", {}), **more,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _first_sheet(session: Session, run: ImportRun) -> int:
    query = session.query(ImportSheet.id).join(ImportFile, ImportFile.id == ImportSheet.file_id)
    found = query.filter(ImportFile.run_id == run.id).order_by(ImportSheet.id).first()
    assert found is not None
    return int(found[0])
