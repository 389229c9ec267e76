"""Photos that are added to a problem somebody has reported already (T25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.facts import Given
from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.domain.states import Phase, State
from app.models import Photo, Problem
from app.services import idempotency
from app.services.evidence import intake
from app.services.scope import load_visible
from app.services.workflow.moves import Outcome, perform
from app.services.world import load_rules

MOVE = "add_evidence"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is said with the photos; `draft_id` is the draft whose photos go along."""

    text: str = ""
    draft_id: int | None = None
    client_at: datetime | None = None


def add_evidence(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    evidence: Evidence,
    *,
    photo_ids: Sequence[str] = (),
    key: str | None = None,
) -> Outcome:
    """Make photos evidence of an open problem, with an event that says who added what.

    Raises Invalid when there is no photo, or more than the problem may have. The same key
    again gives the same answer.
    """
    parts = {
        "problem": problem_id,
        "move": MOVE,
        "text": evidence.text,
        "draft": evidence.draft_id,
        "photos": photo_ids,
    }
    claimed = idempotency.claim(session, actor, key, parts, now)
    if claimed.earlier is not None:
        earlier = {**claimed.earlier, "state": State(claimed.earlier["state"])}
        return Outcome(**{**earlier, "repeated": True})
    problem = load_visible(session, actor, problem_id)
    ids = [*_taken_off(session, actor, evidence.draft_id), *photo_ids]
    _check_room(session, problem, len(ids))
    given = Given(text=evidence.text, client_at=evidence.client_at)
    outcome = perform(session, actor, now, problem_id, MOVE, given, photo_ids=ids)
    claimed.keep(outcome.as_result())
    return outcome


def _taken_off(session: Session, actor: Actor, draft_id: int | None) -> list[str]:
    """The photos of one's own draft, free again for the problem they really show."""
    if draft_id is None:
        return []
    if load_visible(session, actor, draft_id).state != State.DRAFT.value:
        return []
    wanted = select(Photo.id).where(Photo.problem_id == draft_id).order_by(Photo.position)
    ids = list(session.scalars(wanted))
    intake.release(session, actor, draft_id, ids)
    return ids


def _check_room(session: Session, problem: Problem, more: int) -> None:
    most = load_rules(session).photos_per_phase
    has = session.scalar(
        select(func.count())
        .select_from(Photo)
        .where(Photo.problem_id == problem.id, Photo.phase == Phase.BEFORE.value)
    )
    room = max(most - (has or 0), 0)
    if more <= room:
        return
    name = problem.number or f"待编号问题 {problem.id}"
    sentence = f"{name} 已有 {has} 张整改前照片，最多 {most} 张，"
    sentence += (
        f"还可补充 {room} 张，请去掉多出的照片。" if room else "不能再补充；原有照片在问题页查看。"
    )
    raise Invalid("evidence.full", sentence, fields={"photos": sentence})
