"""The application's lasting helpers, found again from inside a request."""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from flask import current_app
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from app.config import MEGABYTE, Settings
from app.db import Database
from app.photos.arrivals import Arrivals
from app.photos.formats import Limits
from app.photos.sandbox import Sandbox
from app.photos.store import FileStore
from app.services.evidence.photos import CodeKey
from app.services.evidence.room import PhotoRoom
from app.services.people.passwords import PasswordRules

MOST_PHOTO_PROCESSES = 4
LARGEST_KEPT = 64 * MEGABYTE  # an original that came while more was allowed is served on
login_manager = LoginManager()
csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that the demo's sign-in page offers; `role` where it stands for one."""

    login: str
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class SignInRules:
    """What passwords must be; in the demo also the accounts on offer and their one password."""

    passwords: PasswordRules
    demo_accounts: tuple[DemoAccount, ...] = ()
    demo_password: str = ""


def database() -> Database:
    """The application's database."""
    return cast("Database", current_app.extensions["database"])


def settings() -> Settings:
    """The application's settings."""
    return cast("Settings", current_app.extensions["settings"])


def photos() -> PhotoRoom:
    """The application's photo room."""
    return cast("PhotoRoom", current_app.extensions["photos"])


def arrivals() -> Arrivals:
    """Where files are put together that come piece by piece."""
    return Arrivals(settings().uploads)


def sign_in_rules() -> SignInRules:
    """How one signs in here."""
    return cast("SignInRules", current_app.extensions["sign_in_rules"])


def open_photo_room(settings: Settings) -> PhotoRoom:
    """A photo room for these settings, for the application and for whatever runs beside it.

    Raises FontMissing when no font has every character: better now than on the first photo.
    """
    key_id = settings.photo_code_key_id
    return PhotoRoom(
        FileStore(settings.photos),
        _sandbox(max(settings.photo_limit_mb * MEGABYTE, LARGEST_KEPT)),
        CodeKey(key_id, settings.photo_code_key(key_id)),
        settings.address,
        settings.photo_limit_mb * MEGABYTE,
    )


@lru_cache
def _sandbox(max_bytes: int) -> Sandbox:
    """One set of limited processes for all rooms of this process."""
    size = max(2, min(os.cpu_count() or 1, MOST_PHOTO_PROCESSES))
    return Sandbox(size=size, limits=Limits(max_bytes=max_bytes))
