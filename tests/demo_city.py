"""The demo city as `make run` loads it, made once a run at one fixed instant, copied for a test."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.postgres import locked

if TYPE_CHECKING:
    from app.config import Settings
    from app.demo.plot import Shot
    from app.services.evidence.photos import Received
    from app.services.evidence.room import PhotoRoom

# A Wednesday morning in Fushun, in a year whose working calendar is announced; the same on every
# machine and in every year, so that a list, a light or a deadline is never a matter of luck.
MORNING = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
KEPT = ROOT / ".run" / "demo"
SECRET = "the-browser-tests-own-secret-7f3a91c2d4"


def set_clock(patch: pytest.MonkeyPatch, start: datetime = MORNING) -> None:
    """Let the application's clock begin at an instant and run from there."""
    began = time.monotonic()

    def now() -> datetime:
        return start + timedelta(seconds=time.monotonic() - began)

    patch.setattr("app.clock.now", now)


def demo_settings(url: str, instance: Path) -> Settings:
    """The settings of a demo; its secret is fixed since the photos' codes are made with it."""
    from app.config import Settings

    return Settings(database_url=url, instance=instance, secret_key=SECRET, demo=True)


def prepare_demo(url: str, instance: Path) -> None:
    """Load the demo city into an empty database and instance folder, as `make run` does.

    Drawing its pictures takes a minute, so they are kept between runs for as long as the code
    that draws and takes them in stays the same; never where CI wants to see them made.
    """
    shutil.rmtree(instance, ignore_errors=True)  # of a preparation that failed halfway
    instance.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch)
        if os.environ.get("CI"):
            load_demo(url, instance)
            return
        KEPT.mkdir(parents=True, exist_ok=True)
        with locked(KEPT):
            album = Album(KEPT / digest_of_drawing(), instance / "photos")
        patch.setattr("app.demo.load.draw_all", album.draw_all)
        load_demo(url, instance)
        with locked(KEPT):
            album.keep()


def load_demo(url: str, instance: Path) -> None:
    """Migrate, seed the calendar, settle the city and replay its stories."""
    from app import run_city
    from app.db import Database

    database = Database(url)
    try:
        run_city.prepare(database, demo_settings(url, instance))
    finally:
        database.dispose()


class Album:
    """The demo's pictures as an earlier run took them in, and the ones that are new."""

    def __init__(self, folder: Path, photos: Path) -> None:
        from app.demo.load import draw_all

        self._folder = folder
        self._photos = photos
        self._draw_all = draw_all
        self._index = folder / "index.pickle"
        self._known: dict[Shot, Received] = {}
        if self._index.exists():
            self._known = pickle.loads(self._index.read_bytes())  # noqa: S301  (our own file)
            copy_instance(folder / "photos", photos)

    def draw_all(
        self, room: PhotoRoom, shots: list[Shot], say: Callable[[str], object]
    ) -> dict[Shot, Received]:
        """In place of the loader's own: only what is not known yet is drawn."""
        missing = [shot for shot in shots if shot not in self._known]
        if missing:
            self._known |= self._draw_all(room, missing, say)
        return {shot: self._known[shot] for shot in shots}

    def keep(self) -> None:
        """Keep all pictures for the next run, and those of older drawing code no longer."""
        for older in KEPT.iterdir():
            if older.is_dir() and older != self._folder:
                shutil.rmtree(older)
        copy_instance(self._photos, self._folder / "photos")
        draft = self._index.with_suffix(".draft")
        draft.write_bytes(pickle.dumps(self._known))
        draft.rename(self._index)


def digest_of_drawing() -> str:
    """A hash over the code that draws the demo's pictures and takes them in."""
    digest = hashlib.sha256(f"{MORNING} {SECRET}".encode())
    for folder in ("app/demo/scenes", "app/photos"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:24]


def preparing(instance: Path) -> Callable[[str], None]:
    """`prepare_demo` for one folder, as a backend wants it."""
    return partial(prepare_demo, instance=instance)


def copy_instance(made: Path, target: Path) -> None:
    """Copy an instance folder by links: what it holds is never changed, only added to."""
    unfinished = shutil.ignore_patterns("parts")  # may go from under the copying
    shutil.copytree(made, target, copy_function=link_or_copy, ignore=unfinished, dirs_exist_ok=True)


def lend_instance(made: Path, target: Path) -> None:
    """Copy an instance folder but for its photos, which all copies read and add to together.

    They lie under the hash of what they are, and a copy made of one under the hash of what it was
    made with: nothing one test keeps there is another thing for the next.
    """
    shutil.copytree(made, target, ignore=shutil.ignore_patterns("photos"), dirs_exist_ok=True)
    (target / "photos").symlink_to(made / "photos", target_is_directory=True)


def link_or_copy(source: str, target: str) -> str:
    """Link a file, or copy it where the file system cannot; one that is there already stays."""
    if Path(target).exists():
        return target
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
