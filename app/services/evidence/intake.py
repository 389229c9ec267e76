"""Received photos as their owner's, until a problem takes them: kept once, placed, told apart."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL
from app.domain.roles import Actor
from app.domain.states import Phase, State
from app.models import Photo, Problem
from app.photos.code import verification_code
from app.services.evidence import photos, signals
from app.services.evidence.photos import Received, Shot
from app.services.evidence.room import PhotoRoom
from app.services.scope import load_visible

ID_LENGTH = 26
FIRST_YEAR, LAST_YEAR = 2000, 2100  # at the ends of the calendar a change of zone overflows


def keep(
    session: Session,
    actor: Actor,
    now: datetime,
    room: PhotoRoom,
    received: Received,
    shot: Shot,
) -> Photo:
    """The row of a stored photo; a picture this person sent before for this phase has it already.

    So a form that is sent twice names the same photos twice and its key recognises it. Raises
    what `evidence.register` raises.
    """
    photo_id = _own_id(room, actor, received, shot.phase)
    found = _own(session, actor, received.sha256, shot.phase)
    if found is not None:
        if found.problem_id is None and shot.imported:
            found.imported = True  # it waits for the row it came with, and says so
        return found
    try:
        with session.begin_nested():
            return photos.register(
                session,
                actor,
                now,
                photo_id=photo_id,
                received=received,
                shot=shot,
                code=_code(room, actor, photo_id, received.sha256, now, shot.lat, shot.lng),
                key_id=room.code_key.key_id,
            )
    except IntegrityError:  # the same upload, in another request at this very moment
        return session.get_one(Photo, photo_id)


def place(
    session: Session, actor: Actor, room: PhotoRoom, photo_ids: Sequence[str], shot: Shot
) -> None:
    """Give photos that no problem has taken yet the place their form now says.

    The position often comes after the photo. The 防伪码 covers the place, so it is made anew.
    """
    for photo in waiting(session, actor, photo_ids, shot.phase):
        if (photo.lat, photo.lng) != (shot.lat, shot.lng):
            photo.code = _code(
                room, actor, photo.id, photo.sha256, photo.received_at, shot.lat, shot.lng
            )
            photo.code_key_id = room.code_key.key_id
        photo.lat, photo.lng, photo.accuracy_m = shot.lat, shot.lng, shot.accuracy_m
        photo.coord_source = shot.coord_source
        photo.no_position_reason, photo.address = shot.no_position_reason, shot.address
    session.flush()


def waiting(session: Session, actor: Actor, photo_ids: Sequence[str], phase: Phase) -> list[Photo]:
    """Those of the photos that are this person's, of this phase and not taken yet; in order."""
    rows = session.scalars(
        select(Photo).where(
            Photo.id.in_(photo_ids),
            Photo.owner_id == actor.user_id,
            Photo.phase == phase.value,
            Photo.problem_id.is_(None),
        )
    )
    by_id = {photo.id: photo for photo in rows}
    return [by_id[photo_id] for photo_id in photo_ids if photo_id in by_id]


def taken_by(session: Session, photo_ids: Sequence[str]) -> dict[str, str]:
    """Photo id -> the name of the problem that has taken it, for those that are taken."""
    rows = session.execute(
        select(Photo.id, Problem.number, Problem.id)
        .join(Problem, Problem.id == Photo.problem_id)
        .where(Photo.id.in_(photo_ids))
    )
    return {photo_id: number or f"待编号问题 {problem_id}" for photo_id, number, problem_id in rows}


def release(session: Session, actor: Actor, problem_id: int, photo_ids: Sequence[str]) -> None:
    """Take photos off one's own draft: what has not been reported is not evidence yet.

    Of a problem that was reported nothing is taken: there photos stay for good.
    """
    if not photo_ids:
        return
    problem = load_visible(session, actor, problem_id)
    if problem.reporter_id != actor.user_id or problem.state != State.DRAFT.value:
        return
    rows = session.scalars(
        select(Photo).where(Photo.id.in_(photo_ids), Photo.problem_id == problem_id)
    )
    for photo in rows:
        photo.problem_id, photo.attached_at, photo.position = None, None, 0
    session.flush()
    signals.forget(session, photo_ids)


def camera_time(received: Received) -> datetime | None:
    """When the camera's own clock says it was taken; it knows no zone and gets the city's."""
    try:
        taken = datetime.fromisoformat(str(received.exif.get("taken_at", "")))
    except ValueError:
        return None
    if not FIRST_YEAR <= taken.year <= LAST_YEAR:
        return None
    return taken if taken.tzinfo else taken.replace(tzinfo=LOCAL)


def _own(session: Session, actor: Actor, sha256: str, phase: Phase) -> Photo | None:
    return session.scalar(
        select(Photo)
        .where(
            Photo.owner_id == actor.user_id,
            Photo.sha256 == sha256,
            Photo.phase == phase.value,
        )
        .order_by(Photo.problem_id.is_(None), Photo.received_at)
        .limit(1)
    )


def _own_id(room: PhotoRoom, actor: Actor, received: Received, phase: Phase) -> str:
    """The same for the same person, picture and phase, and still nothing one can guess."""
    text = f"{actor.user_id}|{received.sha256}|{phase.value}"
    digest = hmac.new(room.code_key.key, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:ID_LENGTH]


def _code(
    room: PhotoRoom,
    actor: Actor,
    photo_id: str,
    sha256: str,
    received_at: datetime,
    lat: float | None,
    lng: float | None,
) -> str:
    if actor.user_id is None:
        raise ValueError("a photo has an owner")
    return verification_code(
        room.code_key.key,
        photo_id=photo_id,
        sha256=sha256,
        received_at=received_at,
        lat=lat,
        lng=lng,
        user_id=actor.user_id,
    )
