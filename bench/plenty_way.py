"""How far a plentiful problem has come: its state and the days on which it was moved."""

from collections.abc import Callable

from app.domain.states import NUMBERED, State
from bench.plenty_world import Days

STUCK, VOID, DEFERRED, URGENT = 0.012, 0.04, 0.012, 0.02  # shares
FRESH = 3  # days in which a draft is still one
DRAFTS, CORRECTIONS = 0.06, 0.05  # shares of the fresh, and of what waits in the pool
YEAR = 365

Roll = Callable[[], float]
STAGES = (State.POOLED, State.LISTED, State.SUBMITTED, State.PRE_SIGNED_OFF, State.SIGNED_OFF)


class Way:
    """Days are places in `Days`; those that lie ahead of today are not reached."""

    __slots__ = (
        "created", "deferral", "listed", "passed", "signed", "stage", "state", "submitted", "urgent"
    )  # fmt: skip

    def __init__(self, days: Days, created: int, roll: Roll) -> None:
        following = days.next_work_day
        self.created = created
        self.listed = following[created + 1 + int(roll() * 2)]
        self.submitted = following[self.listed + 1 + int(roll() * 10)]
        self.passed = following[self.submitted + 1 + int(roll() * 2)]
        self.signed = following[self.passed + 1 + int(roll() * 2)]
        self.deferral = 0
        fate = roll()
        self.urgent = fate > 1 - URGENT
        reached = (self.listed, self.submitted, self.passed, self.signed)
        self.stage = sum(day < days.today for day in reached)
        self.state = self._state(days, fate, roll)

    def _state(self, days: Days, fate: float, roll: Roll) -> State:
        if self.stage == 0:
            return self._waiting(days, roll)
        if fate < VOID:
            self.stage = 0
            return State.VOID
        if fate < VOID + STUCK:
            self.stage = 1
        elif fate < VOID + STUCK + DEFERRED and days.today - self.created < YEAR:
            self.stage = 1
            self.deferral = days.today + 1 + int(roll() * YEAR)
            return State.DEFERRED
        if self.urgent and self.stage == 1:
            return State.URGENT_LISTED
        return STAGES[self.stage]

    def _waiting(self, days: Days, roll: Roll) -> State:
        if self.urgent:
            return State.URGENT_REVIEW
        if days.today - self.created <= FRESH and roll() < DRAFTS:
            return State.DRAFT
        return State.NEEDS_CORRECTION if roll() < CORRECTIONS else State.POOLED

    @property
    def is_numbered(self) -> bool:
        """Whether the state wants a number."""
        return self.state in NUMBERED

    @property
    def is_routed(self) -> bool:
        """Whether a section leads it and a unit is responsible."""
        return self.is_numbered or self.state is State.URGENT_REVIEW
