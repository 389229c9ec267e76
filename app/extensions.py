"""The application's lasting helpers, found again from inside a request."""

from typing import cast

from flask import current_app
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from app.config import Settings
from app.db import Database

login_manager = LoginManager()
csrf = CSRFProtect()


def database() -> Database:
    """The application's database."""
    return cast("Database", current_app.extensions["database"])


def settings() -> Settings:
    """The application's settings."""
    return cast("Settings", current_app.extensions["settings"])
