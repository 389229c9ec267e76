"""The text index, brought up to date between jobs."""

import structlog
from sqlalchemy.exc import DBAPIError

from app.db import Database
from app.services import search_index

log = structlog.get_logger(__name__)


def catch_up(database: Database) -> bool:
    """Index some of what changed; False when nothing waited."""
    with database.reading() as session:
        if not search_index.waiting(session):
            return False
    try:
        with database.writing() as session:
            return search_index.catch_up(session) > 0
    except DBAPIError:
        raise  # the worker waits for the database
    except Exception:  # jobs go on whatever happens to the index: searches then read every row
        log.exception("index.failed")
        return False
