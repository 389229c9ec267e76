"""Evidence: photos, the append-only events, and who looked at or took away what."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Photo(Base):
    """A photo as it was received; the original lies in the store under `sha256`.

    Once attached to a problem a row never changes and one original serves one problem
    only (§8.3: exact reuse is blocked). `captured_at`, `device` and `sequence` are what the
    phone sealed when it was pressed; `seal` is a `Seal`; `late` ones were sent long after (补传).
    """

    __tablename__ = "photo"
    __table_args__ = (
        Index(
            "uq_photo_sha256_attached",
            "sha256",
            unique=True,
            sqlite_where=text("problem_id IS NOT NULL"),
            postgresql_where=text("problem_id IS NOT NULL"),
        ),
        Index("ix_photo_problem_phase", "problem_id", "phase", "round", "position"),
        Index("ix_photo_sha256", "sha256"),
        Index(
            "ix_photo_unexamined",
            "attached_at",
            sqlite_where=text("examined_at IS NULL AND problem_id IS NOT NULL"),
            postgresql_where=text("examined_at IS NULL AND problem_id IS NOT NULL"),
        ),
        Index("ix_photo_owner_received", "owner_id", "received_at"),
        Index(
            "ix_photo_device_sequence",
            "device",
            "sequence",
            sqlite_where=text("sequence IS NOT NULL"),
            postgresql_where=text("sequence IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"))
    phase: Mapped[str] = mapped_column(String(10))
    round: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    format: Mapped[str] = mapped_column(String(8))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    received_at: Mapped[datetime]
    attached_at: Mapped[datetime | None]
    device_at: Mapped[datetime | None]
    exif: Mapped[dict[str, Any]] = mapped_column(JSON)
    lat: Mapped[float | None]
    lng: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    coord_source: Mapped[str] = mapped_column(String(20), default="")
    no_position_reason: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    album: Mapped[bool] = mapped_column(default=False)
    imported: Mapped[bool] = mapped_column(default=False, server_default=false())
    captured_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False, server_default=false())
    seal: Mapped[str] = mapped_column(String(12), default="", server_default="")
    device: Mapped[str] = mapped_column(String(64), default="", server_default="")
    sequence: Mapped[int | None]
    examined_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    code_key_id: Mapped[str] = mapped_column(String(16))


class PhotoLikeness(Base):
    """What an examined photo looks like: two hashes as signed 64-bit numbers."""

    __tablename__ = "photo_likeness"

    photo_id: Mapped[str] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    middle: Mapped[int] = mapped_column(BigInteger)
    upper: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(index=True)
    examined_at: Mapped[datetime] = mapped_column(index=True)


class PhotoMask(Base):
    """What is made unrecognisable in copies that leave the house; the newest row of a photo counts.

    `rectangles` are [left, top, width, height] as parts of the picture, 0 to 1. None at all says
    that somebody looked and found nothing to hide.
    """

    __tablename__ = "photo_mask"

    id: Mapped[int] = mapped_column(primary_key=True)
    photo_id: Mapped[str] = mapped_column(ForeignKey("photo.id"), index=True)
    rectangles: Mapped[list[list[float]]] = mapped_column(JSON)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]


class PhotoSignal(Base):
    """Something that speaks against a photo as evidence; `twin_id` is the photo that caused it."""

    __tablename__ = "photo_signal"
    __table_args__ = (UniqueConstraint("photo_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    photo_id: Mapped[str] = mapped_column(ForeignKey("photo.id"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON)
    twin_id: Mapped[str | None] = mapped_column(ForeignKey("photo.id"))
    found_at: Mapped[datetime]


class Event(Base):
    """One move of one problem: history, notification and job at once; never changed.

    `hash` covers the row and the hash of the event before it of the same problem.
    """

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("problem_id", "seq"), Index("ix_event_at", "at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"))
    seq: Mapped[int]
    move: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    actor_name: Mapped[str] = mapped_column(String(50))
    actor_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    actor_org_name: Mapped[str] = mapped_column(String(100))
    in_place_of: Mapped[str] = mapped_column(String(50), default="")
    at: Mapped[datetime]
    client_at: Mapped[datetime | None]
    reason_code: Mapped[str] = mapped_column(String(32), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class IdempotencyKey(Base):
    """A request that was answered: the same key from the same person gets the same answer."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("actor_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    key: Mapped[str] = mapped_column(String(100))
    fingerprint: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(index=True)


class AccessLog(Base):
    """Views of originals and downloads of ledgers: who, what, when."""

    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
