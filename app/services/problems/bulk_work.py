"""The worker's side of a bulk move: one problem after another, each in its own transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.refusals import NotAllowed, Refusal
from app.domain.workflow import find
from app.models import BulkMove
from app.services.actors import actor_of
from app.services.long_work import Sessions, TakenAway
from app.services.problems.bulk_given import filled, given_from, leads_of_categories
from app.services.problems.bulk_moves import AT_WORK, DONE, FAILED, RUNNING
from app.services.scope import load_visible
from app.services.workflow.facts import facts_of
from app.services.workflow.moves import Outcome, perform


@dataclass(frozen=True, slots=True)
class Hands:
    """What the work needs; `hold` says the worker lives, and False when its job was taken away."""

    sessions: Sessions
    now: Callable[[], datetime]
    hold: Callable[[Session], bool]


def work(hands: Hands, bulk_id: int) -> None:
    """Do what is left of a bulk move; nothing for one that has ended.

    A result is written with the move itself, so whoever continues after a kill knows exactly
    what is done.  Raises TakenAway.
    """
    with hands.sessions.writing() as session:
        _hold(hands, session)
        if not _mark(session, bulk_id, RUNNING):
            return
        bulk = session.get_one(BulkMove, bulk_id)
        known = {result["id"] for result in bulk.results}
        left = [pair for pair in bulk.problems if pair[0] not in known]
    for problem_id, version in left:
        _one(hands, bulk_id, problem_id, version)
    with hands.sessions.writing() as session:
        _hold(hands, session)
        _mark(session, bulk_id, DONE, hands.now())


def say_failed(session: Session, bulk_id: int, now: datetime) -> None:
    """There will be no other try: what is left can be asked for anew."""
    _mark(session, bulk_id, FAILED, now)


def _one(hands: Hands, bulk_id: int, problem_id: int, version: int) -> None:
    try:
        with hands.sessions.writing() as session:
            _hold(hands, session)
            outcome = _perform(session, hands.now(), bulk_id, problem_id, version)
            _keep(session, bulk_id, problem_id, f"现在是“{outcome.state.label}”", done=True)
    except Refusal as refusal:
        with hands.sessions.writing() as session:
            _hold(hands, session)
            _keep(session, bulk_id, problem_id, refusal.sentence, done=False)


def _perform(
    session: Session, now: datetime, bulk_id: int, problem_id: int, version: int
) -> Outcome:
    bulk = session.get_one(BulkMove, bulk_id)
    actor = actor_of(session, bulk.user_id, now)
    if actor is None:
        raise NotAllowed("bulk.account", "办理人的账号已停用，没有办理。")
    move = find(bulk.move)
    facts = facts_of(session, load_visible(session, actor, problem_id))
    given = given_from(bulk.given)
    lead = leads_of_categories(session).get(given.category_id or facts.category_id or 0)
    return perform(
        session,
        actor,
        now,
        problem_id,
        move.id,
        filled(move, given, facts, lead),
        version=version,
        key=f"bulk {bulk_id}:{problem_id}",
    )


def _keep(session: Session, bulk_id: int, problem_id: int, text: str, *, done: bool) -> None:
    bulk = session.get_one(BulkMove, bulk_id)
    result: dict[str, Any] = {"id": problem_id, "done": done, "text": text}
    bulk.results = [*bulk.results, result]


def _hold(hands: Hands, session: Session) -> None:
    if not hands.hold(session):
        raise TakenAway


def _mark(session: Session, bulk_id: int, status: str, now: datetime | None = None) -> bool:
    """Say how far a bulk move is; False when it had ended before."""
    row = session.scalar(
        update(BulkMove)
        .where(BulkMove.id == bulk_id, BulkMove.status.in_(AT_WORK))
        .values(status=status, finished_at=now)
        .returning(BulkMove.id)
        .execution_options(synchronize_session=False)
    )
    return row is not None
