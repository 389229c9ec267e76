"""Who wrote into a cell last, as the events of its problem tell it."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Event
from app.services.cells.writing import EVENT

MOST_ROWS, MOST_EVENTS = 100, 400
"""A name helps where a person looks at single cells; a block of conflicts does without."""


def changed_by(session: Session, problem_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """(problem id, field id) -> the name of who changed that cell last, where it is known."""
    if not problem_ids or len(problem_ids) > MOST_ROWS:
        return {}
    events = session.scalars(
        select(Event)
        .where(Event.problem_id.in_(problem_ids), Event.move == EVENT)
        .order_by(Event.id.desc())
        .limit(MOST_EVENTS)
    ).all()
    return writers(events[::-1])


def writers(events: Sequence[Event]) -> dict[tuple[int, str], str]:
    """(problem id, field id) -> a name, out of events in their order."""
    return {
        (event.problem_id, field_id): event.actor_name
        for event in events
        if event.move == EVENT
        for field_id in event.payload["fields"]
    }
