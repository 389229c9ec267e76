"""Imports of sections' workbooks: runs, what was read, where rows came from, what is remembered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class ImportRun(Base):
    """One import: files that were handed in together, read, compared, applied, perhaps undone.

    `settings` are the person's choices (keys, columns by shape, words), `progress` what the job
    is at, `counts` the rows by status, `sentence` why it stopped or failed.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        Index("ix_import_run_owner_created", "owner_id", "created_at"),
        # Jobs name a run by its number: that of one given up must not be given again.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    saved_id: Mapped[int | None] = mapped_column(ForeignKey("saved_import.id"))
    name: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    progress: Mapped[dict[str, Any]] = mapped_column(JSON)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    sentence: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportFile(Base):
    """A file of a run; its bytes lie in the store under `sha256`. `kind`: table, paste or zip."""

    __tablename__ = "import_file"
    __table_args__ = (Index("ix_import_file_sha256", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    section_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    section_why: Mapped[str] = mapped_column(Text, default="")
    refused: Mapped[str] = mapped_column(Text, default="")


class ImportSheet(Base):
    """A sheet of a file: `layout` has its kinds of rows and its columns with their reasons."""

    __tablename__ = "import_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("import_file.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    shape: Mapped[str] = mapped_column(String(40), default="")
    layout: Mapped[dict[str, Any]] = mapped_column(JSON)
    why_not: Mapped[str] = mapped_column(Text, default="")


class ImportRow(Base):
    """A problem as its row tells it, and what becomes of it.

    `record` is what was read, `fixes` what people corrected by field, `outcome` the comparison
    with the pool (changes, twins), `decision` what a person chose, `applied` what was written.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_run_status", "run_id", "status", "id"),
        Index("ix_import_row_run_row", "run_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row: Mapped[int]
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    fixes: Mapped[dict[str, Any]] = mapped_column(JSON)
    flagged: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(16), default="")
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON)
    decision: Mapped[str] = mapped_column(String(16), default="")
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"), index=True)
    applied: Mapped[dict[str, Any]] = mapped_column(JSON)


class ImportPicture(Base):
    """A picture that came with a run and lies in the store; `refused` says why it cannot be used.

    `facts` is what the photo room found out.
    """

    __tablename__ = "import_picture"
    __table_args__ = (Index("ix_import_picture_sha256", "sha256"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    refused: Mapped[str] = mapped_column(Text, default="")


class ImportOrigin(Base):
    """Where a problem stands in a section's ledger: the row as it was last imported.

    `values` are by canonical field, in the form of `import_row.record`; a second import compares
    with them to tell what the file changed from what people changed here. `texts` is the original
    row. An undone import withdraws what it made; `before` is what an undo puts back.
    """

    __tablename__ = "import_origin"
    __table_args__ = (
        UniqueConstraint("problem_id", "section_id"),
        Index("ix_import_origin_section", "section_id", "withdrawn_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    file: Mapped[str] = mapped_column(String(200))
    sheet: Mapped[str] = mapped_column(String(200))
    row: Mapped[int]
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ImportMemory(Base):
    """What people confirmed, for a section: the columns of a shape, or what a word means.

    `kind` is shape or word; the key of a word is its field and its text.
    """

    __tablename__ = "import_memory"
    __table_args__ = (UniqueConstraint("section_id", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(200))
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    updated_at: Mapped[datetime]


class SavedImport(Base):
    """An import to be repeated with the next file: its section and its settings under a name."""

    __tablename__ = "saved_import"
    __table_args__ = (Index("ix_saved_import_owner", "owner_id", "deleted_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(100))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
