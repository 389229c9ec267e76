"""Photos that have arrived are judged here, beside the jobs: a long one never holds them up."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import DBAPIError

from app.domain.refusals import Refusal
from app.jobs.tasks import Workshop
from app.services import upload_judging
from app.services.upload_judging import Taken

log = structlog.get_logger(__name__)
MOST_HANDS = 4
IDLE_SECONDS = 0.4
AWAY_SECONDS = 5.0  # while the database does not answer, or the disk is full
BUSY, TIMEOUT = "photo.busy", "photo.timeout"


def hands() -> int:
    """How many photos are judged at once: one a core, within reason."""
    return min(cores(), MOST_HANDS)


def cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def running(shop: Workshop) -> Iterator[None]:
    """Threads that judge until the end of the block; each ends with the photo it has."""
    over = threading.Event()
    threads = [
        threading.Thread(target=_work, args=(shop, over), name=f"intake-{number}")
        for number in range(hands())
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _work(shop: Workshop, over: threading.Event) -> None:
    while not over.is_set() and not shop.stop():
        over.wait(_pause(shop))


def _pause(shop: Workshop) -> float:
    """Judge one photo; seconds till the next look."""
    try:
        return 0 if work_once(shop) else IDLE_SECONDS
    except (DBAPIError, OSError) as error:
        log.warning("intake.away", reason=str(error))
    except Exception:  # one photo must not stop all others: its lease runs out, others go on
        log.exception("intake.failed")
    return AWAY_SECONDS


def work_once(shop: Workshop) -> bool:
    """Take up one photo and settle it; False when none waited."""
    with shop.database.reading() as session:
        if not upload_judging.anything_to_do(session, shop.now()):
            return False
    with shop.database.writing() as session:
        taken = upload_judging.take(session, shop.now())
    if taken is not None:
        _settle(shop, taken)
    return taken is not None


def _settle(shop: Workshop, taken: Taken) -> None:
    """Judge in the limited process, store the original, and only then write the row.

    What is done twice after a crash comes to the same: the store keeps one file of the same
    bytes, and the row is found again by them.
    """
    if taken.attempt > upload_judging.MOST_ATTEMPTS:
        _refuse(shop, taken, upload_judging.GIVEN_UP)
        return
    try:
        received = shop.photos.take_in(shop.arrivals.read(taken.id))
        with shop.database.writing() as session:
            photo = upload_judging.keep(session, shop.photos, taken, received, shop.now())
    except Refusal as refusal:
        # On a machine with its hands full any photo may overrun: that is not the photo's fault.
        overrun = refusal.code == TIMEOUT and taken.attempt < upload_judging.MOST_ATTEMPTS
        if refusal.code == BUSY or overrun:
            _put_back(shop, taken, counts=overrun)
        else:
            _refuse(shop, taken, refusal.sentence)
        return
    except OSError:  # no room in the store, or it is away: no photo is refused for that
        _put_back(shop, taken, counts=False)
        raise
    shop.arrivals.drop(taken.id)
    if photo is not None:
        log.info("photo.kept", upload=taken.id, photo=photo.id, seal=photo.seal, late=photo.late)


def _put_back(shop: Workshop, taken: Taken, *, counts: bool) -> None:
    with shop.database.writing() as session:
        upload_judging.put_back(session, taken, shop.now(), counts=counts)


def _refuse(shop: Workshop, taken: Taken, sentence: str) -> None:
    with shop.database.writing() as session:
        upload_judging.refuse(session, taken.id, sentence, shop.now())
    shop.arrivals.drop(taken.id)
    log.info("photo.refused", upload=taken.id, reason=sentence)
