"""The rows of a sheet on a map: points where they are few, clusters of a grid where many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, func, select
from sqlalchemy.orm import Session

from app.services.lists import ListRow
from app.services.table_kinds import list_rows
from app.services.table_state import Asked
from sheets.query.filtering import filtered

POINTS = 300  # so many are drawn one by one
ACROSS = 24  # cells of the grid along the longer side of the part looked at
MOST_CLUSTERS = ACROSS * ACROSS * 2
LISTED = 24
LEAST_SPAN = 0.0005  # degrees, some 50 m: a smaller part is no part
WITHOUT = 9_999  # rows without a position are counted so far


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the world in degrees of WGS-84."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Rows that lie close together: their middle, and how many they are."""

    lat: float
    lng: float
    number: int


@dataclass(frozen=True, slots=True)
class Points:
    """What a part of the map shows: single rows, or clusters; `total` rows lie in it."""

    rows: list[ListRow]
    clusters: list[Cluster]
    total: int


def is_mappable(state: Asked) -> bool:
    """Whether the actor may see positions at all."""
    return {"lat", "lng"} <= state.opened.sheet.by_id.keys()


def extent(session: Session, state: Asked) -> Box | None:
    """The part of the world where the rows of the query lie; None where none has a position."""
    lat, lng = _columns(state)
    asked = select(func.min(lat), func.min(lng), func.max(lat), func.max(lng))
    placed = [lat.is_not(None), lng.is_not(None)]
    south, west, north, east = session.execute(_in(state, asked, placed)).one()
    if south is None or west is None:
        return None
    return Box(float(south), float(west), float(north), float(east))


def without_position(session: Session, state: Asked) -> int:
    """How many rows of the query have no position, counted up to 9,999."""
    lat, lng = _columns(state)
    none = _in(state, select(state.opened.sheet.key), [lat.is_(None) | lng.is_(None)])
    return session.execute(
        select(func.count()).select_from(none.limit(WITHOUT).subquery())
    ).scalar_one()


def points_in(session: Session, now: datetime, state: Asked, box: Box) -> Points:
    """The rows within a part of the map, one by one up to 300, else as clusters of a grid."""
    lat, lng = _columns(state)
    inside = [lat.between(box.south, box.north), lng.between(box.west, box.east)]
    clusters = _clusters(session, state, box, inside)
    total = sum(cluster.number for cluster in clusters)
    if total > POINTS:
        return Points([], clusters, total)
    first = replace(state.query, after=None, skip=0, limit=POINTS)
    return Points(list_rows(session, now, state, first, inside).rows, [], total)


def listed(session: Session, now: datetime, state: Asked) -> tuple[list[ListRow], str | None]:
    """The rows with a position as a list, a page of them, and the `after` of the next."""
    lat, lng = _columns(state)
    placed = [lat.is_not(None), lng.is_not(None)]
    found = list_rows(session, now, state, replace(state.query, limit=LISTED), placed)
    return found.rows, found.next


def _clusters(
    session: Session, state: Asked, box: Box, inside: Sequence[ColumnElement[bool]]
) -> list[Cluster]:
    """Rows by cell of a square grid over the part, the fullest cells first."""
    lat, lng = _columns(state)
    size = max(box.north - box.south, box.east - box.west, LEAST_SPAN) / ACROSS
    row = cast(func.round((lat - box.south) / size), Integer).label("r")
    column = cast(func.round((lng - box.west) / size), Integer).label("c")
    cells = _in(state, select(row, column, lat.label("a"), lng.label("b")), inside).subquery()
    number = func.count().label("n")
    found = session.execute(
        select(func.avg(cells.c.a), func.avg(cells.c.b), number)
        .group_by(cells.c.r, cells.c.c)
        .order_by(number.desc())
        .limit(MOST_CLUSTERS)
    )
    return [Cluster(float(a), float(b), n) for a, b, n in found]


def _columns(state: Asked) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    sheet = state.opened.sheet
    return sheet.field("lat").column, sheet.field("lng").column


def _in(state: Asked, statement: Any, where: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The statement over the rows of the query that are in scope."""
    return filtered(statement, state.opened.sheet, state.query, (*state.opened.where, *where))
