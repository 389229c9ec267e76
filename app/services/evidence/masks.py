"""Masks of photos: who drew which rectangles, which copy leaves the house, which are missing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import isfinite

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session, aliased

from app.domain.refusals import Invalid, NotAllowed
from app.domain.roles import Actor
from app.domain.states import Phase
from app.models import Photo, PhotoMask, Problem, User
from app.services import access_log
from app.services.evidence.room import Mask

MASKED = "mask"  # the kind of access that is written down
MOST = 40
SMALLEST = 0.005  # of the picture's side
PLACES = 4  # digits kept of a part of the picture
AT_ONCE = 500


def clean(rectangles: Iterable[Sequence[float]]) -> Mask:
    """Rectangles as they are kept: cut to the picture, four digits; Invalid says what is wrong."""
    kept = []
    for place, (left, top, width, height) in enumerate(rectangles, 1):
        if not all(map(isfinite, (left, top, width, height))):
            raise _wrong(place, "请填写 0 到 100 之间的数。")
        x, y = max(0.0, left), max(0.0, top)
        right, foot = min(1.0, left + width), min(1.0, top + height)
        if right - x < SMALLEST or foot - y < SMALLEST:
            raise _wrong(place, "太小，或不在照片上，请改大、移到照片上或删除。")
        kept.append(tuple(round(each, PLACES) for each in (x, y, right - x, foot - y)))
    if len(kept) > MOST:
        raise Invalid("mask.too_many", f"一张照片最多 {MOST} 处遮挡，请合并后再保存。")
    return tuple((x, y, w, h) for x, y, w, h in kept)


def _wrong(place: int, what: str) -> Invalid:
    return Invalid("mask.rectangle", f"第 {place} 处{what}")


def save(
    session: Session, actor: Actor, now: datetime, photo: Photo, rectangles: Mask
) -> PhotoMask:
    """Write what is to be hidden as a row of its own; no rectangle says there is nothing to hide.

    Earlier rows stay. Raises NotAllowed for whoever only looks on in another's place.
    """
    if actor.user_id is None:
        raise NotAllowed("mask.nobody", "请先登录。")
    access_log.note_access(session, actor, now, MASKED, photo.id, {"rectangles": len(rectangles)})
    row = PhotoMask(
        photo_id=photo.id,
        rectangles=[list(each) for each in rectangles],
        made_by_id=actor.user_id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def history_of(session: Session, photo_id: str) -> list[tuple[PhotoMask, str]]:
    """Every row of a photo with the name of whoever made it, the newest first."""
    rows = session.execute(
        select(PhotoMask, User.name)
        .join(User, User.id == PhotoMask.made_by_id)
        .where(PhotoMask.photo_id == photo_id)
        .order_by(PhotoMask.id.desc())
    )
    return [(mask, name) for mask, name in rows]


def masks_of(session: Session, photo_ids: Iterable[str]) -> dict[str, Mask]:
    """Photo id -> the rectangles that count, for photos that somebody looked at."""
    ids, found = list(photo_ids), dict[str, Mask]()
    for start in range(0, len(ids), AT_ONCE):
        newest = (
            select(func.max(PhotoMask.id))
            .where(PhotoMask.photo_id.in_(ids[start : start + AT_ONCE]))
            .group_by(PhotoMask.photo_id)
        )
        for row in session.scalars(select(PhotoMask).where(PhotoMask.id.in_(newest))):
            found[row.photo_id] = tuple((x, y, w, h) for x, y, w, h in row.rectangles)
    return found


def mask_of(session: Session, photo_id: str) -> Mask:
    """The rectangles of one photo; none where nobody has drawn any."""
    return masks_of(session, [photo_id]).get(photo_id, ())


def forget(session: Session, photo_ids: Sequence[str]) -> None:
    """These photos go: nobody used them, so what was drawn on them goes as well."""
    for start in range(0, len(photo_ids), AT_ONCE):
        some = photo_ids[start : start + AT_ONCE]
        session.execute(delete(PhotoMask).where(PhotoMask.photo_id.in_(some)))


def unlooked(
    session: Session, where: Sequence[ColumnElement[bool]], most: int
) -> list[tuple[Photo, Problem]]:
    """Photos of ledgers' rows at which nobody has looked yet: the first of each side.

    `where` are conditions on `problem`; the oldest 销号 first, at most so many.
    """
    other = aliased(Photo)
    earlier = select(other.id).where(
        other.problem_id == Photo.problem_id,
        other.phase == Photo.phase,
        (other.round > Photo.round)
        | and_(other.round == Photo.round, other.position < Photo.position),
    )
    looked = select(PhotoMask.id).where(PhotoMask.photo_id == Photo.id)
    rows = session.execute(
        select(Photo, Problem)
        .join(Problem, Problem.id == Photo.problem_id)
        .where(*where, ~earlier.exists(), ~looked.exists())
        .order_by(Problem.signed_off_at, Problem.id, Photo.phase == Phase.AFTER.value)
        .limit(most)
    )
    return [(photo, problem) for photo, problem in rows]
