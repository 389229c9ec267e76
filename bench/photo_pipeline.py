"""A photo from its last byte to its row, thumbnail and stamped copy; and how many a second."""

import hashlib
import io
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from PIL import Image
from sqlalchemy import func, select

from app.demo.people import STAFF_OF
from app.domain.sending import UploadState
from app.factory import create_app
from app.jobs import intake
from app.jobs.tasks import Workshop
from app.jobs.worker import workshop
from app.models import Photo, Upload, User
from app.photos import pipeline
from app.services.actors import actor_of
from app.services.evidence import uploads
from app.services.evidence.room import stamp_of
from app.services.evidence.uploads import Announced
from bench.figure import Figure, interleaved, median_ratio
from bench.photo_stamp import draw_photo, half_scale_copy
from bench.serving import installation
from tests.chaos.pictures import LARGE, draw

ROUNDS = 12
QUEUED = 80  # photos of 400 KB that wait at once
CORES = 2
WAIT = 0.02
SHOT = {"source": "camera", "lat": 41.88, "lng": 123.95, "accuracy_m": 9.0,
        "coord_source": "browser"}  # fmt: skip


def run() -> Iterator[Figure]:
    """Each figure against the same pictures merely opened, shrunk and encoded."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with installation() as (settings, _database):
        shop = workshop(create_app(settings))
        large = draw_photo()
        names = iter(range(10**6))
        for _ in range(ROUNDS + 1):
            hand_in(shop, unlike(large, next(names)))
        ours, bare = interleaved([lambda: settle_one(shop), lambda: by_hand(large)], ROUNDS)
        value, ratio = median_ratio(ours, bare)
        yield Figure("photo_pipeline", value, "ms", "Pillow alone: the 12-megapixel photo opened,"
                     " and encoded in half size and as a thumbnail", ratio)  # fmt: skip
        small = [unlike(draw(number, LARGE), next(names)) for number in range(QUEUED)]
        theirs = QUEUED / seconds_by_hand(small)
        for data in small:
            hand_in(shop, data)
        rate = QUEUED / drain(shop)
        yield Figure("photo_pipeline_queue", round(rate, 1), "photos/s", "Pillow alone on two"
                     " cores: photos of 400 KB opened, shrunk and encoded once",
                     round(rate / theirs, 2))  # fmt: skip


def unlike(data: bytes, number: int) -> bytes:
    """The same picture as a file of its own."""
    note = f"bench {number:012}".encode()
    return data[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + data[2:]


def hand_in(shop: Workshop, data: bytes) -> None:
    """A file that has arrived whole, as a phone's last byte leaves it."""
    now, sha256 = datetime.now(UTC) - timedelta(seconds=1), hashlib.sha256(data).hexdigest()
    with shop.database.writing() as session:
        login = next(iter(STAFF_OF.values()))
        user_id = session.scalars(select(User.id).where(User.login == login)).one()
        actor = actor_of(session, user_id, now)
        assert actor is not None
        announced = Announced(len(data), sha256, sha256, shot={**SHOT, "phase": "before"})
        row = uploads.begin(session, actor, announced, now)
        with shop.arrivals.open(row.id) as arrival:
            arrival.append(0, data)
            arrival.sync()
        assert uploads.all_here(session, row.id, sha256, now)


def settle_one(shop: Workshop) -> None:
    """Judged, kept, its row written, its stamped copy made."""
    assert intake.work_once(shop)
    with shop.database.reading() as session:
        photo = session.scalars(select(Photo).order_by(Photo.received_at.desc()).limit(1)).one()
        sha256, words = photo.sha256, stamp_of(session, shop.photos, photo)
    shop.photos.stamped(sha256, words)


def by_hand(data: bytes) -> None:
    """The least that Pillow must do for the same two pictures."""
    half_scale_copy(data)
    shrunk(data, pipeline.THUMB_SIDE, pipeline.THUMB_QUALITY)


def shrunk(data: bytes, side: int, quality: int) -> int:
    """Opened, shrunk and encoded; bytes."""
    picture = Image.open(io.BytesIO(data))
    picture.draft("RGB", (side, side))
    picture.thumbnail((side, side))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.tell()


def seconds_by_hand(pictures: list[bytes]) -> float:
    """All of them in as many processes as there are cores to be had."""
    work = partial(shrunk, side=pipeline.THUMB_SIDE, quality=pipeline.THUMB_QUALITY)
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(work, pictures[:CORES]))
        started = time.perf_counter()
        list(pool.map(work, pictures))
        return time.perf_counter() - started


def drain(shop: Workshop) -> float:
    """Seconds until the worker's threads have judged all that waits."""
    waiting = select(func.count()).where(Upload.state == UploadState.RECEIVED.value)
    started = time.perf_counter()
    with intake.running(shop):
        while True:
            with shop.database.reading() as session:
                if not session.scalar(waiting):
                    return time.perf_counter() - started
            time.sleep(WAIT)
