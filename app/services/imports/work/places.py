"""Where rows of an import stand: the file, the sheet, the section whose ledger it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ImportFile, ImportSheet
from sheets.understanding.turned import rows_named

NAMELESS = "csv"  # the only sheet of a CSV


@dataclass(frozen=True, slots=True)
class Place:
    """A sheet of a run; `turned`: what is read as its rows are columns of the file."""

    file: str
    sheet: str
    section_id: int | None
    file_id: int = 0
    turned: bool = False

    def rows(self, numbers: Sequence[int], most: int = 0) -> str:
        """Rows of the sheet as people find them: 第 3、4 行, 第 C、D 列; see `rows_named`."""
        return rows_named(numbers, turned=self.turned, most=most)

    def where(self, numbers: Sequence[int], most: int = 0) -> str:
        """File, sheet and rows in one line."""
        return where(self.file, self.sheet, self.rows(numbers, most))


def where(file: str, sheet: str, rows: str) -> str:
    """File, sheet and rows in one line; the only sheet of a CSV has no name of its own."""
    return " · ".join([file, rows] if sheet == NAMELESS else [file, sheet, rows])


def places_of(session: Session, run_id: int) -> dict[int, Place]:
    """Sheet id -> where its rows stand."""
    query = (
        select(
            ImportSheet.id, ImportFile.name, ImportSheet.name, ImportFile.section_id,
            ImportFile.id, ImportSheet.layout["turned"],
        )
        .join(ImportFile, ImportFile.id == ImportSheet.file_id)
        .where(ImportFile.run_id == run_id)
    )  # fmt: skip
    return {
        sheet_id: Place(file, sheet, section_id, file_id, bool(turned))
        for sheet_id, file, sheet, section_id, file_id, turned in session.execute(query)
    }
