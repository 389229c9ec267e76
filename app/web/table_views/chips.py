"""The active conditions as chips, each to be taken away with one press."""

from dataclasses import replace
from typing import Any

from app.services.tables import view_state
from app.web.table_views import conditions
from app.web.table_views.conditions import Row
from app.web.table_views.place import Place
from sheets.fields.base import Lookup
from sheets.query import describe, parse_query


def chips(place: Place, lookup: Lookup) -> list[dict[str, Any]]:
    """The search, each condition that could be read, and the groups."""
    found = []
    if place.query.search:
        left = place.href(place.without(view_state.SEARCH))
        found.append({"label": f"搜索“{place.query.search}”", "href": left})
    for pair in place.state:
        rows = conditions.read(place.opened.sheet, [pair])
        if rows and (words := _words(place, rows[0], lookup)):
            found.append({"label": words, "href": place.dropping(pair)})
    grouped = dict(place.state).get("group", "")
    names = [
        place.opened.sheet.field(each).caption
        for each in grouped.split(",")
        if each in place.opened.sheet.by_id
    ]
    if names:
        left = place.href(place.without(view_state.GROUPS))
        found.append({"label": f"按{'、'.join(names)}分组", "href": left})
    return found


def _words(place: Place, row: Row, lookup: Lookup) -> str:
    """One condition as the sentence says it; nothing for one that could not be read."""
    pair = conditions.pair_of(place.opened.sheet, replace(row, group=""))
    alone = parse_query(place.opened.sheet, [pair] if pair else [])
    if alone.errors or not pair:
        return ""
    return describe(place.opened.sheet, alone, lookup)
