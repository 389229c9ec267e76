"""The rows of a sheet as cards, as columns of a board, as pairs of pictures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.domain.guards import Circumstances
from app.domain.roles import Actor
from app.domain.states import TERMINAL, Phase
from app.domain.workflow import Option, options
from app.models import Photo, Problem
from app.services.lists.pages import (
    CARD_FIELDS,
    CLOCK_FIELDS,
    ListRow,
    first_photo_rows,
    first_photos,
    reading_of_values,
)
from app.services.names import Names
from app.services.tables.state import Asked
from app.services.workflow.facts import facts_of_many
from app.services.world import circumstances
from sheets.catalogue import Field
from sheets.fields.single_choice import choices
from sheets.query import GroupTerm, Query, Row, fetch, group_summaries
from sheets.showing import NameCache

ON_CARD = tuple(dict.fromkeys((*CLOCK_FIELDS, *CARD_FIELDS)))
CARDS, PAIRS, IN_COLUMN = 24, 12, 20
BOARD_FIELD = "state"


@dataclass(frozen=True, slots=True)
class Shown:
    """Some rows, and the `after` of those that follow."""

    rows: list[ListRow]
    next: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A row with its first picture of each side."""

    row: ListRow
    before: Photo | None
    after: Photo | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a board: a value (None for blank), its label, all it holds, its first cards."""

    value: str | None
    label: str
    number: int
    rows: list[ListRow]


@dataclass(frozen=True, slots=True)
class Board:
    """The columns that hold rows, in the order of the choices; the labels of those that do not.

    `moves` are the moves open to the actor on each card's problem.
    """

    field: Field
    columns: list[Column]
    vacant: list[str]
    moves: Mapping[int, tuple[Option, ...]]


def list_rows(
    session: Session,
    now: datetime,
    state: Asked,
    query: Query,
    where: Sequence[ColumnElement[bool]] = (),
) -> Shown:
    """A page of rows with what a card shows; fields out of the actor's sight are blank."""
    sheet, at = state.opened.sheet, circumstances(session, now)
    wanted = [each for each in ON_CARD if each in sheet.by_id]
    page = fetch(session.connection(), sheet, query, (*state.opened.where, *where), wanted)
    names = NameCache(Names(session))
    names.prepare(sheet.only(wanted), page.rows)
    photos = first_photos(session, [row.key for row in page.rows])
    rows = [_list_row(state, row, names, photos.get(row.key), at) for row in page.rows]
    return Shown(rows, page.next_after)


def _list_row(
    state: Asked, row: Row, names: NameCache, photo_id: str | None, at: Circumstances
) -> ListRow:
    blank: dict[str, Any] = {each: None for each in ON_CARD if each not in row}
    values = blank | dict(row)
    fields = state.opened.sheet.by_id
    shown = dict.fromkeys(blank, "") | {key: fields[key].show(row[key], names) for key in row}
    timed = all(name in row for name in ("state", "due_at"))
    reading = reading_of_values(values, at) if timed else None
    return ListRow(row.key, values, shown, reading, photo_id, row.hue or "")


def list_cards(session: Session, now: datetime, state: Asked) -> Shown:
    """A page of cards."""
    return list_rows(session, now, state, replace(state.query, limit=CARDS))


def list_pairs(session: Session, now: datetime, state: Asked) -> tuple[list[Pair], str | None]:
    """A page of rows with their pictures before and after, and the `after` of the next page."""
    found = list_rows(session, now, state, replace(state.query, limit=PAIRS))
    ids = [row.id for row in found.rows]
    before = first_photo_rows(session, ids, Phase.BEFORE)
    after = first_photo_rows(session, ids, Phase.AFTER)
    pairs = [Pair(row, before.get(row.id), after.get(row.id)) for row in found.rows]
    return pairs, found.next


def board_field(state: Asked, asked: str) -> Field | None:
    """The single choice a board's columns are of: the one asked for, else the state."""
    fields = state.opened.sheet.by_id
    for field_id in (asked, BOARD_FIELD):
        field = fields.get(field_id)
        if field is not None and field.type == "single_choice":
            return field
    return None


def board(session: Session, actor: Actor, now: datetime, state: Asked, field: Field) -> Board:
    """Every value that rows have as a column: its number, and its first twenty cards."""
    sheet, query = state.opened.sheet, replace(state.query, after=None, skip=0, sums=())
    scope = state.opened.where
    terms = [GroupTerm(field.id)]
    counted = group_summaries(session.connection(), sheet, query, scope, terms).rows
    numbers = {group.values[0]: group.number for group in counted}
    labels = dict(choices(field.options))
    order = [*labels, *(key for key in numbers if key is not None and key not in labels)]
    order.sort(key=lambda value: field.id == BOARD_FIELD and value in TERMINAL)  # ended ones last
    columns = []
    for value in [*order, None]:
        if not numbers.get(value):
            continue
        mine = field.kind.group_key(field.column, "")
        here = mine.is_(None) if value is None else field.column == value
        rows = list_rows(session, now, state, replace(query, limit=IN_COLUMN), [here]).rows
        label = "未填" if value is None else labels.get(value, str(value))
        columns.append(Column(value, label, numbers[value], rows))
    vacant = [labels[key] for key in labels if not numbers.get(key)]
    cards = [row.id for column in columns for row in column.rows]
    return Board(field, columns, vacant, moves_of(session, actor, now, cards))


def moves_of(
    session: Session, actor: Actor, now: datetime, problem_ids: Iterable[int]
) -> dict[int, tuple[Option, ...]]:
    """The moves open to the actor on each of these problems."""
    rows = session.scalars(select(Problem).where(Problem.id.in_(list(problem_ids)))).all()
    at = circumstances(session, now)
    return {key: options(facts, actor, at) for key, facts in facts_of_many(session, rows).items()}
