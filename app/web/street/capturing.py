"""What the viewfinder is told: the words of the stamp it shows, and the photos it lays over."""

from typing import Any

from app.domain.roles import Actor
from app.domain.states import Phase
from app.services.problems.shown import Detail
from app.web import presenting

LONGEST_SIDE = 2560  # pixels, as long as a stamped copy; more costs the network minutes


def told(actor: Actor, phase: Phase, detail: Detail | None = None) -> dict[str, Any]:
    """Plain values for components/capture.html and its script.

    `ghosts` are the photos from before that one for afterwards is lined up with.
    """
    problem = detail.problem if detail else None
    shown = detail.before if detail and phase is Phase.AFTER else []
    return {
        "phase": phase.value,
        "phase_label": phase.label,
        "number": problem.number if problem and problem.number else "",
        "address": problem.address if problem else "",
        "unit": f"{actor.org_name} {actor.name}".strip(),
        "longest": LONGEST_SIDE,
        "ghosts": [each["thumb_href"] for each in presenting.photos(shown)],
    }
