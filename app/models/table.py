"""The super table in its users' hands: sheets, views, rights, edits, their history."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class SectionSheet(Base):
    """A section's own table over the super table; the one without a section is everybody's.

    `columns` is a list, in order, of {id, caption, required, default, on_form}: the fields the
    sheet shows first, with captions of its own (empty for the field's), and its phone form.
    """

    __tablename__ = "section_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    columns: Mapped[list[Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TableView(Base):
    """A saved view of a sheet: `query` is the part of its address after the question mark.

    Personal until `shared`; a `locked` one is changed by its owner and the sheet's admin alone.
    """

    __tablename__ = "table_view"
    __table_args__ = (Index("ix_table_view_sheet_owner", "sheet_id", "owner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("section_sheet.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(50))
    query: Mapped[str] = mapped_column(Text, default="")
    widths: Mapped[dict[str, Any]] = mapped_column(JSON)
    shared: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class ColumnWidths(Base):
    """One person's column widths, in pixels by field id, at a `place`: sheet:3 or view:12."""

    __tablename__ = "column_widths"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(30), primary_key=True)
    widths: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime]


class AccessRule(Base):
    """One sentence of the rights, added to the built-in ones; a retired one no longer counts.

    `effect` is rows, see, change or export. `subject` names who: everyone, role:checker,
    org_type:street or org:12. `field_id` is the column of see and change; `query` the rows of
    an effect on rows, written as in an address.
    """

    __tablename__ = "access_rule"
    __table_args__ = (Index("ix_access_rule_retired_at", "retired_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    effect: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(60))
    field_id: Mapped[str] = mapped_column(String(63), default="")
    query: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    retired_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    retired_at: Mapped[datetime | None]


class EditBatch(Base):
    """Cells that one person changed at once; the values stand in the events of its rows.

    `id` comes from whoever sends it, so that sending twice writes once. `rows` are problem ids.
    `undoes` is the batch this one takes back.
    """

    __tablename__ = "edit_batch"
    __table_args__ = (Index("ix_edit_batch_user_at", "user_id", "at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    origin: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    cells: Mapped[int]
    rows: Mapped[list[Any]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(64))
    undoes: Mapped[str | None] = mapped_column(String(40))
    undone_at: Mapped[datetime | None]


class BulkMove(Base):
    """A move done on many problems one by one, with what became of each."""

    __tablename__ = "bulk_move"
    __table_args__ = (Index("ix_bulk_move_user_created", "user_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    move: Mapped[str] = mapped_column(String(32))
    given: Mapped[dict[str, Any]] = mapped_column(JSON)
    problems: Mapped[list[Any]] = mapped_column(JSON)
    results: Mapped[list[Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16), default="waiting")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Attachment(Base):
    """A picture or file in a cell; its bytes lie in the store under `sha256`."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_problem", "problem_id", "field_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"))
    field_id: Mapped[str] = mapped_column(String(63))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    received_at: Mapped[datetime]


class AdminEvent(Base):
    """A change of fields, sheets, views, rights or accounts: appended, chained, never changed."""

    __tablename__ = "admin_event"
    __table_args__ = (UniqueConstraint("topic", "seq"), Index("ix_admin_event_at", "at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(16))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(63))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    actor_name: Mapped[str] = mapped_column(String(50))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
