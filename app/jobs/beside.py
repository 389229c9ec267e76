"""Threads beside the jobs of a worker: what may not wait until a long job has ended."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from app.jobs.tasks import Workshop
from app.photos.refusal import PhotoRefused
from app.photos.sandbox import SandboxError

log = structlog.get_logger(__name__)
IDLE_SECONDS = 0.4
AWAY_SECONDS = 5.0
# The database does not answer, the disk is full, no limited process starts or is free.
AWAY = (OperationalError, InterfaceError, OSError, SandboxError, PhotoRefused)

Work = Callable[[Workshop], bool]  # does one piece; False when none waited


@contextmanager
def running(shop: Workshop, name: str, work: Work, hands: int = 1) -> Iterator[None]:
    """So many threads that work until the end of the block; each ends with the piece it has."""
    over = threading.Event()
    threads = [
        threading.Thread(target=_go_on, args=(shop, name, work, over), name=f"{name}-{number}")
        for number in range(hands)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _go_on(shop: Workshop, name: str, work: Work, over: threading.Event) -> None:
    while not over.is_set() and not shop.stop():
        over.wait(rest_after(shop, name, work))


def rest_after(shop: Workshop, name: str, work: Work) -> float:
    """Do one piece; seconds till the next look."""
    try:
        return 0 if work(shop) else IDLE_SECONDS
    except AWAY as error:
        log.warning("beside.away", work=name, reason=str(error))
        return AWAY_SECONDS
    except Exception:  # one photo must not hold up all others: its own turn comes again
        log.exception("beside.failed", work=name)
        return IDLE_SECONDS
