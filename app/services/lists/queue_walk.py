"""Walking through a queue one problem at a time: which stands before this one, and which after."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.services.lists import pages
from app.services.scope import visible_to
from app.services.world import circumstances
from sheets.query import fetch

FARTHEST = 500  # problems one walks through at most; then one begins at the front again


@dataclass(frozen=True, slots=True)
class Step:
    """A problem's neighbours in a queue, and which of how many it is.

    `place` counts from 1 and is 0 for a problem that does not stand in the queue (any more);
    its `next` is then the first. `more` when there are more than were looked at.
    """

    previous: int | None = None
    next: int | None = None
    place: int = 0
    total: int = 0
    more: bool = False


def step_at(
    session: Session,
    actor: Actor,
    now: datetime,
    queue_id: str,
    problem_id: int,
    query_pairs: Iterable[tuple[str, str]] = (),
) -> Step:
    """Where a problem stands in a queue as this actor sees it, in the order the URL asks for."""
    queue, sheet, query = pages.prepared(session, actor, queue_id, query_pairs, now)
    scope = [visible_to(actor), queue.where(actor, circumstances(session, now))]
    whole = replace(query, after=None, limit=FARTHEST)
    page = fetch(session.connection(), sheet, whole, scope, ("serial",))
    ids = [row.key for row in page.rows]
    if problem_id not in ids:
        return Step(next=ids[0] if ids else None, total=len(ids), more=page.has_more)
    at = ids.index(problem_id)
    return Step(
        previous=ids[at - 1] if at else None,
        next=ids[at + 1] if at + 1 < len(ids) else None,
        place=at + 1,
        total=len(ids),
        more=page.has_more,
    )
