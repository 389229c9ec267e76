"""The tree of organisations and who leads or stands in for whom."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Organisation(Base):
    """A city, bureau, section, brigade, district or street; `path` is `/1/4/9/`."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    short_name: Mapped[str] = mapped_column(String(50))
    org_type: Mapped[str] = mapped_column(String(20), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    path: Mapped[str] = mapped_column(String(200), index=True)
    dispatchable: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    lat: Mapped[float | None]
    lng: Mapped[float | None]


class Leadership(Base):
    """A leader answers for a section (分管)."""

    __tablename__ = "leadership"

    leader_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)


class Delegation(Base):
    """A leader's stand-in for a time (委托, A12)."""

    __tablename__ = "delegation"

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
