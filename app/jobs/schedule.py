"""The clock: which jobs are due when, in China's time. The only file that knows apscheduler."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from app import clock
from app.db import Database
from app.domain.calendars import LOCAL
from app.services import job_queue

log = structlog.get_logger(__name__)
CATCH_UP = timedelta(days=3)  # what was missed for longer is for a person to ask for
TICK_SECONDS = 20
AT_START = "lapse_deferrals"


@dataclass(frozen=True, slots=True)
class Plan:
    """A job that comes back: its name, and when in local time."""

    name: str
    hour: int
    minute: int
    day: str = "*"  # of the month, as cron has it

    @property
    def trigger(self) -> CronTrigger:
        """The apscheduler side of it."""
        return CronTrigger(day=self.day, hour=self.hour, minute=self.minute, timezone=LOCAL)


@dataclass(frozen=True, slots=True)
class Slot:
    """One time of one job; name and slot together happen once."""

    name: str
    slot: str
    at: datetime


PLANS: tuple[Plan, ...] = (
    Plan("lapse_deferrals", 0, 5),
    Plan("sweep_photos", 3, 10),
    Plan("sweep_uploads", 3, 20),
    Plan("sweep_visits", 3, 30),
    Plan("sweep_exports", 3, 40),
    Plan("make_daily_ledgers", 6, 30),
    Plan("make_monthly_ledgers", 6, 40, day="1"),
)


def due_slots(now: datetime) -> Iterator[Slot]:
    """Every slot of the last three days, oldest first for each job.

    A slot is named after its planned local day, so that restarts, several clocks and jumps of
    the machine's time all mean the same slot.
    """
    for plan in PLANS:
        trigger, since = plan.trigger, now - CATCH_UP
        while True:
            at = trigger.get_next_fire_time(None, since)
            if at is None or at > now:
                break
            yield Slot(plan.name, f"{at.astimezone(LOCAL):%Y-%m-%d}", at)
            since = at + timedelta(seconds=1)


class Clock:
    """Puts the due slots in, each once; what was put in by it is not asked for again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: set[tuple[str, str]] = set()
        self._started = False

    def tick(self) -> int:
        """Put in what is due now; gives how many slots were new to the database."""
        now = clock.now()
        slots = [slot for slot in due_slots(now) if (slot.name, slot.slot) not in self._known]
        if not slots:
            return 0
        with self._database.writing() as session:
            new = [
                slot for slot in slots
                if job_queue.enqueue(session, now, slot.name, slot.slot, {"slot": slot.slot})
            ]  # fmt: skip
        self._known = {(slot.name, slot.slot) for slot in due_slots(now)} | {
            (slot.name, slot.slot) for slot in slots
        }
        for slot in new:
            log.info("schedule.slot", job=slot.name, slot=slot.slot)
        return len(new)

    def at_start(self) -> None:
        """What a worker sees to when it comes up; two that come up together do it once."""
        now = clock.now()
        with self._database.writing() as session:
            job_queue.enqueue(session, now, AT_START, f"start {now:%Y-%m-%dT%H:%MZ}")
        self._started = True

    def safe_tick(self) -> None:
        """The same, for the scheduler's thread: a database that is away is asked again later."""
        try:
            if not self._started:
                self.at_start()
            self.tick()
        except Exception:  # the clock goes on whatever happens to one tick
            log.exception("schedule.tick_failed")


@contextmanager
def running(database: Database) -> Iterator[Clock]:
    """A clock that ticks every 20 seconds until the end of the block, and once at its start."""
    ticking = Clock(database)
    ticking.safe_tick()
    scheduler = BackgroundScheduler(timezone=LOCAL)
    scheduler.add_job(
        ticking.safe_tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1,
        misfire_grace_time=None,
    )  # fmt: skip
    scheduler.start()
    try:
        yield ticking
    finally:
        scheduler.shutdown(wait=True)
