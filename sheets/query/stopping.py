"""Long statements: told of beforehand, and ended when their time is up."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from sheets.catalogue import Sheet
from sheets.query.filtering import Scope, filtered
from sheets.query.ordering import order_terms, stretches
from sheets.query.plans import scans_all
from sheets.query.searched import FEW, propose
from sheets.query.state import Query

STEPS = 20_000  # of SQLite's machine, about a millisecond: how often the clock is looked at
CANCELLED = "57014"  # what PostgreSQL calls a statement that ran out of time


class TooSlow(Exception):
    """A statement did not end in its time; ``sentence`` says what to do."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not done in {seconds} s")
        self.sentence = "数据较多，未能在限定时间内完成，请增加筛选条件后再试。"


@contextmanager
def stoppable(connection: Connection, seconds: float) -> Iterator[None]:
    """Statements in this block end after so many seconds together; raises TooSlow.

    Only reading belongs in it.  The transaction goes on afterwards.
    """
    if connection.dialect.name == "sqlite":
        with _sqlite(connection, seconds):
            yield
    else:
        with _postgresql(connection, seconds):
            yield


@contextmanager
def _sqlite(connection: Connection, seconds: float) -> Iterator[None]:
    raw: Any = connection.connection.driver_connection
    end = monotonic() + seconds
    raw.set_progress_handler(lambda: monotonic() > end, STEPS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" in str(error.orig):
            raise TooSlow(seconds) from error
        raise
    finally:
        raw.set_progress_handler(None, 0)


@contextmanager
def _postgresql(connection: Connection, seconds: float) -> Iterator[None]:
    before = connection.execute(text("SHOW statement_timeout")).scalar_one()
    limit = func.set_config("statement_timeout", f"{max(int(seconds * 1000), 1)}", True)
    try:
        with connection.begin_nested():
            connection.execute(select(limit))
            yield
            connection.execute(select(func.set_config("statement_timeout", before, True)))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == CANCELLED:
            raise TooSlow(seconds) from error
        raise


def reads_everything(conn: Any, sheet: Sheet, query: Query, scope: Scope = ()) -> bool:
    """Whether a page of this query has no index to begin with, so that it may take long.

    The filters of the scope do not count: without any of its own a query reads no further than
    its page, unless it is sorted.
    """
    order = order_terms(sheet, query.sort)
    way = stretches(order, None)[0]
    if not query.is_filtered and len(order) == 1:
        return False
    proposal = propose(conn, sheet, query)
    if proposal is not None and (len(order) == 1 or proposal.number() <= FEW):
        return False
    columns = [term.column.label(f"s{place}") for place, term in enumerate(order)]
    statement = filtered(select(*columns), sheet, query, scope).where(*way.where)
    return scans_all(conn, statement.order_by(*way.clauses).limit(query.limit))
