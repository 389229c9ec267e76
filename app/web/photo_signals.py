"""What speaks against the photos of a problem, in plain values for whoever judges them."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.signals import SignalKind
from app.domain.states import Phase
from app.models import Photo, PhotoSignal
from app.services.evidence import signals as photo_signals
from app.services.problems.shown import Detail
from app.web import presenting


def signals(session: Session, actor: Actor, detail: Detail) -> dict[str, Any]:
    """The signals of the photos that are judged now, and how many are still to be looked at."""
    photos = [*detail.after, *detail.before] if detail.after else list(detail.before)
    found = photo_signals.signals_of(session, [photo.id for photo in photos])
    forbidden = set(detail.facts.forbidden_by)
    shown = [
        _signal(session, actor, photo, _place(detail, photo), one, forbidden)
        for photo in photos
        for one in found.get(photo.id, [])
    ]
    return {
        "found": shown,
        "waiting": sum(photo.examined_at is None for photo in photos),
        "must_wait": detail.facts.unexamined > 0,
    }


def _place(detail: Detail, photo: Photo) -> str:
    row: Sequence[Photo] = detail.after if photo.phase == Phase.AFTER.value else detail.before
    return f"{Phase(photo.phase).label}第 {row.index(photo) + 1} 张"


def _signal(
    session: Session, actor: Actor, photo: Photo, place: str, one: PhotoSignal, forbidden: set[str]
) -> dict[str, Any]:
    kind = SignalKind(one.kind)
    return {
        "label": kind.label,
        "place": place,
        "text": one.text,
        "forbids": kind.label in forbidden and photo.phase == Phase.AFTER.value,
        "photo": presenting.photo(photo),
        "twin": _twin(session, actor, one.twin_id) if one.twin_id else None,
    }


def _twin(session: Session, actor: Actor, photo_id: str) -> dict[str, Any]:
    """The photo that caused a signal; of another's problem no more than that there is one."""
    photo, problem = photo_signals.twin_of(session, actor, photo_id)
    if photo is None or problem is None:
        return {"name": "另一个问题（不在您的查看范围内）", "href": "", "photo": None}
    return {
        "name": problem.number or f"待编号问题 {problem.id}",
        "href": url_for("problem.show", problem_id=problem.id),
        "photo": presenting.photo(photo),
    }
