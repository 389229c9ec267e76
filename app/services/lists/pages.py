"""Lists of problems: a queue, what the URL asks of it, one page of rows with their clocks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.clocks import Reading
from app.domain.guards import Circumstances
from app.domain.roles import Actor
from app.domain.states import Phase
from app.models import Photo, Problem
from app.services.lists import queues
from app.services.lists.queues import Queue
from app.services.names import Names
from app.services.scope import visible_to
from app.services.super_table.problem_sheet import problem_sheet
from app.services.workflow.readings import TimedRow, reading_of, stage_reading_of
from app.services.world import circumstances
from sheets.catalogue import Sheet
from sheets.query import Query, QueryError, count, describe, fetch, parse_query
from sheets.showing import NameCache

MOST_COUNTED = 999
CLOCK_FIELDS = (
    "state", "due_at", "due_provisional", "clock_unit", "stage_due_at", "stage_due_provisional",
    "deferral_due", "on_time",
)  # fmt: skip
CARD_FIELDS = (
    "serial", "number", "priority", "category", "description", "address", "street", "community",
    "responsible", "pooled_at", "returned_count", "send_back_reason", "send_back_text",
    "urgent_reason", "version", "lat", "lng",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListRow:
    """A problem in a list: raw values and shown texts by field id, its clock, its first photo.

    What a rule hides from the reader is blank. `hue` is the colour a rule of the query gives it.
    """

    id: int
    values: Mapping[str, Any]
    shown: Mapping[str, str]
    reading: Reading | None
    photo_id: str | None
    hue: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list. `next` is the `after` of the page that follows, if there is one.

    `errors` are the parameters that could not be used, each with a sentence; the rest
    applies. `sentence` says in Chinese what is asked for.
    """

    queue: Queue
    sheet: Sheet
    query: Query
    rows: list[ListRow]
    next: str | None
    errors: tuple[QueryError, ...]
    sentence: str


def list_problems(
    session: Session,
    actor: Actor,
    now: datetime,
    queue_id: str,
    query_pairs: Iterable[tuple[str, str]] = (),
    fields: Sequence[str] = (),
    only: Collection[int] | None = None,
) -> ListPage:
    """One page of a queue as this actor sees it; nothing is counted on the way.

    `fields` are more field ids to load than cards, table and clock need; `only` are the
    problems it is about, where not all. Raises NotFound for a queue that is not there.
    """
    queue, sheet, query = prepared(session, actor, queue_id, query_pairs, now)
    at = circumstances(session, now)
    scope = [visible_to(actor), queue.where(actor, at)]
    if only is not None:
        scope.append(Problem.id.in_(only))
    usual = [*CLOCK_FIELDS, *CARD_FIELDS, *queue.columns]
    wanted = dict.fromkeys([each for each in usual if each in sheet.by_id] + [*fields])
    hidden = [each for each in usual if each not in sheet.by_id]
    page = fetch(session.connection(), sheet, query, scope, tuple(wanted))
    names = NameCache(Names(session))
    names.prepare(sheet.only(wanted), page.rows)
    first = first_photos(session, [row.key for row in page.rows])
    rows = [
        ListRow(
            id=row.key,
            values=dict.fromkeys(hidden) | dict(row),
            shown=dict.fromkeys(hidden, "")
            | {each: sheet.field(each).show(row[each], names) for each in wanted},
            reading=reading_of_values(row, at, stage=queue.stage),
            photo_id=first.get(row.key),
        )
        for row in page.rows
    ]
    sentence = describe(sheet, replace(query, sort=()), names)
    return ListPage(queue, sheet, query, rows, page.next_after, query.errors, sentence)


def prepared(
    session: Session,
    actor: Actor,
    queue_id: str,
    query_pairs: Iterable[tuple[str, str]],
    now: datetime | None = None,
) -> tuple[Queue, Sheet, Query]:
    """The queue, the sheet this actor sees in the queue's own order, and the query on it."""
    queue = queues.find(queue_id)
    sheet = replace(problem_sheet(session, actor, now), default_sort=queue.sort)
    return queue, sheet, parse_query(sheet, query_pairs)


def count_queue(
    session: Session,
    actor: Actor,
    now: datetime,
    queue_id: str,
    query_pairs: Iterable[tuple[str, str]] = (),
) -> int:
    """How many problems stand in a queue, counted up to 999: for figures in menus and tabs."""
    queue, sheet, query = prepared(session, actor, queue_id, query_pairs, now)
    scope = [visible_to(actor), queue.where(actor, circumstances(session, now))]
    return count(session.connection(), sheet, query, scope, at_most=MOST_COUNTED).number


def reading_of_values(
    values: Mapping[str, Any], at: Circumstances, *, stage: bool = False
) -> Reading | None:
    """The clock of a row that has the `CLOCK_FIELDS`; `stage`: of whoever must act next."""
    timed = TimedRow(**{name: values[name] for name in CLOCK_FIELDS})
    own = stage_reading_of(timed, at) if stage else None
    return own or reading_of(timed, at)


def first_photos(
    session: Session, problem_ids: Sequence[int], phase: Phase = Phase.BEFORE
) -> dict[int, str]:
    """Problem id -> the id of its first photo of a phase; of the last round for 整改后."""
    return {key: photo.id for key, photo in first_photo_rows(session, problem_ids, phase).items()}


def first_photo_rows(
    session: Session, problem_ids: Sequence[int], phase: Phase
) -> dict[int, Photo]:
    """Problem id -> the row of its first photo of a phase, in the phase's last round."""
    if not problem_ids:
        return {}
    place = func.row_number().over(
        partition_by=Photo.problem_id, order_by=(Photo.round.desc(), Photo.position, Photo.id)
    )
    ranked = (
        select(Photo.id, place.label("place"))
        .where(Photo.problem_id.in_(problem_ids), Photo.phase == phase.value)
        .subquery()
    )
    rows = session.scalars(
        select(Photo).join(ranked, ranked.c.id == Photo.id).where(ranked.c.place == 1)
    )
    return {photo.problem_id: photo for photo in rows if photo.problem_id is not None}
