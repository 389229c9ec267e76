"""Files that have arrived, on their way to being photos: taken up, judged, kept or refused."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.domain import sealing
from app.domain.distances import CoordSource
from app.domain.refusals import Invalid
from app.domain.sealing import Sealed
from app.domain.sending import Seal, UploadState
from app.domain.states import Phase
from app.models import PhoneContact, Photo, Upload
from app.services.actors import actor_of
from app.services.evidence import intake
from app.services.evidence.photos import Received, Shot
from app.services.evidence.room import PhotoRoom
from app.services.evidence.uploads import LIFE, MEMORY
from app.services.world import load_rules

LEASE = timedelta(seconds=60)  # a photo takes two; who holds one for longer is dead
REST = timedelta(seconds=3)  # till a photo that found no free process is tried again
MOST_ATTEMPTS = 5
GIVEN_UP = "照片多次处理中断，没有收下。请重新拍摄，或换一张照片再传；仍不行请联系系统管理员。"
NO_ACCOUNT = "账号已停用，照片没有收下。"
ALBUM, FILE = "album", "file"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is ours to judge until the lease is over; `attempt` counts from 1."""

    id: str
    owner_id: int
    sha256: str
    received_at: datetime
    shot: Mapping[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class Depth:
    """How many photos wait to be judged, and since when the oldest does."""

    count: int
    since: datetime | None


def depth(session: Session) -> Depth:
    """The queue as it stands."""
    count, since = session.execute(
        select(func.count(), func.min(Upload.received_at)).where(
            Upload.state == UploadState.RECEIVED.value
        )
    ).one()
    return Depth(count, since)


def anything_to_do(session: Session, now: datetime) -> bool:
    """Whether taking one is worth its write lock."""
    return session.scalar(select(Upload.id).where(*_ready(now)).limit(1)) is not None


def _ready(now: datetime) -> tuple[Any, ...]:
    # So far ahead writes only a clock that has been put right since.
    due = or_(Upload.expires_at <= now, Upload.expires_at > now + 10 * LEASE)
    return (Upload.state == UploadState.RECEIVED.value, due)


def take(session: Session, now: datetime) -> Taken | None:
    """The file that has waited longest, for a minute; commit at once.

    One whose judge died comes again when that minute is over. None when nothing waits.
    """
    oldest = (
        select(Upload.id)
        .where(*_ready(now))
        .order_by(Upload.received_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(
        update(Upload)
        .where(Upload.id == oldest.scalar_subquery(), *_ready(now))
        .values(attempts=Upload.attempts + 1, expires_at=now + LEASE)
        .returning(
            Upload.id,
            Upload.owner_id,
            Upload.sha256,
            Upload.received_at,
            Upload.shot,
            Upload.attempts,
        )
        .execution_options(synchronize_session=False)
    ).first()
    return Taken(*row) if row else None


def put_back(session: Session, taken: Taken, now: datetime, *, counts: bool) -> None:
    """It could not be judged now: soon again; `counts` says whether that try does."""
    attempts = taken.attempt if counts else taken.attempt - 1
    session.execute(
        update(Upload)
        .where(Upload.id == taken.id, Upload.state == UploadState.RECEIVED.value)
        .values(attempts=attempts, expires_at=now + REST * taken.attempt)
        .execution_options(synchronize_session=False)
    )


def ask_again(session: Session, taken: Taken, now: datetime) -> None:
    """What is on disk is not what was acknowledged: its sender is asked for all of it again."""
    session.execute(
        update(Upload)
        .where(Upload.id == taken.id, Upload.state == UploadState.RECEIVED.value)
        .values(
            state=UploadState.RECEIVING.value,
            received_at=None,
            attempts=0,
            expires_at=now + LIFE,
        )
        .execution_options(synchronize_session=False)
    )


def keep(
    session: Session, room: PhotoRoom, taken: Taken, received: Received, now: datetime
) -> Photo | None:
    """The photo of a judged file, in the name of whoever sent it, at the time it came.

    None when the file was taken back or settled meanwhile. Raises Refusal as the forms do.
    """
    row = session.scalar(
        select(Upload)
        .where(Upload.id == taken.id, Upload.state == UploadState.RECEIVED.value)
        .with_for_update()
    )
    if row is None:
        return None
    actor = actor_of(session, taken.owner_id, now)
    if actor is None:
        raise Invalid("upload.no_account", NO_ACCOUNT)
    shot = _sealed(session, taken, _shot(session, taken, received))
    photo = intake.keep(session, actor, taken.received_at, room, received, shot)
    row.state, row.photo_id = UploadState.KEPT.value, photo.id
    row.settled_at, row.expires_at, row.told = now, now + MEMORY, ""
    session.flush()
    return photo


def refuse(session: Session, upload_id: str, sentence: str, now: datetime) -> None:
    """The file is no photo we take; its sender reads why."""
    session.execute(
        update(Upload)
        .where(Upload.id == upload_id, Upload.state == UploadState.RECEIVED.value)
        .values(
            state=UploadState.REFUSED.value,
            refusal=sentence,
            settled_at=now,
            expires_at=now + MEMORY,
            told="",
        )
        .execution_options(synchronize_session=False)
    )


def _shot(session: Session, taken: Taken, received: Received) -> Shot:
    """What the phone said, as a form would have said it."""
    told = taken.shot
    has_place = told.get("lat") is not None and told.get("lng") is not None
    source = told.get("source", FILE)
    # Of a plain file nobody tells where it comes from: album, where that is allowed.
    album = source == ALBUM or (source == FILE and load_rules(session).album_allowed)
    return Shot(
        Phase(told.get("phase", Phase.BEFORE.value)),
        lat=told["lat"] if has_place else None,
        lng=told["lng"] if has_place else None,
        accuracy_m=told.get("accuracy_m") if has_place else None,
        coord_source=_source(told) if has_place else "",
        no_position_reason="" if has_place else told.get("no_position_reason", ""),
        address=told.get("address", ""),
        device_at=_instant(told.get("device_at")) or intake.camera_time(received),
        album=album,
    )


def _source(told: Mapping[str, Any]) -> str:
    """A phone's page that is newer than we are may say what we do not know."""
    said = told.get("coord_source")
    return str(said) if said in set(CoordSource) else CoordSource.BROWSER.value


def _sealed(session: Session, taken: Taken, shot: Shot) -> Shot:
    """The shot with what its seal is worth; a broken one is told to the checker, never refused."""
    sent = taken.shot.get("seal")
    if sent is None:
        return shot
    sealed = Sealed.read(sent)
    if sealed is None or not _is_whole(session, taken, sealed, shot):
        return replace(shot, seal=Seal.BROKEN.value)
    after = taken.received_at - (sealed.instant or taken.received_at)
    late = after > timedelta(minutes=load_rules(session).late_minutes)
    whole = replace(
        shot,
        seal=Seal.WHOLE.value,
        captured_at=sealed.instant,
        device_at=_instant(taken.shot.get("device_at")) or sealed.instant,
        device=sealed.device,
        sequence=sealed.sequence,
        late=late,
    )
    if whole.lat is None and (place := sealed.place) is not None:
        return replace(whole, lat=place[0], lng=place[1], accuracy_m=sealed.accuracy_m)
    return whole


def _is_whole(session: Session, taken: Taken, sealed: Sealed, shot: Shot) -> bool:
    contact = session.scalar(
        select(PhoneContact)
        .where(
            PhoneContact.id == sealed.nonce,
            PhoneContact.user_id == taken.owner_id,
            PhoneContact.device == sealed.device,
        )
        .with_for_update()  # of two photos with one number of the phone's only one is whole
    )
    if contact is None or not sealing.holds(
        sealed,
        key=contact.key,
        issued_at=contact.issued_at,
        received_at=taken.received_at,
        sha256=taken.sha256,
    ):
        return False
    told = None if shot.lat is None or shot.lng is None else (shot.lat, shot.lng)
    pinned = shot.coord_source == CoordSource.PIN  # by hand: not the place that was sealed
    if not pinned and not sealing.same_place(sealed, told):
        return False
    used = session.scalar(
        select(Photo.id)
        .where(
            Photo.device == sealed.device,
            Photo.sequence == sealed.sequence,
            Photo.sha256 != taken.sha256,
        )
        .limit(1)
    )
    return used is None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
