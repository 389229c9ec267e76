"""The day on which a sheet is read, and the working days around it: handed in, never asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

SATURDAY = 5


def weekdays_after(day: date, number: int) -> date:
    """The ``number``-th day from Monday to Friday after ``day``; the day itself for 0."""
    while number > 0:
        day += timedelta(days=1)
        number -= day.weekday() < SATURDAY
    return day


@dataclass(frozen=True, slots=True)
class When:
    """``today`` on the local calendar; ``now``, where known, tells past from future within it.

    ``add_workdays`` gives the n-th working day after a day, and the day itself for 0.
    """

    today: date
    add_workdays: Callable[[date, int], date] = weekdays_after
    now: datetime | None = None

    def workdays_ago(self, number: int) -> date:
        """The last day that lies more than ``number`` working days before today."""
        near, far = 1, 2 * number + 60  # days back; a month of holidays is longer than any known
        while near < far:
            middle = (near + far) // 2
            if self.add_workdays(self.today - timedelta(days=middle), number) < self.today:
                far = middle
            else:
                near = middle + 1
        return self.today - timedelta(days=near)
