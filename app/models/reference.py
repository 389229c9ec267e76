"""What a city keeps as data: categories, the working calendar, its settings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Category(Base):
    """A kind of problem (小类) with its section and limits; `scheme` says whose code it is."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("scheme", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    major_name: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(String(50))
    icon: Mapped[str] = mapped_column(String(50))
    everyday: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    lead_section_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    limit_amount: Mapped[int] = mapped_column(default=7)
    limit_unit: Mapped[str] = mapped_column(String(16), default="work_day")
    urgent_hours: Mapped[int | None]
    urgent_default: Mapped[bool] = mapped_column(default=False)
    keywords: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True)


class WorkCalendarDay(Base):
    """One day of the working calendar; unconfirmed days make due dates provisional."""

    __tablename__ = "work_calendar"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    name: Mapped[str] = mapped_column(String(50), default="")
    source: Mapped[str] = mapped_column(String(50))
    confirmed: Mapped[bool]


class Setting(Base):
    """A setting that differs from its default."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class NumberCounter(Base):
    """The last number given in a district and year; raised in the move's own transaction."""

    __tablename__ = "number_counter"

    district_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
