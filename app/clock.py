"""The one place that asks what time it is; everything below is told."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class _Shift:
    ahead: timedelta = timedelta()


_shift = _Shift()


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC) + _shift.ahead


def run_ahead(by: timedelta) -> None:
    """Let this process's clock run ahead of the machine's, or behind it.

    For rehearsals of the demo, where a deferral must lapse while one watches; the settings refuse
    it everywhere else.
    """
    _shift.ahead = by
