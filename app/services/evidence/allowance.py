"""How much one person may send in a day, so that no account fills the disk of all others."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.domain.refusals import TooMany
from app.domain.roles import Actor
from app.domain.sending import UploadState
from app.models import Photo, Upload

A_DAY = timedelta(days=1)
GIGABYTE = 1024**3
MOST_GIGABYTES = 10  # a section that sends a year of photos by the interface stays below
MOST_PHOTOS = 10_000  # a small file costs the disk more than its bytes
AGAIN_AFTER = 3600  # seconds


def require_room(session: Session, actor: Actor, now: datetime, more: int = 0) -> None:
    """Raise TooMany unless this person may send a photo of so many bytes.

    What came within a day counts, used, unused or refused, and what is on its way; pictures of
    ledgers do not.
    """
    came, kept = session.execute(
        select(func.count(), func.coalesce(func.sum(Photo.size), 0)).where(
            Photo.owner_id == actor.user_id,
            Photo.received_at > now - A_DAY,
            Photo.imported.is_(False),
        )
    ).one()
    coming, awaited = session.execute(
        select(func.count(), func.coalesce(func.sum(Upload.size), 0)).where(
            Upload.owner_id == actor.user_id,
            Upload.state != UploadState.KEPT.value,
            or_(Upload.settled_at.is_(None), Upload.settled_at > now - A_DAY),
        )
    ).one()
    if came + coming >= MOST_PHOTOS:
        raise _too_many(f"{MOST_PHOTOS} 张")
    if kept + awaited + more > MOST_GIGABYTES * GIGABYTE:
        raise _too_many(f"{MOST_GIGABYTES} GB")


def _too_many(most: str) -> TooMany:
    return TooMany(
        "photo.too_many_today",
        f"您 24 小时内上传的照片已到上限（{most}），请过几小时再传。照片还在手机里，不会丢失。",
        retry_after=AGAIN_AFTER,
    )
