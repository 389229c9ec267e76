"""Photos that a finished report names, as a phone knows them: by its own ids of the shots."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.sending import UploadState
from app.models import Photo, Problem
from app.services.evidence import intake, uploads
from app.services.evidence.photos import Shot
from app.services.evidence.room import PhotoRoom

TAKEN = "这张照片已用于 {name}，同一张照片不能再次使用，请重新拍摄。"


@dataclass(frozen=True, slots=True)
class Named:
    """A shot as its phone names it, with the hash of what was sent."""

    key: str
    sha256: str


@dataclass(slots=True)
class Pictures:
    """Where the photos of a report stand; `ids` are those kept, in the order named."""

    ids: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def pictures(
    session: Session, actor: Actor, named: Sequence[Named], problem_id: int | None
) -> Pictures:
    """Sort a report's photos by what became of them; `problem_id` may have some already."""
    known = {row.key: row for row in uploads.own_by_key(session, actor, [n.key for n in named])}
    taken = _taken(session, [row.photo_id for row in known.values()], problem_id)
    found = Pictures()
    for each in named:
        row = known.get(each.key)
        if row is None or row.sha256 != each.sha256 or row.state == UploadState.RECEIVING.value:
            found.missing.append(each.key)
        elif row.state == UploadState.RECEIVED.value:
            found.waiting.append(each.key)
        elif row.state == UploadState.REFUSED.value:
            found.refused[each.key] = row.refusal
        elif row.photo_id in taken:
            found.refused[each.key] = TAKEN.format(name=taken[row.photo_id])
        elif row.photo_id is not None:
            found.ids.append(row.photo_id)
    return found


def _taken(
    session: Session, photo_ids: Sequence[str | None], problem_id: int | None
) -> dict[str | None, str]:
    """Photo id -> the name of another problem that has the photo."""
    rows = session.execute(
        select(Photo.id, Problem.number, Problem.id)
        .join(Problem, Problem.id == Photo.problem_id)
        .where(Photo.id.in_([each for each in photo_ids if each]), Problem.id != (problem_id or 0))
    )
    return {photo_id: number or f"待编号问题 {other}" for photo_id, number, other in rows}


def place(
    session: Session, actor: Actor, room: PhotoRoom, photo_ids: Sequence[str], shot: Shot
) -> None:
    """The form's place for those photos that brought none of their own."""
    rows = intake.waiting(session, actor, photo_ids, shot.phase)
    without = [photo.id for photo in rows if photo.lat is None]
    intake.place(session, actor, room, without, shot)


def still_to_take(
    session: Session, photo_ids: Iterable[str], problem_id: int | None
) -> tuple[str, ...]:
    """The photos without those that this very problem has already, each once."""
    ids = tuple(dict.fromkeys(photo_ids))
    if problem_id is None:
        return ids
    there = set(
        session.scalars(select(Photo.id).where(Photo.id.in_(ids), Photo.problem_id == problem_id))
    )
    return tuple(photo_id for photo_id in ids if photo_id not in there)


def confirmed(
    session: Session, actor: Actor, problem_id: int, named: Sequence[Named]
) -> list[Named]:
    """Those of the shots that are this problem's photos now, sent by this person."""
    hashes = set(
        session.scalars(
            select(Photo.sha256).where(
                Photo.problem_id == problem_id,
                Photo.owner_id == actor.user_id,
                Photo.sha256.in_([each.sha256 for each in named]),
            )
        )
    )
    return [each for each in named if each.sha256 in hashes]
