"""Verdicts that can still be taken back (T24): what stood before them, kept with their event."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from app.domain.facts import Verdict
from app.domain.guards import TAKE_BACK_GRACE
from app.domain.roles import Actor
from app.domain.rules import Rules
from app.domain.states import State
from app.domain.workflow import VERDICTS
from app.models import Event, Problem
from app.services.workflow.kept_columns import from_plain, to_plain

BEFORE = "before"  # in the payload of a verdict's event
PASSED = frozenset({State.PRE_SIGNED_OFF.value, State.SIGNED_OFF.value})
SENT_BACK = frozenset({State.LISTED.value, State.URGENT_LISTED.value, State.DEFERRED.value})


def before(problem: Problem, written: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a verdict is about to write, as they stand, for its event."""
    columns = {name: to_plain(getattr(problem, name)) for name in sorted(written)}
    return {BEFORE: {"version": problem.version, "columns": columns}}


def verdict_on(session: Session, problem: Problem) -> Verdict | None:
    """The verdict that is the last thing that happened to a problem, else None."""
    sent_back = problem.state in SENT_BACK and problem.returned_count > 0
    if problem.state not in PASSED and not sent_back:
        return None
    event = session.scalar(
        select(Event).where(Event.problem_id == problem.id).order_by(Event.seq.desc()).limit(1)
    )
    if event is None or event.move not in VERDICTS or event.from_state is None:
        return None
    kept = event.payload.get(BEFORE)
    if not kept or kept["version"] + 1 != problem.version:  # something else was written since
        return None
    return Verdict(
        move=event.move,
        by_id=event.actor_id,
        at=event.at,
        from_state=State(event.from_state),
        columns={name: from_plain(name, value) for name, value in kept["columns"].items()},
    )


def window(rules: Rules) -> timedelta:
    """For how long a verdict can be taken back, the way of the press included."""
    if not rules.take_back_seconds:
        return timedelta(0)
    return timedelta(seconds=rules.take_back_seconds) + TAKE_BACK_GRACE


def latest(
    session: Session, actor: Actor, now: datetime, rules: Rules, problem_id: int | None = None
) -> Event | None:
    """The actor's last verdict, while it is fresh and nothing has happened to the problem since.

    Of this problem, where one is named.
    """
    length = window(rules)
    if actor.user_id is None or not length:
        return None
    later = aliased(Event)
    here = [Event.problem_id == problem_id] if problem_id is not None else []
    followed = select(later.id).where(later.problem_id == Event.problem_id, later.seq > Event.seq)
    return session.scalar(
        select(Event)
        .where(
            Event.at > now - length,
            Event.actor_id == actor.user_id,
            Event.move.in_(VERDICTS),
            ~followed.exists(),
            *here,
        )
        .order_by(Event.id.desc())
        .limit(1)
    )


def quiet_from(session: Session, now: datetime, rules: Rules) -> datetime:
    """When no 销号 made until now can be taken back any more; now, if none can."""
    fresh = select(Problem.id).where(Problem.signed_off_at > now - window(rules)).limit(1)
    return now + window(rules) if session.scalar(fresh) is not None else now


def settled(now: datetime, rules: Rules) -> ColumnElement[bool]:
    """The condition on `problem`: its 销号 can no longer be taken back."""
    until = now - window(rules)
    return or_(Problem.signed_off_at.is_(None), Problem.signed_off_at <= until)
