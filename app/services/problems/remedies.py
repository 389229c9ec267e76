"""What one wrote the last time that a problem of a kind was put right."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.models import Problem
from app.services.scope import visible_to

HIDDEN = "remedy"


def last_words(session: Session, actor: Actor, category_id: int | None, *, but: int) -> str:
    """One's own last 解决方案 for this kind, of another problem than `but`; empty if there is none.

    Nobody is handed another person's words as his own, nor what a rule hides from him.
    """
    if category_id is None or actor.user_id is None or HIDDEN in actor.rights.hidden:
        return ""
    words = session.scalar(
        select(Problem.remedy)
        .where(
            visible_to(actor),
            Problem.category_id == category_id,
            Problem.submitted_by_id == actor.user_id,
            Problem.id != but,
            Problem.remedy != "",
        )
        .order_by(Problem.submitted_at.desc(), Problem.id.desc())
        .limit(1)
    )
    return words or ""
