"""Days and instants: read from what people type, shown in China's time, kept in UTC."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1900, 2200  # Excel knows no day before 1900
_DAY = re.compile(r"(\d{4}) *[-/.年] *(\d{1,2}) *[-/.月] *(\d{1,2}) *日?", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?", re.ASCII)
_ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")


def to_local(instant: datetime) -> datetime:
    """The instant on a Chinese clock; a naive one is taken as UTC, as SQLite gives it back."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(LOCAL)


def day_start(day: date) -> datetime:
    """The instant, in UTC, at which a local day begins."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)


def read_day(raw: str) -> date | None:
    """A day written 2026-11-30, 2026/11/30, 2026.11.30 or 2026年11月30日; else None."""
    found = _DAY.fullmatch(raw.strip())
    if found is None:
        return None
    try:
        return in_range(date(*(int(part) for part in found.groups())))
    except ValueError:
        return None


def in_range(day: date) -> date | None:
    """The day when this house can keep it, else None."""
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def read_instant(raw: str) -> datetime | None:
    """A day and time as UTC; without a zone it is local time, without a time midnight."""
    text = raw.strip()
    zone = _ZONE.search(text) if ":" in text else None
    if zone:
        return _read_zoned(text)
    day_part, _, time_part = text.replace("T", " ").partition(" ")
    if "日" in text and ":" in text:
        day_part, _, time_part = text.partition("日")
    day = read_day(day_part)
    moment = _read_time(time_part) if time_part.strip() else time()
    if day is None or moment is None:
        return None
    return datetime.combine(day, moment, LOCAL).astimezone(UTC)


def _read_zoned(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if instant.tzinfo is None or in_range(instant.date()) is None:
        return None
    return instant.astimezone(UTC)


def _read_time(raw: str) -> time | None:
    found = _TIME.fullmatch(raw.strip())
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        return None
