"""Points of a small map in plain values."""

from typing import Any

from app.domain.states import State
from app.services.around import Around


def points(found: Around) -> dict[str, Any]:
    """Problems as [lat, lng, name, state], streets as [lat, lng, name]."""
    return {
        "problems": [
            [row.lat, row.lng, row.address or row.category_name, State(row.state).label]
            for row in found.problems
        ],
        "places": [[row.lat, row.lng, row.short_name] for row in found.places],
    }


def nothing() -> dict[str, Any]:
    """A map without a single point."""
    return points(Around([], []))
