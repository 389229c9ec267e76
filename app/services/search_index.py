"""The text index of problems: which columns are in it, and keeping it up to date."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from app.models import Problem
from sheets import searching
from sheets.searching import TextIndex

MUCH = 100_000
# A column added here is found in old rows once all are marked: `index-search --all`.
INDEX = TextIndex(
    Problem.__tablename__,
    ("number", "category_name", "description", "address", "community", "handled_by", "remedy",
     "send_back_text", "urgent_reason"),
)  # fmt: skip


def catch_up(session: Session, batch: int = searching.BATCH) -> int:
    """Index the rows of some marks; how many marks that were, 0 when none waits."""
    return searching.reindex(session.connection(), INDEX, batch)


def waiting(session: Session, at_most: int = 1) -> int:
    """How many changes wait to be indexed, counted no further than `at_most`."""
    return searching.pending(session.connection(), INDEX, at_most)


def fill(
    sessions: Callable[[], AbstractContextManager[Session]],
    batch: int,
    said: Callable[[int], None],
) -> int:
    """Index all that waits, each batch in a session of its own; `said` hears how many are done."""
    with sessions() as session:
        connection = session.connection()
        much = searching.pending(connection, INDEX, MUCH) == MUCH
        bare = much and searching.without_lookup(connection, INDEX)
    done = 0
    try:
        while True:
            with sessions() as session:
                number = catch_up(session, batch)
            if not number:
                return done
            done += number
            said(done)
    finally:
        if bare:
            with sessions() as session:
                searching.with_lookup(session.connection(), INDEX)


def begin_anew(session: Session) -> None:
    """Mark every problem, so that all are indexed again."""
    connection = session.connection()
    searching.forget_marks(connection, INDEX)
    searching.mark_all(connection, INDEX)
