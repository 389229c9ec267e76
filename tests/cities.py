"""The small city of the builders with passwords, made once a run and copied for each test."""

from __future__ import annotations

import pickle
from pathlib import Path

from sqlalchemy import update

from tests.databases import migrate_to_newest

PASSWORD = "gai-hao-le-zai-pai-7"  # of everybody in the small city


def prepare_small_city(url: str, kept: Path) -> None:
    """Migrate an empty database, settle the small city in it, keep its ids in a file."""
    from app.db import Database
    from app.models import User
    from app.services.people.passwords import hash_password
    from tests.builders import make_city

    migrate_to_newest(url)
    database = Database(url)
    try:
        with database.writing() as session:
            city = make_city(session)
            session.execute(update(User).values(password_hash=hash_password(PASSWORD)))
        kept.write_bytes(pickle.dumps(city))
    finally:
        database.dispose()
