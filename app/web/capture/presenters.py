"""Points of a small map in plain values."""

from typing import Any

from app.domain.distances import Place
from app.domain.states import State
from app.services.around import Around


def points(here: Place | None, found: Around) -> dict[str, Any]:
    """Where the map begins, problems as [lat, lng, name, state], streets as [lat, lng, name]."""
    return {
        "here": here,
        "problems": [
            [row.lat, row.lng, row.address or row.category_name, State(row.state).label]
            for row in found.problems
        ],
        "places": [[row.lat, row.lng, row.short_name] for row in found.places],
    }
