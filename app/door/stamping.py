"""Stamped copies made ahead: whoever opens a problem next does not wait for them."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

from app import extensions
from app.door.unit_of_work import after_commit
from app.photos.refusal import PhotoRefused
from app.photos.stamp import Stamp
from app.photos.store import PhotoMissing
from app.services.evidence import photos as evidence
from app.services.evidence.room import PhotoRoom, stamp_of

log = logging.getLogger(__name__)

Job = tuple[str, Stamp]  # the original's hash, and what is printed on its copy


def stamp_soon(problem_id: int) -> None:
    """Once this request is committed, make the stamped copies of the problem's photos.

    They are made beside the request, one after another; what fails is made when asked for.
    """

    def start() -> None:
        room = extensions.photos()
        _one_by_one().submit(_stamp, room, jobs_of(problem_id))

    after_commit(start)


def jobs_of(problem_id: int) -> list[Job]:
    """What there is to stamp, with the words as they stand now."""
    with extensions.database().reading() as session:
        photos = evidence.photos_of(session, [problem_id])[problem_id]
        room = extensions.photos()
        return [(photo.sha256, stamp_of(session, room, photo)) for photo in photos]


def all_done() -> None:
    """Wait until what was started is made."""
    done: Future[None] = _one_by_one().submit(lambda: None)
    done.result()


def _stamp(room: PhotoRoom, jobs: Sequence[Job]) -> None:
    for sha256, words in jobs:
        try:
            room.stamped(sha256, words)
        except (PhotoRefused, PhotoMissing, OSError):
            log.exception("a stamped copy could not be made ahead")


@lru_cache(maxsize=1)
def _one_by_one() -> ThreadPoolExecutor:
    """One thread a process: stamping ahead never takes both limited processes."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="stamping")
