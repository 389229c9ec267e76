"""Photos as evidence: received first, attached later, one original for one problem only."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, Invalid, NotFound
from app.domain.roles import Actor
from app.domain.states import Phase
from app.models import Photo, Problem
from app.services.scope import visible_to
from app.services.world import load_rules


@dataclass(frozen=True, slots=True)
class Shot:
    """Where and how a photo was taken, as the phone said; `imported`: it came in a ledger.

    From `captured_at` on it is what the phone sealed and the server found whole.
    """

    phase: Phase
    lat: float | None = None
    lng: float | None = None
    accuracy_m: float | None = None
    coord_source: str = ""
    no_position_reason: str = ""
    address: str = ""
    device_at: datetime | None = None
    album: bool = False
    imported: bool = False
    captured_at: datetime | None = None
    late: bool = False
    seal: str = ""
    device: str = ""
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What the photo room found out about a stored original."""

    sha256: str
    format: str
    width: int
    height: int
    size: int
    exif: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CodeKey:
    """The key that 防伪码 are made with, and its name."""

    key_id: str
    key: bytes


def register(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    photo_id: str,
    received: Received,
    shot: Shot,
    code: str,
    key_id: str,
) -> Photo:
    """Write the row of an original that is already in the store.

    Raises Conflict when this very picture is evidence already (§8.3), so that a person
    hears it before the form is filled in.
    """
    if actor.user_id is None:
        raise ValueError("a photo has an owner")
    # What a section kept for months cannot be taken again with the camera.
    from_album = shot.album and not shot.imported
    if from_album and not load_rules(session).album_allowed:
        raise Invalid("photo.album", "本单位要求现场拍照，不能从相册选择，请用相机拍摄。")
    _refuse_reuse(session, [received.sha256])
    photo = Photo(
        **_sent_along(shot),
        **_found_out(received),
        id=photo_id,
        owner_id=actor.user_id,
        received_at=now,
        code=code,
        code_key_id=key_id,
    )
    session.add(photo)
    session.flush()
    return photo


def _sent_along(shot: Shot) -> dict[str, Any]:
    """The columns of what the phone said."""
    return asdict(shot) | {"phase": shot.phase.value}


def _found_out(received: Received) -> dict[str, Any]:
    """The columns of what the photo room found out."""
    return asdict(received)


def _refuse_reuse(session: Session, hashes: Sequence[str]) -> None:
    used = session.execute(
        select(Problem.number, Problem.id)
        .join(Photo, Photo.problem_id == Problem.id)
        .where(Photo.sha256.in_(hashes))
        .limit(1)
    ).first()
    if used is not None:
        name = used.number or f"待编号问题 {used.id}"
        raise Conflict(
            "photo.already_used", f"这张照片已用于 {name}，同一张照片不能再次使用，请重新拍摄。"
        )


def attach(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    photo_ids: Sequence[str],
    phase: Phase,
    round_: int,
) -> None:
    """Make received photos evidence of a problem, in the order given.

    Each must belong to the actor, be of this phase and not be used yet; the unique index
    on the original's hash decides between two who try at once. Raises Invalid or Conflict.
    """
    if len(set(photo_ids)) != len(photo_ids):
        raise Invalid("photo.twice", "同一张照片选了两次，请去掉重复的照片。")
    photos = _own_unused(session, actor, photo_ids, phase)
    hashes = [photo.sha256 for photo in photos]
    if len(set(hashes)) != len(hashes):
        raise Invalid("photo.twice", "同一张照片选了两次，请去掉重复的照片。")
    _refuse_reuse(session, hashes)
    first = _count(session, problem_id, phase, round_)
    most = load_rules(session).photos_per_phase
    if first + len(photo_ids) > most:
        raise Invalid("photo.too_many", f"每次最多 {most} 张照片，请减少后再提交。")
    for offset, photo_id in enumerate(photo_ids):
        _claim(session, now, photo_id, (problem_id, round_, first + offset))


def _claim(session: Session, now: datetime, photo_id: str, place: tuple[int, int, int]) -> None:
    """Give a waiting photo its place; Conflict if it is taken, or swept, at this very moment."""
    problem_id, round_, position = place
    try:
        claimed = session.scalar(
            update(Photo)
            .where(Photo.id == photo_id, Photo.problem_id.is_(None))
            .values(problem_id=problem_id, round=round_, position=position, attached_at=now)
            .returning(Photo.id)
            .execution_options(synchronize_session="fetch")
        )
    except IntegrityError as error:
        raise Conflict("photo.already_used", "有照片刚刚被用于其他问题，请重新拍摄。") from error
    if claimed is None:
        raise Conflict("photo.gone", "有照片已失效或刚刚被用于其他问题，请重新上传照片。")


def _own_unused(
    session: Session, actor: Actor, photo_ids: Sequence[str], phase: Phase
) -> list[Photo]:
    """The actor's own photos of this phase that are no evidence yet."""
    photos = [
        photo
        for photo in session.scalars(select(Photo).where(Photo.id.in_(photo_ids)))
        if photo.owner_id == actor.user_id and photo.phase == phase.value
    ]
    if len(photos) != len(photo_ids):
        raise NotFound("photo.not_found", "有照片没有上传成功，请重新上传照片。")
    if any(photo.problem_id is not None for photo in photos):
        raise Conflict("photo.already_used", "有照片已经用于其他问题，请重新拍摄。")
    return photos


def _count(session: Session, problem_id: int, phase: Phase, round_: int) -> int:
    return session.execute(
        select(func.count())
        .select_from(Photo)
        .where(Photo.problem_id == problem_id, Photo.phase == phase.value, Photo.round == round_)
    ).scalar_one()


def photos_of(session: Session, problem_ids: Sequence[int]) -> dict[int, list[Photo]]:
    """Problem id -> its photos: before first, then after by round, each in order."""
    found: dict[int, list[Photo]] = {problem_id: [] for problem_id in problem_ids}
    rows = session.scalars(
        select(Photo)
        .where(Photo.problem_id.in_(problem_ids))
        .order_by(Photo.problem_id, Photo.phase.desc(), Photo.round, Photo.position)
    )
    for photo in rows:
        if photo.problem_id is not None:
            found[photo.problem_id].append(photo)
    return found


def load_visible(session: Session, actor: Actor, photo_id: str) -> Photo:
    """A photo of a problem the actor may see, or one's own not yet attached; else NotFound."""
    photo = session.get(Photo, photo_id)
    if photo is not None and photo.problem_id is None and photo.owner_id == actor.user_id:
        return photo
    if photo is not None and photo.problem_id is not None:
        seen = session.scalar(
            select(Problem.id).where(Problem.id == photo.problem_id, visible_to(actor))
        )
        if seen is not None:
            return photo
    raise NotFound("photo.not_found", "没有找到这张照片，或者您不能查看它。")
