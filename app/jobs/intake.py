"""Photos that have arrived are judged here, beside the jobs: a long one never holds them up."""

import os
from contextlib import AbstractContextManager

import structlog
from sqlalchemy.exc import OperationalError

from app.domain.refusals import Refusal
from app.jobs import beside
from app.jobs.tasks import Workshop
from app.photos.formats import fingerprint
from app.photos.sandbox import SandboxError
from app.services.evidence import upload_judging
from app.services.evidence.upload_judging import Taken

log = structlog.get_logger(__name__)
MOST_HANDS = 4
BUSY, TIMEOUT = "photo.busy", "photo.timeout"
# No room in the store or it is away, no memory for a limited process, no room in the database.
NOT_THE_PHOTOS_FAULT = (OSError, SandboxError, OperationalError)


def hands() -> int:
    """How many photos are judged at once: one a core, within reason."""
    return min(cores(), MOST_HANDS)


def cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def running(shop: Workshop) -> AbstractContextManager[None]:
    """Threads that judge until the end of the block; each ends with the photo it has."""
    return beside.running(shop, "intake", work_once, hands())


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
        data = shop.arrivals.read(taken.id)
        if fingerprint(data) != taken.sha256:
            _ask_again(shop, taken)
            return
        received = shop.photos.take_in(data)
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
    except NOT_THE_PHOTOS_FAULT:
        _put_back(shop, taken, counts=False)
        raise
    shop.arrivals.drop(taken.id)
    if photo is not None:
        log.info("photo.kept", upload=taken.id, photo=photo.id, seal=photo.seal, late=photo.late)


def _put_back(shop: Workshop, taken: Taken, *, counts: bool) -> None:
    with shop.database.writing() as session:
        upload_judging.put_back(session, taken, shop.now(), counts=counts)


def _ask_again(shop: Workshop, taken: Taken) -> None:
    shop.arrivals.drop(taken.id)
    with shop.database.writing() as session:
        upload_judging.ask_again(session, taken, shop.now())
    log.error("photo.spoiled", upload=taken.id)


def _refuse(shop: Workshop, taken: Taken, sentence: str) -> None:
    with shop.database.writing() as session:
        upload_judging.refuse(session, taken.id, sentence, shop.now())
    shop.arrivals.drop(taken.id)
    log.info("photo.refused", upload=taken.id, reason=sentence)
