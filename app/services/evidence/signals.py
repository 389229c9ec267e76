"""What was found to speak against photos, as the city wants to see it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.signals import SignalKind, level_of
from app.domain.states import Phase
from app.models import Photo, PhotoLikeness, PhotoSignal, Problem
from app.services.scope import visible_to
from app.services.world import load_rules

AT_ONCE = 1_000


def signals_of(session: Session, photo_ids: Sequence[str]) -> dict[str, list[PhotoSignal]]:
    """Photo id -> its signals that the city still wants to see, in the order of their kinds."""
    rules, order = load_rules(session), list(SignalKind)
    rows = session.scalars(select(PhotoSignal).where(PhotoSignal.photo_id.in_(photo_ids)))
    found: dict[str, list[PhotoSignal]] = {}
    for row in sorted(rows, key=lambda one: order.index(SignalKind(one.kind))):
        if level_of(rules, SignalKind(row.kind)) != "off":
            found.setdefault(row.photo_id, []).append(row)
    return found


def forbidding(session: Session, problem: Problem) -> tuple[str, ...]:
    """The names of signals with which the problem's present photos may not pass."""
    kinds = _blocking(session)
    if not kinds:
        return ()
    rows = session.scalars(
        select(PhotoSignal.kind)
        .join(Photo, Photo.id == PhotoSignal.photo_id)
        .where(*_judged_now(problem), PhotoSignal.kind.in_([kind.value for kind in kinds]))
    )
    found = set(rows)
    return tuple(kind.label for kind in kinds if kind.value in found)


def unexamined(session: Session, problem: Problem) -> int:
    """How many of the problem's present photos are still to be looked over before it may pass.

    None where no signal forbids anything: nobody waits for what he may overrule.
    """
    if not _blocking(session):
        return 0
    count = select(func.count()).select_from(Photo)
    return session.execute(
        count.where(*_judged_now(problem), Photo.examined_at.is_(None))
    ).scalar_one()


def _blocking(session: Session) -> list[SignalKind]:
    rules = load_rules(session)
    return [kind for kind in SignalKind if level_of(rules, kind) == "block"]


def _judged_now(problem: Problem) -> tuple[ColumnElement[bool], ...]:
    """The photos of the rectification that was submitted last."""
    return (
        Photo.problem_id == problem.id,
        Photo.phase == Phase.AFTER.value,
        Photo.round == problem.round,
    )


def twin_of(
    session: Session, actor: Actor, photo_id: str
) -> tuple[Photo, Problem] | tuple[None, None]:
    """The photo that caused a signal and its problem, where the actor may see that."""
    found = session.execute(
        select(Photo, Problem)
        .join(Problem, Problem.id == Photo.problem_id)
        .where(Photo.id == photo_id, visible_to(actor))
    ).first()
    return (found[0], found[1]) if found else (None, None)


def forget(session: Session, photo_ids: Sequence[str]) -> None:
    """These photos are no evidence any more: what was found of them, and by them, goes.

    Attached again, they are examined anew.
    """
    for start in range(0, len(photo_ids), AT_ONCE):
        some = photo_ids[start : start + AT_ONCE]
        doubts = or_(PhotoSignal.photo_id.in_(some), PhotoSignal.twin_id.in_(some))
        for statement in (
            delete(PhotoSignal).where(doubts),
            delete(PhotoLikeness).where(PhotoLikeness.photo_id.in_(some)),
            update(Photo).where(Photo.id.in_(some)).values(examined_at=None),
        ):
            session.execute(statement.execution_options(synchronize_session="fetch"))
