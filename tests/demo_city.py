"""The demo city as `make run` loads it, made once a run at one fixed instant, copied for a test."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.config import Settings

# A Wednesday morning in Fushun, in a year whose working calendar is announced; the same on every
# machine and in every year, so that a list, a light or a deadline is never a matter of luck.
MORNING = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
SECRET = "the-browser-tests-own-secret-7f3a91c2d4"


class Patch(Protocol):
    """pytest's monkeypatch, as far as it is used here."""

    def setattr(self, target: str, value: object) -> None:
        """Put a value in place of another."""


def set_clock(patch: Patch, start: datetime = MORNING) -> None:
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
    """Load the demo city into an empty database and instance folder."""
    from app import run_city
    from app.db import Database

    shutil.rmtree(instance, ignore_errors=True)  # of a preparation that failed halfway
    instance.mkdir()
    database = Database(url)
    try:
        run_city.prepare(database, demo_settings(url, instance))
    finally:
        database.dispose()


def preparing(instance: Path) -> Callable[[str], None]:
    """`prepare_demo` for one folder, as a backend wants it."""
    return partial(prepare_demo, instance=instance)


def copy_instance(made: Path, target: Path) -> None:
    """Copy an instance folder by links: what it holds is never changed, only added to."""
    shutil.copytree(made, target, copy_function=link_or_copy, dirs_exist_ok=True)


def link_or_copy(source: str, target: str) -> str:
    """Link a file, or copy it where the file system cannot."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
