"""How long a page waits for what may read everything, and what stands in its place meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from flask import request
from sqlalchemy.orm import Session

from app import extensions
from app.domain.roles import Actor
from app.services.super_table.section_sheets import OpenSheet
from app.services.tables.runs import AT_FIRST, LONGEST, Runs
from sheets.query import Query, TooSlow, reads_everything, stoppable

WAIT, RUN = "wait", "run"
OWN = frozenset({WAIT, RUN, "edit"})
EVERY_PART = "all"

T = TypeVar("T")


class Reading(Protocol):
    """A sheet and what is asked of it."""

    @property
    def opened(self) -> OpenSheet:
        """The sheet."""

    @property
    def query(self) -> Query:
        """The query in effect."""


@dataclass(frozen=True, slots=True)
class Slow:
    """A part of a page that is not here, why, and where to go from there.

    `goes_on` where it may still come with more patience: `more` waits for this part alone, `whole`
    for all of the page. `anew` begins again, `change` asks for other conditions.
    """

    part: str
    sentence: str
    goes_on: bool
    more: str
    whole: str
    anew: str
    change: str


def runs() -> Runs:
    """The marks of what runs, in this installation's folder."""
    return Runs(extensions.settings().instance / "runs")


@contextmanager
def limited(session: Session, actor: Actor, seconds: float | None = None) -> Iterator[None]:
    """Statements in the block end after half a minute, or so many seconds, or when the request's
    run is stopped.

    Raises TooSlow.
    """
    token = request.args.get(RUN, "")
    with (
        runs().running(actor.user_id, token) as should_stop,
        stoppable(session.connection(), seconds or LONGEST, should_stop),
    ):
        yield


def part(
    session: Session, actor: Actor, asked: Reading, name: str, read: Callable[[], T]
) -> T | Slow:
    """What `read` reads, if it comes soon; all the patience there is where the address asks."""
    patient = request.args.get(WAIT) in {name, EVERY_PART}
    try:
        with limited(session, actor, LONGEST if patient else AT_FIRST):
            return read()
    except TooSlow as error:
        return Slow(
            part=name,
            sentence=error.sentence if patient else _waiting(session, asked),
            goes_on=not patient,
            more=_here((WAIT, name)),
            whole=_here((WAIT, EVERY_PART)),
            anew=_here(),
            change=_here(("edit", "filter")),
        )


def reads_all(session: Session, asked: Reading) -> bool:
    """Whether the query has a filter, a search or an order that no index serves."""
    return reads_everything(session.connection(), asked.opened.sheet, asked.query)


def _waiting(session: Session, asked: Reading) -> str:
    if reads_all(session, asked):
        return "这个筛选要读全部数据，正在读取…"
    return "数据较多，正在读取…"


def _here(*own: tuple[str, str]) -> str:
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in OWN]
    asked = urlencode([*kept, *own], errors="surrogatepass")
    return f"{request.path}?{asked}".rstrip("?")
