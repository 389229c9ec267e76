"""Working days counted a second time, by other code and where possible from other data."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path

NOTICES = Path(__file__).resolve().parents[2].parent / "shared/data/holidays/holiday-cn_mit"
WEEKEND = 5


@cache
def _notice(year: int) -> dict[str, bool] | None:
    """Day -> off, as the State Council's notice of the year says; None where it is not at hand."""
    path = NOTICES / f"{year}.json"
    if not path.exists():
        return None
    return {row["date"]: row["isOffDay"] for row in json.loads(path.read_text("utf-8"))["days"]}


def works(day: date) -> bool:
    """Whether people work on this day."""
    notice = _notice(day.year)
    if notice is None:
        import chinese_calendar

        return bool(chinese_calendar.is_workday(day))
    return not notice.get(day.isoformat(), day.weekday() >= WEEKEND)


def after(start: date, count: int) -> date:
    """The so many-th working day after a day that does not count itself."""
    ahead = (start + timedelta(days=n) for n in range(1, 400))
    return [day for day in ahead if works(day)][:count][-1]


def between(first: date, last: date) -> int:
    """Working days after the first, up to the last."""
    return len([n for n in range((last - first).days) if works(last - timedelta(days=n))])
