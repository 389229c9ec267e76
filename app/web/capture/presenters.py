"""Points of a small map in plain values."""

from typing import Any

from app.domain.distances import Place
from app.domain.states import State
from app.models import Problem
from app.services.lists.around import Around


def points(here: Place | None, found: Around) -> dict[str, Any]:
    """Where the map begins, problems as [lat, lng, name, state], streets as [lat, lng, name]."""
    return {
        "here": here,
        "problems": [
            [row.lat, row.lng, _short(row, found), State(row.state).label] for row in found.problems
        ],
        "places": [[row.lat, row.lng, row.short_name] for row in found.places],
    }


def _short(row: Problem, found: Around) -> str:
    """The address without the street's own name, which half of the marks would repeat."""
    names = [place.short_name for place in found.places if place.id == row.street_id]
    return row.address.removeprefix(names[0] if names else "") or row.category_name
