"""A sheet as a table one works in: its columns for a query, blocks of rows as shown texts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.states import Phase
from app.models import ColumnWidths, Event, Photo, Problem
from app.services.cells.writers import writers
from app.services.names import Names
from app.services.problem_columns import NOT_OFFERED
from app.services.scope import visible_to
from app.services.super_table.section_sheets import OpenSheet, ensure_sheets, sheets_of
from app.services.tables.state import read_table
from app.services.tables.views import View
from sheets.catalogue import Field
from sheets.query import Anchors, Query, Row, anchors, fetch, parse_query
from sheets.showing import NameCache

PICTURES = {"before_photos": Phase.BEFORE, "after_photos": Phase.AFTER}
"""Columns of evidence, shown as small pictures."""
FROZEN, EVERY = 1, 1_000
MOST_CHANGED = 200
LATE = timedelta(seconds=30)
OVERLAP = 100
"""Events may become visible out of order of their ids: as many of the last ones are read again
for as long as they are fresh."""
MOST_WIDTHS, NARROWEST, WIDEST = 400, 40, 900


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """An open sheet with a query on it; `columns` are the fields shown, `freeze` of them stay.

    `view` is the saved one the address names; `sentence` says why it is not in effect.
    """

    opened: OpenSheet
    query: Query
    columns: tuple[Field, ...]
    freeze: int
    view: View | None
    sentence: str

    @property
    def place(self) -> str:
        """Where its column widths are kept."""
        return f"view:{self.view.id}" if self.view else f"sheet:{self.opened.id}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row as a table shows it: `cells` are texts in the order of the columns.

    `pictures` are photo ids by the id of a column of evidence; `hue` a colour's name or nothing.
    """

    id: int
    version: int
    hue: str
    cells: list[str]
    pictures: dict[str, str]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that follow each other, and the cursor of what follows them."""

    lines: list[Line]
    next: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of rows since an event: as they are now, or no longer to be shown.

    `who` names the last writer of each of their shown cells, by row and field id.
    """

    since: int
    lines: list[Line]
    gone: list[int]
    more: bool
    who: dict[int, dict[str, str]]


def home_sheet(session: Session, actor: Actor) -> int | None:
    """The sheet an actor works in: his own section's, else everybody's; None before any exists."""
    sheets = sheets_of(session, actor)
    own = [each.id for each in sheets if each.section_id and each.section_id == actor.org_id]
    return own[0] if own else sheets[0].id if sheets else None


def settle_sheets(session: Session, actor: Actor, now: datetime) -> int | None:
    """Make the sheets that are missing; the one this actor works in."""
    ensure_sheets(session, now)
    return home_sheet(session, actor)


def open_table(
    session: Session,
    actor: Actor,
    now: datetime,
    sheet_id: int,
    pairs: Iterable[tuple[str, str]],
) -> Table:
    """A sheet with what the address asks of it; NotFound where the actor may not open it."""
    asked = read_table(session, actor, now, sheet_id, pairs)
    opened, query = asked.opened, asked.query
    columns = tuple(opened.sheet.field(each) for each in query.columns or opened.shown)
    freeze = FROZEN if query.freeze is None else query.freeze
    return Table(opened, query, columns, min(freeze, len(columns)), asked.view, asked.sentence)


def block(
    session: Session,
    table: Table,
    *,
    limit: int,
    where: Sequence[ColumnElement[bool]] = (),
) -> Block:
    """The lines at the query's place; nothing is counted on the way."""
    query, sheet = replace(table.query, limit=limit), table.opened.sheet
    wanted = [field.id for field in table.columns]
    asked = [*wanted, *({"version"} - set(wanted))]
    page = fetch(session.connection(), sheet, query, (*table.opened.where, *where), asked)
    return Block(_lines(session, table, page.rows), page.next_after)


def _lines(session: Session, table: Table, rows: Sequence[Row]) -> list[Line]:
    names = NameCache(Names(session))
    names.prepare(table.opened.sheet.only([field.id for field in table.columns]), rows)
    columns = [_shown(field, rows, names) for field in table.columns]
    pictures = _pictures(session, table, rows)
    cells = map(list, zip(*columns, strict=True)) if columns else ([] for _ in rows)
    return [
        Line(row.key, row["version"], row.hue or "", line, pictures.get(row.key, {}))
        for row, line in zip(rows, cells, strict=True)
    ]


def _shown(field: Field, rows: Sequence[Row], names: NameCache) -> list[str]:
    """A column's texts; a name or a label that many rows share is made once."""
    show, key = field.kind.show, field.id
    values = [row[key] for row in rows]
    if not field.labels and not field.kind.names_kind(field.options):
        return ["" if value is None else show(value, field, names) for value in values]
    known: dict[Any, str] = {}
    for value in values:
        if value is not None and value not in known:
            known[value] = show(value, field, names)
    return ["" if value is None else known[value] for value in values]


