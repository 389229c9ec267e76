"""What a problem's clock says to a person, in every state."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app.domain.calendars import LOCAL
from app.domain.clocks import Due, Light, LimitUnit, Reading, read_clock
from app.domain.guards import Circumstances
from app.domain.states import State


class Timed(Protocol):
    """The columns a reading needs; a Problem has them, and so has a row of a list."""

    @property
    def state(self) -> str:
        """The state's value."""

    @property
    def due_at(self) -> datetime | None:
        """The unit's due instant."""

    @property
    def due_provisional(self) -> bool:
        """Whether an unannounced day was counted."""

    @property
    def clock_unit(self) -> str | None:
        """The unit of the running limit."""

    @property
    def stage_due_at(self) -> datetime | None:
        """When whoever must act next is due."""

    @property
    def stage_due_provisional(self) -> bool:
        """Whether that date touches an unannounced day."""

    @property
    def deferral_due(self) -> date | None:
        """To when it is deferred."""

    @property
    def on_time(self) -> bool | None:
        """Whether the accepted round came in time."""


@dataclass(frozen=True, slots=True)
class TimedRow:
    """A plain `Timed`, for rows that are not a Problem."""

    state: str
    due_at: datetime | None = None
    due_provisional: bool = False
    clock_unit: str | None = None
    stage_due_at: datetime | None = None
    stage_due_provisional: bool = False
    deferral_due: date | None = None
    on_time: bool | None = None


_HOURS = {LimitUnit.WORK_HOUR.value, LimitUnit.URGENT_HOUR.value}


def reading_of(problem: Timed, at: Circumstances) -> Reading | None:
    """The unit's clock, in grey words where it stands still; None where there is none."""
    state = State(problem.state)
    if state in {State.LISTED, State.URGENT_LISTED} and problem.due_at is not None:
        due = Due(problem.due_at, problem.due_provisional)
        by_hours = problem.clock_unit in _HOURS
        return read_clock(due, by_hours=by_hours, now=at.now, calendar=at.calendar, rules=at.rules)
    if state is State.DEFERRED and problem.deferral_due is not None:
        return Reading(Light.GREY, "已挂号", f"挂号至 {_day(problem.deferral_due, at)}")
    if state in {State.SUBMITTED, State.PRE_SIGNED_OFF}:
        return Reading(Light.GREY, "整改时限暂停", _came_in(problem))
    if state is State.SIGNED_OFF:
        return Reading(Light.GREY, "已办结", _came_in(problem), closed=True)
    return None


def stage_reading_of(problem: Timed, at: Circumstances) -> Reading | None:
    """The clock of whoever must act next: reviewer, leader, checker or lead section."""
    if problem.stage_due_at is None:
        return None
    return read_clock(
        Due(problem.stage_due_at, problem.stage_due_provisional),
        by_hours=State(problem.state) is State.URGENT_REVIEW,
        now=at.now,
        calendar=at.calendar,
        rules=at.rules,
    )


def _came_in(problem: Timed) -> str:
    return {True: "按期整改", False: "超期整改", None: ""}[problem.on_time]


def _day(day: date, at: Circumstances) -> str:
    this_year = at.now.astimezone(LOCAL).year
    return f"{'' if day.year == this_year else f'{day.year}年'}{day.month}月{day.day}日"
