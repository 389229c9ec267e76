"""The rows of a sheet on a map: points where they are few, clusters of a grid where many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, func, select
from sqlalchemy.orm import Session

from app.services.lists.pages import ListRow
from app.services.tables.kinds import list_rows
from app.services.tables.state import Asked
from sheets.query.filtering import filtered

POINTS = 300  # so many are drawn one by one
ACROSS = 24  # cells of the grid along the longer side of the part looked at
MOST_CLUSTERS = ACROSS * ACROSS * 2
LISTED = 24
LEAST_SPAN = 0.0005  # degrees, some 50 m: a smaller part is no part
FINE = 200  # cells a degree, some 500 m across, when all rows are read at once
MOST_CELLS = 20_000


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


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole map at first sight; `extent` is None where no row has a position."""

    extent: Box | None
    without: int
    points: Points


def is_mappable(state: Asked) -> bool:
    """Whether the actor may see positions at all."""
    return {"lat", "lng"} <= state.opened.sheet.by_id.keys()


def overview(session: Session, now: datetime, state: Asked) -> Overview:
    """All rows of the query on the map, read once: where they lie, how many, and the marks."""
    lat, lng = _columns(state)
    row = cast(func.round(lat * FINE), Integer).label("r")
    column = cast(func.round(lng * FINE), Integer).label("c")
    cells = _in(state, select(row, column, lat.label("a"), lng.label("b")), ()).subquery()
    a, b = cells.c.a, cells.c.b
    figures = (func.min(a), func.min(b), func.max(a), func.max(b), func.avg(a), func.avg(b))
    found = session.execute(
        select(cells.c.r, cells.c.c, func.count(), *figures)
        .group_by(cells.c.r, cells.c.c)
        .order_by(func.count().desc())
        .limit(MOST_CELLS)
    ).all()
    placed = [each for each in found if each[0] is not None and each[1] is not None]
    without = sum(each[2] for each in found) - sum(each[2] for each in placed)
    if not placed:
        return Overview(None, without, Points([], [], 0))
    sides = [[float(each[place]) for each in placed] for place in range(3, 7)]
    box = Box(min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3]))
    total = sum(each[2] for each in placed)
    if total <= POINTS:
        return Overview(box, without, points_in(session, now, state, box))
    fine = [Cluster(float(each[7]), float(each[8]), each[2]) for each in placed]
    return Overview(box, without, Points([], _merged(fine, box), total))


def _merged(fine: Sequence[Cluster], box: Box) -> list[Cluster]:
    """Small clusters taken together by the cells of a coarser grid over the part."""
    size = max(box.north - box.south, box.east - box.west, LEAST_SPAN) / ACROSS
    cells: dict[tuple[int, int], list[Cluster]] = {}
    for each in fine:
        place = (round((each.lat - box.south) / size), round((each.lng - box.west) / size))
        cells.setdefault(place, []).append(each)
    return [_together(members) for members in cells.values()]


def _together(members: Sequence[Cluster]) -> Cluster:
    number = sum(each.number for each in members)
    lat = sum(each.lat * each.number for each in members) / number
    lng = sum(each.lng * each.number for each in members) / number
    return Cluster(lat, lng, number)


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
