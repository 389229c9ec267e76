"""Files that are sent piece by piece: their rows, from the first word to photo or refusal."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, NotFound, TooMany
from app.domain.roles import Actor
from app.domain.sending import UploadState
from app.models import Upload
from app.services.evidence import allowance
from app.services.upsert import insert_for

LIFE = timedelta(days=7)  # for bytes that are still to come
MEMORY = timedelta(days=30)  # what became of a file can be asked for so long
MOST_OPEN = 60  # files of one person on their way at once: a day of 20 problems
ID_BYTES = 16
AT_ONCE = 1_000
OPEN_STATES = (UploadState.RECEIVING.value, UploadState.RECEIVED.value)


@dataclass(frozen=True, slots=True)
class Announced:
    """What a sender says of a file before the first byte; `key` is its own name for it.

    `told` is Upload-Metadata as it came.
    """

    size: int
    key: str | None = None
    sha256: str = ""
    told: str = ""
    shot: Mapping[str, Any] | None = None


def begin(session: Session, actor: Actor, announced: Announced, now: datetime) -> Upload:
    """The row for a file: a new one, or the one that this person named so before.

    Raises Conflict when the name was used for another file, TooMany with too many on their way.
    """
    if actor.user_id is None:
        raise ValueError("an upload has an owner")
    known = known_as(session, actor, announced, hold=True)
    if known is not None:
        if has_expired(known, now):
            known.expires_at = now + LIFE
        return known
    _check_room(session, actor, now)
    allowance.require_room(session, actor, now, announced.size)
    upload_id = session.scalar(
        insert_for(session, Upload)
        .values(
            id=secrets.token_hex(ID_BYTES),
            owner_id=actor.user_id,
            key=announced.key,
            state=UploadState.RECEIVING.value,
            size=announced.size,
            sha256=announced.sha256,
            told=announced.told,
            shot=dict(announced.shot or {}),
            created_at=now,
            expires_at=now + LIFE,
        )
        .on_conflict_do_nothing(index_elements=["owner_id", "key"])
        .returning(Upload.id)
    )
    if upload_id is not None:
        return session.get_one(Upload, upload_id)
    known = known_as(session, actor, announced)  # another request, at this very moment
    if known is None:
        raise Conflict("upload.gone", "这个文件刚刚被撤回，请重新发送。")
    return known


def known_as(
    session: Session, actor: Actor, announced: Announced, *, hold: bool = False
) -> Upload | None:
    """The file that this person announced under this key before; Conflict if it was another.

    `hold` keeps the sweeper off it until the end of the transaction.
    """
    if announced.key is None:
        return None
    query = select(Upload).where(Upload.owner_id == actor.user_id, Upload.key == announced.key)
    row = session.scalar(query.with_for_update() if hold else query)
    if row is None:
        return None
    another = announced.sha256 and row.sha256 and announced.sha256 != row.sha256
    if row.size != announced.size or another:
        raise Conflict("upload.key_reused", "这个编号已用于另一个文件，请换一个编号。")
    return row


def _check_room(session: Session, actor: Actor, now: datetime) -> None:
    under_way = session.scalar(
        select(func.count())
        .select_from(Upload)
        .where(
            Upload.owner_id == actor.user_id,
            Upload.state == UploadState.RECEIVING.value,
            Upload.expires_at > now,
        )
    )
    if (under_way or 0) >= MOST_OPEN:
        raise TooMany(
            "upload.too_many",
            f"您有 {under_way} 个文件还没有传完，请等它们传完，或撤回不再需要的文件后再传。",
        )


def has_expired(row: Upload, now: datetime) -> bool:
    """Whether bytes of it are no longer waited for."""
    return row.state == UploadState.RECEIVING.value and row.expires_at <= now


def load_own(session: Session, actor: Actor, upload_id: str) -> Upload:
    """One's own; what is another's sounds like what is not there."""
    row = session.get(Upload, upload_id)
    if row is None or row.owner_id != actor.user_id:
        raise NotFound("upload.not_found", "没有这个文件，或者已经过期，请重新发送。")
    return row


def own_by_key(session: Session, actor: Actor, keys: Sequence[str]) -> list[Upload]:
    """One's own files by the names one gave them, in the order of these."""
    rows = session.scalars(
        select(Upload).where(Upload.owner_id == actor.user_id, Upload.key.in_(keys))
    )
    by_key = {row.key: row for row in rows}
    return [by_key[key] for key in dict.fromkeys(keys) if key in by_key]


def all_here(session: Session, upload_id: str, sha256: str, now: datetime) -> bool:
    """Every byte is on disk and the hash is right: it waits to be judged. False if it did before.

    From here on `expires_at` is when somebody else may take it up; see `upload_judging`.
    """
    done = session.scalar(
        update(Upload)
        .where(Upload.id == upload_id, Upload.state == UploadState.RECEIVING.value)
        .values(state=UploadState.RECEIVED.value, sha256=sha256, received_at=now, expires_at=now)
        .returning(Upload.id)
        .execution_options(synchronize_session=False)
    )
    return done is not None


def take_back(session: Session, actor: Actor, upload_id: str) -> None:
    """Forget a file that is no photo yet; Conflict for one that is."""
    row = load_own(session, actor, upload_id)
    gone = session.scalar(
        delete(Upload)
        .where(Upload.id == row.id, Upload.state != UploadState.KEPT.value)
        .returning(Upload.id)
        .execution_options(synchronize_session=False)
    )
    if gone is None:
        raise Conflict("upload.kept", "这张照片已经收下，不能撤回。")


def forget(session: Session, photo_ids: Sequence[str]) -> None:
    """These photos are swept: the phone that still has one sends it again."""
    for start in range(0, len(photo_ids), AT_ONCE):
        session.execute(
            delete(Upload)
            .where(Upload.photo_id.in_(photo_ids[start : start + AT_ONCE]))
            .execution_options(synchronize_session=False)
        )


def forget_old(session: Session, now: datetime) -> int:
    """Drop rows whose time is over: bytes that never came, and what was settled long ago."""
    gone = session.scalars(
        delete(Upload)
        .where(Upload.state != UploadState.RECEIVED.value, Upload.expires_at < now)
        .returning(Upload.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def is_under_way(session: Session, upload_id: str) -> bool:
    """Whether its bytes are still wanted."""
    state = session.scalar(select(Upload.state).where(Upload.id == upload_id))
    return state in OPEN_STATES
