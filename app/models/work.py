"""Work outside requests: jobs that happen once, the ledgers and exports they make."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Job(Base):
    """A piece of slow or scheduled work; `(name, slot)` makes each slot happen once."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("name", "slot"),
        Index("ix_job_status_run_after", "status", "run_after", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    slot: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Ledger(Base):
    """A ledger workbook: what was asked for, how far it is, and the file."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ix_ledger_created_at", "created_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period_from: Mapped[date]
    period_to: Mapped[date]
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    origin: Mapped[str] = mapped_column(String(16))
    scope: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16), default="waiting")
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int | None]
    file_name: Mapped[str] = mapped_column(String(200), default="")
    file_path: Mapped[str] = mapped_column(String(200), default="")
    file_size: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class TableExport(Base):
    """A workbook of a sheet's rows made in the background: what was asked, how far, the file.

    `query` is a list of (name, value) pairs, as in the sheet's address; `sight` what whom it was
    made for could see then, as one text to compare; `taken` what the access log says of the file.
    Each try anew has the next `version`.
    """

    __tablename__ = "table_export"
    __table_args__ = (Index("ix_table_export_user_created", "user_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("section_sheet.id"))
    name: Mapped[str] = mapped_column(String(120))
    conditions: Mapped[str] = mapped_column(Text, default="")
    query: Mapped[list[Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(16), default="waiting")
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int | None]
    sight: Mapped[str] = mapped_column(Text, default="")
    taken: Mapped[dict[str, Any]] = mapped_column(JSON)
    file_name: Mapped[str] = mapped_column(String(200), default="")
    file_path: Mapped[str] = mapped_column(String(300), default="")
    file_size: Mapped[int | None]
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