def _pictures(session: Session, table: Table, rows: Sequence[Row]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for field in table.columns:
        if phase := PICTURES.get(field.id):
            ids = [row.key for row in rows if row[field.id]]
            firsts = _first_photos(session, ids, phase)
        elif field.type == "photos":  # one's own: their ids stand in the cell
            firsts = {row.key: row[field.id][0] for row in rows if row[field.id]}
        else:
            continue
        for row_id, photo_id in firsts.items():
            found.setdefault(row_id, {})[field.id] = photo_id
    return found


def _first_photos(session: Session, ids: Sequence[int], phase: Phase) -> dict[int, str]:
    """Problem id -> the id of its first photo of a phase, of the last round."""
    rows = session.execute(
        select(Photo.problem_id, Photo.id)
        .where(Photo.problem_id.in_(ids), Photo.phase == phase.value)
        .order_by(Photo.round.desc(), Photo.position, Photo.id)
    )
    found: dict[int, str] = {}
    for problem_id, photo_id in rows:
        if problem_id is not None:
            found.setdefault(problem_id, photo_id)
    return found


def places(session: Session, table: Table) -> Anchors:
    """How many rows there are and the cursors every thousand of them; reads every row's order."""
    query = replace(table.query, after=None, skip=0)
    return anchors(session.connection(), table.opened.sheet, query, table.opened.where, EVERY)


def whole_row(session: Session, opened: OpenSheet, row_id: int) -> list[tuple[Field, str]]:
    """Every column a person may see of one row with its text, the sheet's own first.

    The row is looked up by its key alone: whether it may be seen is asked before.
    """
    fields = [field for field in opened.sheet.fields if field.id not in NOT_OFFERED]
    query = parse_query(opened.sheet, [("limit", "1")])
    ids = [field.id for field in fields]
    rows = fetch(session.connection(), opened.sheet, query, [Problem.id == row_id], ids).rows
    names = NameCache(Names(session))
    names.prepare(opened.sheet.only(ids), rows)
    return [(field, _shown(field, rows, names)[0]) for field in fields] if rows else []


def last_event(session: Session) -> int:
    """The newest event's id: where changes are asked for from."""
    return session.scalar(select(func.max(Event.id))) or 0


def changes(
    session: Session,
    actor: Actor,
    table: Table,
    now: datetime,
    since: int,
    held: Iterable[int] = (),
) -> Changes:
    """Rows touched after an event; at most 200, `more` when there are others.

    `held` are rows the asker shows: of those alone it is said when they are out of his sight.
    """
    touched = session.scalars(
        select(Event)
        .where((Event.id > since) | ((Event.id > since - OVERLAP) & (Event.at > now - LATE)))
        .order_by(Event.id)
        .limit(MOST_CHANGED + OVERLAP + 1)
    ).all()
    taken = touched[: MOST_CHANGED + OVERLAP]
    ids = {row.problem_id for row in taken}
    newest = max([since, *(row.id for row in taken)])
    if not ids:
        return Changes(newest, [], [], more=False, who={})
    of_these = Problem.id.in_(ids)
    from_start = replace(table, query=replace(table.query, after=None, skip=0))
    lines = block(session, from_start, limit=len(ids), where=[of_these]).lines
    left = ids - {line.id for line in lines}
    seen = set(session.scalars(select(Problem.id).where(Problem.id.in_(left), visible_to(actor))))
    gone = sorted(left & (seen | set(held)))
    who = _writers(table, taken, {line.id for line in lines})
    return Changes(newest, lines, gone, more=len(touched) > len(taken), who=who)


def _writers(
    table: Table, events: Sequence[Event], shown: Collection[int]
) -> dict[int, dict[str, str]]:
    """Who wrote the cells of these rows that the table shows."""
    columns = {field.id for field in table.columns}
    found: dict[int, dict[str, str]] = {}
    for (row_id, field_id), name in writers(events).items():
        if row_id in shown and field_id in columns:
            found.setdefault(row_id, {})[field_id] = name
    return found


def widths(session: Session, actor: Actor, table: Table) -> dict[str, int]:
    """The actor's own column widths here, in pixels by field id."""
    if actor.user_id is None:
        return {}
    row = session.get(ColumnWidths, (actor.user_id, table.place))
    return {**(table.view.widths if table.view else {}), **(row.widths if row else {})}


def save_widths(
    session: Session, actor: Actor, now: datetime, table: Table, given: Mapping[str, Any]
) -> dict[str, int]:
    """Keep widths for columns of this sheet beside those kept before; gives all of them."""
    known = table.opened.sheet.by_id
    own = {
        field_id: min(max(width, NARROWEST), WIDEST)
        for field_id, width in list(given.items())[:MOST_WIDTHS]
        if field_id in known and isinstance(width, int) and not isinstance(width, bool)
    }
    if actor.user_id is None:
        return own
    row = session.get(ColumnWidths, (actor.user_id, table.place))
    if row is None:
        row = ColumnWidths(user_id=actor.user_id, place=table.place, widths={}, updated_at=now)
        session.add(row)
    row.widths = {**row.widths, **own}
    row.updated_at = now
    return dict(row.widths)
