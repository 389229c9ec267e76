"""Photos that became evidence, examined beside the jobs: a long one never holds them up."""

from contextlib import AbstractContextManager

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from app.jobs import beside
from app.jobs.tasks import Workshop
from app.photos.arrivals import is_full
from app.photos.refusal import PhotoRefused
from app.photos.sandbox import SandboxError
from app.services.evidence import examining

log = structlog.get_logger(__name__)
BUSY = "photo.busy"


def running(shop: Workshop) -> AbstractContextManager[None]:
    """One thread that examines until the end of the block; it alone uses the workshop's shelf."""
    return beside.running(shop, "examining", catch_up)


def catch_up(shop: Workshop) -> bool:
    """Examine one photo; False when none waited. It looks while it only reads, writes briefly."""
    with shop.database.reading() as session:
        photo_id = examining.waiting(session)
    if photo_id is None:
        return False
    try:
        _examine(shop, photo_id)
    except Exception as error:
        if _passes(error):
            raise  # its turn comes again: unexamined it would look like an honest one
        # An original that is gone must not stop all the others.
        log.exception("photo.not_examined", photo=photo_id)
        _give_up(shop, photo_id)
    return True


def _examine(shop: Workshop, photo_id: str) -> None:
    now = shop.now()
    with shop.database.reading() as session:
        found, picture = examining.examine(session, shop.photos, shop.shelf, now, photo_id)
    with shop.database.writing() as session:
        examining.keep(session, now, photo_id, found, picture)
    if found:
        log.info("photo.signals", photo=photo_id, kinds=[one.kind.value for one in found])


def _passes(error: Exception) -> bool:
    """Whether it lies with the machine: no room, no hand free, no database."""
    if isinstance(error, OSError):
        return is_full(error)
    if isinstance(error, PhotoRefused):
        return error.code == BUSY
    return isinstance(error, OperationalError | InterfaceError | SandboxError)


def _give_up(shop: Workshop, photo_id: str) -> None:
    with shop.database.writing() as session:
        examining.give_up(session, shop.now(), photo_id)
