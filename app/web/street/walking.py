"""Today's list and the walk of the day, as one comes to them on foot, in plain values."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from app.domain.distances import Place
from app.domain.roles import Actor
from app.services.lists import pages, routes
from app.services.lists.pages import ListPage, ListRow
from app.services.lists.routes import Stop
from app.web import cards
from app.web.form_fields import number, whole
from app.web.street import presenters

PAGE = 50
MOST_UNPLACED = 20
TENS, KILOMETRE = 10, 1000  # metres; nobody walks by the single one
LAST_NORTH, LAST_EAST = 90, 180  # degrees
HOW = "步行按直线距离的 1.3 倍估算。"


def here() -> Place | None:
    """Where the phone is: ?at=lat,lng in degrees WGS-84. It is read and forgotten."""
    lat, _, lng = request.args.get("at", "").partition(",")
    north, east = number(lat), number(lng)
    if north is None or east is None or abs(north) > LAST_NORTH or abs(east) > LAST_EAST:
        return None
    return north, east


def on_foot(metres: int) -> str:
    """步行约 350 米, 步行约 1.2 公里."""
    if metres < KILOMETRE:
        return f"步行约 {max(TENS, round(metres / TENS) * TENS)} 米"
    return f"步行约 {metres / KILOMETRE:.1f} 公里"


def today(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """Today's list: by deadline, and within a day by distance where the phone says where it is."""
    place = here()
    total = pages.count_queue(session, actor, now, routes.QUEUE)
    if place is None:
        pairs = request.args.items(multi=True)
        page = pages.list_problems(session, actor, now, routes.QUEUE, pairs)
        return presenters.today(page, total) | _ways(total)
    ordered = routes.nearest_first(routes.tasks(session, actor, now), place)
    first = whole(request.args.get("from")) or 0
    ids = list(ordered)[first : first + PAGE]
    page = _only(session, actor, now, ids)
    made = presenters.today(page, total)
    metres = {row.id: ordered[row.id] for row in page.rows}
    made["cards"] = [
        replace(card, meta=_distance(metres[row.id]))
        for row, card in zip(page.rows, made["cards"], strict=True)
    ]
    if len(ordered) > first + PAGE:
        made["next"] = url_for("street.today", at=request.args["at"]) + f"&from={first + PAGE}"
    return made | _ways(total) | {"sorted": True, "how": HOW}


def _ways(total: int) -> dict[str, Any]:
    return {
        "sorted": False,
        "how": "",
        "walk_href": url_for("street.walk", at=request.args.get("at")) if total > 1 else None,
        "here_href": url_for("street.today"),
    }


def _distance(metres: int | None) -> str:
    return "没有定位" if metres is None else on_foot(metres)


def _only(session: Session, actor: Actor, now: datetime, ids: Sequence[int]) -> ListPage:
    """The rows of these problems, in this order."""
    pairs = [("limit", str(PAGE))]
    page = pages.list_problems(session, actor, now, routes.QUEUE, pairs, only=ids)
    by_id = {row.id: row for row in page.rows}
    return replace(page, rows=[by_id[each] for each in ids if each in by_id], next=None)


def walk(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """The stops with their numbers, for the map and for the list beside it."""
    place = here()
    found = routes.walk(routes.tasks(session, actor, now), place)
    stops = {stop.id: stop for stop in found.stops}
    rows = {row.id: row for row in _only(session, actor, now, list(stops)).rows}
    unplaced = _only(session, actor, now, found.unplaced[:MOST_UNPLACED]).rows
    numbered = [
        _stop(at, stops[each], rows[each])
        for at, each in enumerate((each for each in stops if each in rows), 1)
    ]
    return {
        "stops": numbered,
        "unplaced": [presenters.task(row) for row in unplaced],
        "more_unplaced": max(len(found.unplaced) - MOST_UNPLACED, 0),
        "left_over": found.left_over,
        "whole": on_foot(found.metres) if found.metres else "",
        "from_here": place is not None,
        "how": HOW,
        "here_href": url_for("street.walk"),
        "today_href": url_for("street.today", at=request.args.get("at")),
        "map": {
            "here": list(place) if place else None,
            "stops": [
                {"number": each["number"], "at": each["at"], "title": each["card"].title,
                 "place": each["card"].place, "href": each["card"].href}
                for each in numbered
            ],
        },
    }  # fmt: skip


def _stop(at: int, stop: Stop, row: ListRow) -> dict[str, Any]:
    card: cards.Card = presenters.task(row)
    way = on_foot(stop.metres) if stop.metres is not None else ""
    return {"number": at, "card": replace(card, meta=way), "at": list(stop.place)}
