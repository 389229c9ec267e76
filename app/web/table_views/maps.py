"""A map in plain values: points or clusters for the script, the same rows as a list beneath."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from app.domain.roles import OrgType
from app.services.lists.pages import ListRow
from app.services.problems import shown
from app.services.tables import on_map
from app.services.tables.on_map import Box, Overview, Points
from app.services.tables.state import Asked
from app.web import cards

SIDES = 4
AROUND = 0.01  # degrees, about a kilometre
SHAPES = {
    "signed_off": "done", "void": "closed", "deferred": "paused", "urgent_listed": "urgent",
    "urgent_review": "urgent", "submitted": "waiting", "pre_signed_off": "waiting",
}  # fmt: skip
"""The shape of a state's mark; all others are open."""
LEGEND = (
    ("open", "待办理"), ("urgent", "紧急"), ("waiting", "待核查、待销号"), ("paused", "挂号"),
    ("done", "销号"), ("closed", "作废"),
)  # fmt: skip


def page(session: Session, now: datetime, asked: Asked) -> tuple[dict[str, Any], str | None]:
    """What table_views/map.html draws, and the `after` of the list's next page."""
    if not on_map.is_mappable(asked):
        return {"map": None, "cards": []}, None
    found = on_map.overview(session, now, asked)
    rows, following = on_map.listed(session, now, asked)
    return {
        "map": _map(session, asked, found) if found.extent else None,
        "legend": LEGEND,
        "without": f"{found.without:,}",
        "has_without": found.without > 0,
        "may_map": True,
        "cards": [cards.card(row) for row in rows],
    }, following


def _map(session: Session, asked: Asked, found: Overview) -> dict[str, Any]:
    """What the script is told."""
    extent = found.extent
    return points(found.points) | {
        "extent": [extent.south, extent.west, extent.north, extent.east] if extent else [],
        "href": url_for("table_views.points", sheet_id=asked.opened.id),
        "stop": url_for("table.stop"),
        "csrf": generate_csrf(),
        "places": _places(session, extent),
        "query": [pair for pair in asked.query.typed if pair[0] not in {"after", "skip"}],
    }


def _places(session: Session, extent: Box | None) -> list[tuple[float, float, str]]:
    """Streets and districts near the points, to find one's way on a ground without streets."""
    if extent is None:
        return []
    wide, high = extent.east - extent.west + AROUND, extent.north - extent.south + AROUND
    return [
        (float(row.lat), float(row.lng), row.short_name)
        for row in shown.organisations(session, OrgType.STREET.value, OrgType.ZONE.value)
        if row.lat is not None and row.lng is not None
        and extent.south - high < row.lat < extent.north + high
        and extent.west - wide < row.lng < extent.east + wide
    ]  # fmt: skip


def points(found: Points) -> dict[str, Any]:
    """Points as the script wants them."""
    return {
        "points": [_point(row) for row in found.rows],
        "clusters": [[each.lat, each.lng, each.number] for each in found.clusters],
        "total": found.total,
    }


def _point(row: ListRow) -> dict[str, Any]:
    state = str(row.values["state"] or "")
    return {
        "at": [float(row.values["lat"]), float(row.values["lng"])],
        "shape": SHAPES.get(state, "open"),
        "title": cards.title(row.values),
        "place": cards.place(row.shown),
        "state": row.shown["state"],
        "clock": row.reading.text if row.reading else "",
        "href": cards.problem_href(row),
    }


def box_of(raw: str) -> Box | None:
    """A part of the map written south,west,north,east; None for anything else."""
    parts = raw.split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    if len(numbers) != SIDES or not all(abs(number) <= 360 for number in numbers):  # noqa: PLR2004
        return None
    south, west, north, east = numbers
    return Box(south, west, north, east) if south < north and west < east else None
