"""What phones send piece by piece, and what they were given to seal photos with."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Upload(Base):
    """A file on its way: its bytes grow in a file of their own until all are there.

    `state` is an `UploadState`. `key` is the sender's own name for the file: who asks twice for
    the same one goes on with it. `shot` is what the phone said of the picture, `told` the whole
    of what was said, word for word as tus wants to hear it again, until the file is settled.
    """

    __tablename__ = "upload"
    __table_args__ = (
        UniqueConstraint("owner_id", "key"),
        Index("ix_upload_state_received", "state", "received_at"),
        Index("ix_upload_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    key: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(12))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    told: Mapped[str] = mapped_column(Text, default="", server_default="")
    shot: Mapped[dict[str, Any]] = mapped_column(JSON)
    refusal: Mapped[str] = mapped_column(Text, default="")
    photo_id: Mapped[str | None] = mapped_column(ForeignKey("photo.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class PhoneContact(Base):
    """The nonce a phone got when it last spoke to the server, with the key that seals by it."""

    __tablename__ = "phone_contact"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    device: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(index=True)
