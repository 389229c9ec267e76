"""A sheet shown otherwise than as a grid: which template draws it, and of what."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.services.lists.pages import ListRow
from app.services.super_table import section_sheets
from app.services.tables import kinds
from app.services.tables.kinds import Pair
from app.services.tables.state import Asked
from app.web import cards, patience, presenting
from app.web.patience import Slow
from app.web.table_views import boards, calendars, maps, presenters
from app.web.table_views.place import Place

Drawn = dict[str, Any]
COUNTING = frozenset({"board", "map", "calendar"})


def kind_of(asked: Asked) -> str:
    """How the address or its view wants the rows shown."""
    return Place(asked.opened, asked.query, asked.view).kind


def show_kind(session: Session, actor: Actor, now: datetime, asked: Asked) -> tuple[str, Drawn]:
    """The template of a kind other than the grid, and everything it draws."""
    place = Place(asked.opened, asked.query, asked.view)
    kind = place.kind if place.kind in SHOWN else "cards"
    if kind == "form" and not presenters.may_fill(asked.opened, actor):
        kind = "cards"
    template, draw = SHOWN[kind]
    drawn = patience.part(
        session, actor, asked, "kind", lambda: draw(session, actor, now, asked, place)
    )
    slow = isinstance(drawn, Slow)
    toolbar = presenters.toolbar(session, actor, asked.opened, asked.query, asked.view)
    page = {
        "name": asked.opened.name,
        "sheets": _sheets(session, actor, asked.opened.id),
        "toolbar": toolbar,
        "said": asked.sentence,
        "slow": drawn if slow else None,
        "counts_all": kind in COUNTING and not slow and patience.reads_all(session, asked),
        "clear_href": toolbar["clear_href"] if asked.query.is_filtered else "",
    }
    return template, page if isinstance(drawn, Slow) else page | drawn


def _sheets(session: Session, actor: Actor, current: int) -> list[Drawn]:
    return [
        {
            "name": row.name,
            "href": url_for("table.show", sheet_id=row.id),
            "current": row.id == current,
        }
        for row in section_sheets.sheets_of(session, actor)
    ]


def pages(place: Place, following: str | None) -> Drawn:
    """Addresses of the first page and the next."""
    state = place.state
    return {
        "first": place.href(state) if place.query.after else None,
        "next": place.href(state, [("after", following)]) if following else None,
    }


def _cards(session: Session, _actor: Actor, now: datetime, asked: Asked, place: Place) -> Drawn:
    found = kinds.list_cards(session, now, asked)
    return {"cards": [cards.card(row) for row in found.rows], "pager": pages(place, found.next)}


def _form(session: Session, _actor: Actor, now: datetime, asked: Asked, place: Place) -> Drawn:
    """Cards that lead to the phone form of each row."""
    found = kinds.list_cards(session, now, asked)
    drawn = [cards.card(row, href=_form_href(asked, row)) for row in found.rows]
    return {"cards": drawn, "pager": pages(place, found.next)}


def _form_href(asked: Asked, row: ListRow) -> str:
    return url_for("sheet_admin.form", sheet_id=asked.opened.id, problem_id=row.id)


def _gallery(session: Session, _actor: Actor, now: datetime, asked: Asked, place: Place) -> Drawn:
    found, following = kinds.list_pairs(session, now, asked)
    return {"pairs": [_pair(each) for each in found], "pager": pages(place, following)}


def _pair(pair: Pair) -> Drawn:
    row = pair.row
    name = cards.title(row.values)
    return {
        "card": cards.card(row),
        "before": presenting.photo(pair.before, name) if pair.before else None,
        "after": presenting.photo(pair.after, name) if pair.after else None,
        "note": presenting.between(pair.before, pair.after),
    }


def _board(session: Session, actor: Actor, now: datetime, asked: Asked, place: Place) -> Drawn:
    return boards.board(session, actor, now, asked, place)


def _map(session: Session, _actor: Actor, now: datetime, asked: Asked, place: Place) -> Drawn:
    drawn, following = maps.page(session, now, asked)
    return drawn | {"pager": pages(place, following)}


def _calendar(session: Session, _actor: Actor, now: datetime, asked: Asked, place: Place) -> Drawn:
    return calendars.page(session, now, asked, place)


SHOWN: dict[str, tuple[str, Callable[[Session, Actor, datetime, Asked, Place], Drawn]]] = {
    "cards": ("table_views/cards.html", _cards),
    "board": ("table_views/board.html", _board),
    "gallery": ("table_views/gallery.html", _gallery),
    "map": ("table_views/map.html", _map),
    "calendar": ("table_views/calendar.html", _calendar),
    "form": ("table_views/cards.html", _form),
}
