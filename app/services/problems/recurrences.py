"""A problem that came back: the new report and the old problem know of each other (A25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.happenings import RECURRED
from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.domain.states import State
from app.models import Event, Problem
from app.services import history
from app.services.lists.nearby import may_recur
from app.services.scope import load_visible, visible_to
from app.services.world import load_rules


@dataclass(frozen=True, slots=True)
class Recurrences:
    """What a problem came back from, and what came back of it, as far as the actor sees that."""

    of: Problem | None
    later: Sequence[Problem]


def check(
    session: Session, actor: Actor, now: datetime, problem_id: int | None, draft_id: int | None
) -> None:
    """What came back must be a visible problem that was signed off, and not too long ago.

    A draft keeps what it was linked with when that was allowed. Raises NotFound, Invalid.
    """
    if problem_id is None:
        return
    draft = session.get(Problem, draft_id) if draft_id is not None else None
    if draft is not None and draft.recurrence_of_id == problem_id:
        return
    days = load_rules(session).recurrence_days
    if not may_recur(load_visible(session, actor, problem_id), now, days):
        sentence = f"“复发”只能关联 {days} 天内销号的问题，请重新选择。"
        raise Invalid("recurrence.not_closed", sentence)


def tell_the_old(session: Session, actor: Actor, now: datetime, problem_id: int) -> None:
    """Write into the history of the old problem that it came back as this one; once."""
    new = session.get_one(Problem, problem_id)
    if new.recurrence_of_id is None:
        return
    old = session.get_one(Problem, new.recurrence_of_id, with_for_update=True)
    if problem_id in _told(session, old.id):
        return
    state = State(old.state)
    history.record(
        session,
        problem_id=old.id,
        move=RECURRED,
        from_state=state,
        to_state=state,
        actor=actor,
        now=now,
        payload={"recurrence_id": problem_id},
    )


def of(session: Session, actor: Actor, problem: Problem) -> Recurrences:
    """Both directions, for the page of a problem."""
    later = _told(session, problem.id)
    wanted = {problem.recurrence_of_id, *later} - {None}
    if not wanted:
        return Recurrences(None, ())
    rows = session.scalars(select(Problem).where(Problem.id.in_(wanted), visible_to(actor)))
    seen = {row.id: row for row in rows}
    return Recurrences(
        seen.get(problem.recurrence_of_id or 0),
        [seen[problem_id] for problem_id in later if problem_id in seen],
    )


def _told(session: Session, problem_id: int) -> list[int]:
    """The problems that the history of an old one names as its recurrences."""
    wanted = select(Event.payload).where(Event.problem_id == problem_id, Event.move == RECURRED)
    rows = session.scalars(wanted.order_by(Event.seq))
    return [int(payload["recurrence_id"]) for payload in rows if "recurrence_id" in payload]
