"""Columns of a problem as JSON keeps them, so that they can be put back."""

from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Date

from app.models import Problem
from app.models.base import UtcDateTime


def to_plain(value: Any) -> Any:
    """A column's value as JSON holds it; instants in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def from_plain(name: str, value: Any) -> Any:
    """The value of a column that `to_plain` wrote down."""
    if value is None:
        return None
    kind = Problem.__table__.c[name].type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
