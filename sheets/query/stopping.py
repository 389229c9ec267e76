"""Long statements: told of beforehand, ended when their time is up or when somebody says so."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError, OperationalError

from sheets.catalogue import Sheet
from sheets.query.filtering import filtered
from sheets.query.ordering import order_terms, stretches
from sheets.query.plans import scans_all
from sheets.query.searched import FEW, propose
from sheets.query.state import Query

log = logging.getLogger(__name__)

STEPS = 20_000  # of SQLite's machine, about a millisecond: how often the clock is looked at
EVERY = 0.05  # seconds between two looks at whether somebody stopped it
CANCELLED = "57014"  # what PostgreSQL calls a statement that ran out of time, or was cancelled
TIMEOUT = "statement_timeout"


class TooSlow(Exception):
    """A statement did not end in its time; ``sentence`` says what to do."""

    sentence = "数据较多，未能在限定时间内完成，请增加筛选条件后再试。"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not done in {seconds} s")


class Stopped(TooSlow):
    """Somebody ended it before its time."""

    sentence = "已停止。可以改筛选条件，或再试一次。"


class _Watch:
    """Whether a block's time is up, and which of the two ended it."""

    def __init__(self, seconds: float, should_stop: Callable[[], bool] | None) -> None:
        self.seconds = seconds
        self.should_stop = should_stop
        self._end = monotonic() + seconds
        self._next_look = 0.0
        self._stopped = False

    def is_over(self) -> bool:
        now = monotonic()
        if self.should_stop is not None and not self._stopped and now >= self._next_look:
            self._next_look = now + EVERY
            self._stopped = self.should_stop()
        return self._stopped or now > self._end

    def error(self) -> TooSlow:
        return Stopped(self.seconds) if self._stopped else TooSlow(self.seconds)


@contextmanager
def stoppable(
    connection: Connection, seconds: float, should_stop: Callable[[], bool] | None = None
) -> Iterator[None]:
    """Statements in this block end after so many seconds together, or soon after ``should_stop``.

    It is asked every 50 ms, from another thread on PostgreSQL.  Raises TooSlow, or its kind
    Stopped.  Only reading belongs in the block; the transaction goes on afterwards.
    """
    watch = _Watch(seconds, should_stop)
    way = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    with way(connection, watch):
        yield


@contextmanager
def _sqlite(connection: Connection, watch: _Watch) -> Iterator[None]:
    raw: Any = connection.connection.driver_connection
    raw.set_progress_handler(watch.is_over, STEPS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" in str(error.orig):
            raise watch.error() from error
        raise
    finally:
        raw.set_progress_handler(None, 0)


@contextmanager
def _postgresql(connection: Connection, watch: _Watch) -> Iterator[None]:
    limit = func.set_config(TIMEOUT, f"{max(int(watch.seconds * 1000), 1)}", True)
    try:
        with connection.begin_nested():
            before = connection.execute(select(func.current_setting(TIMEOUT), limit)).one()[0]
            with _cancelling(connection, watch):
                yield
            connection.execute(select(func.set_config(TIMEOUT, before, True)))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == CANCELLED:
            raise watch.error() from error
        raise


@contextmanager
def _cancelling(connection: Connection, watch: _Watch) -> Iterator[None]:
    """Have the server cancel what runs once the watch is over; only where somebody may say so."""
    if watch.should_stop is None:
        yield
        return
    done = Event()
    raw: Any = connection.connection.driver_connection
    thread = Thread(target=_cancel, args=(raw, watch, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()  # a cancel on its way must not meet a later statement


def _cancel(raw: Any, watch: _Watch, done: Event) -> None:
    try:
        while not done.wait(EVERY):
            if watch.is_over():
                raw.cancel_safe()
    except Exception:  # its time runs out all the same
        log.warning("a statement could not be cancelled", exc_info=True)


def reads_everything(conn: Any, sheet: Sheet, query: Query) -> bool:
    """Whether a page of this query has no index to begin with, so that it may take long.

    That is a matter of the query alone: with an index for somebody's scope all rows in it must
    still be read. Without a filter of its own it reads no further than its page, unless sorted.
    """
    order = order_terms(sheet, query.sort)
    way = stretches(order, None)[0]
    if not query.is_filtered and len(order) == 1:
        return False
    proposal = propose(conn, sheet, query)
    if proposal is not None and (len(order) == 1 or proposal.number() <= FEW):
        return False
    columns = [term.column.label(f"s{place}") for place, term in enumerate(order)]
    statement = filtered(select(*columns), sheet, query, ()).where(*way.where)
    return scans_all(conn, statement.order_by(*way.clauses).limit(query.limit))
