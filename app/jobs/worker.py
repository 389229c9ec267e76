"""The worker: claims a job, does it, says how it went; stops when it is told to."""

import signal
import sys
import threading
import time
import traceback
from threading import Event

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.jobs import examining, indexing, intake, schedule
from app.jobs.tasks import TASKS, Stopping, Workshop, tell_failure
from app.photos.arrivals import Arrivals
from app.services import job_queue
from app.services.job_queue import Claim
from app.services.long_work import TakenAway

log = structlog.get_logger(__name__)
IDLE_SECONDS = 1.0
AWAY_SECONDS = 5.0  # while the database does not answer
NAP_SECONDS = 0.2
NICENESS = 5  # pictures wait rather than people in front of pages


class Stop:
    """Whether to stop: by a signal, or by an event that another thread sets.

    What listens to signals takes no lock, not even a log's: it would wait for the very
    thread that it interrupted.
    """

    def __init__(self, event: Event | None = None) -> None:
        self._event = event or Event()
        self._told = 0

    def listen(self) -> None:
        """Hear SIGTERM and SIGINT; only a main thread can."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self._hear)
            signal.signal(signal.SIGINT, self._hear)

    def __call__(self) -> bool:
        """True once it is time to go."""
        return self._told != 0 or self._event.is_set()

    def nap(self, seconds: float) -> None:
        """Wait, but not when told to stop."""
        end = time.monotonic() + seconds
        while not self() and (left := end - time.monotonic()) > 0:
            self._event.wait(min(left, NAP_SECONDS))

    def _hear(self, number: int, _frame: object) -> None:
        self._told = number


def run(app: Flask, stop_event: Event | None = None) -> None:
    """Work until SIGTERM, SIGINT or the event; a job that can stop halfway is given back."""
    stop = Stop(stop_event)
    _log_as_json()
    stop.listen()
    shop = workshop(app, stop)
    shop.photos.sandbox.niceness = NICENESS
    log.info("worker.started", city=shop.city)
    with schedule.running(shop.database), intake.running(shop), examining.running(shop):
        while not stop():
            stop.nap(_pause(shop))
    log.info("worker.stopped")


def workshop(app: Flask, stop: Stop | None = None) -> Workshop:
    """The workshop of an application."""
    settings = app.extensions["settings"]
    return Workshop(
        database=app.extensions["database"],
        photos=app.extensions["photos"],
        exports=settings.exports,
        city=settings.city,
        stop=stop or Stop(),
        arrivals=Arrivals(settings.uploads),
    )


def _pause(shop: Workshop) -> float:
    """Do one job, or index what changed; seconds till the next look."""
    try:
        busy = work_once(shop) or indexing.catch_up(shop.database)
    except DBAPIError as error:
        log.warning("worker.database_away", reason=str(error.orig))
        return AWAY_SECONDS
    return 0 if busy else IDLE_SECONDS


def work_once(shop: Workshop) -> bool:
    """Claim and do one job; False when there was none."""
    with shop.database.reading() as session:
        if not job_queue.anything_to_do(session, shop.now()):
            return False
    with shop.database.writing() as session:
        for lost in job_queue.given_up(session, shop.now()):
            tell_failure(session, lost, None, final=True)
            log.error("job.given_up", job=lost.name, slot=lost.slot)
        job = job_queue.claim(session, shop.now())
    if job is not None:
        _do(shop, job)
    return job is not None


def _do(shop: Workshop, job: Claim) -> None:
    said = log.bind(job=job.name, slot=job.slot, attempt=job.attempt)
    said.info("job.started")
    began = time.monotonic()
    try:
        TASKS[job.name](shop, job)
    except TakenAway:
        said.warning("job.taken_away")
        return
    except Stopping:
        with shop.database.writing() as session:
            job_queue.release(session, job, shop.now())
        said.info("job.given_back")
        return
    except Exception as error:
        _say_failed(shop, job, error)
        said.exception("job.failed", last=job.is_last)
        return
    with shop.database.writing() as session:
        job_queue.finish(session, job, shop.now())
    said.info("job.done", seconds=round(time.monotonic() - began, 3))


def _say_failed(shop: Workshop, job: Claim, error: Exception) -> None:
    with shop.database.writing() as session:
        kept = "".join(traceback.format_exception(error))
        if job_queue.fail(session, job, shop.now(), kept):
            tell_failure(session, job, error, final=job.is_last)


def _log_as_json() -> None:
    """One JSON object a line on standard error, unless the application logs its own way."""
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
