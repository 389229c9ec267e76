"""The likenesses of the city's recent photos, held in a worker's memory to be searched."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import PhotoLikeness
from app.photos.likeness import Guess, Likeness, guesses
from app.photos.near_copies import NearCopies

LATE = timedelta(minutes=1)  # another worker's photo may be committed a little after its time
_HALF = 2**63


@dataclass(frozen=True, slots=True)
class Proposal:
    """A photo that may be the original of another, and how the other would have been made."""

    photo_id: str
    guesses: tuple[Guess, ...]


@dataclass(slots=True)
class Shelf:
    """Photos by their place in the index; older ones are left out when a worker starts."""

    _index: NearCopies = field(
        default_factory=lambda: NearCopies(np.empty((0, 2), dtype=np.uint64))
    )
    _photos: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _until: datetime | None = None
    _days: int = 0

    def bring_up_to_date(self, session: Session, now: datetime, days: int) -> None:
        """Take in what was examined since the last time, here or by another worker."""
        query = select(
            PhotoLikeness.photo_id,
            PhotoLikeness.middle,
            PhotoLikeness.upper,
        ).where(PhotoLikeness.received_at >= now - timedelta(days=days))
        if self._until is not None and days <= self._days:
            query = query.where(PhotoLikeness.examined_at >= self._until - LATE)
        rows = [row for row in session.execute(query) if row.photo_id not in self._known]
        if rows:
            pairs = [(_unsigned(row.middle), _unsigned(row.upper)) for row in rows]
            self._index.add(np.array(pairs, dtype=np.uint64))
            self._photos += [row.photo_id for row in rows]
            self._known.update(row.photo_id for row in rows)
        self._until, self._days = now, days

    def proposals(self, picture: Image.Image) -> list[Proposal]:
        """Photos this picture may be a copy of, the likeliest first."""
        ways, hashes = guesses(picture)
        found = self._index.candidates(ways, hashes)
        return [Proposal(self._photos[one.place], one.guesses) for one in found]


def as_row(photo_id: str, found: Likeness, received_at: datetime, now: datetime) -> PhotoLikeness:
    """The row of a likeness: databases keep 64 bits with a sign."""
    return PhotoLikeness(
        photo_id=photo_id,
        middle=_signed(found.middle),
        upper=_signed(found.upper),
        received_at=received_at,
        examined_at=now,
    )


def _signed(number: int) -> int:
    return number - 2 * _HALF if number >= _HALF else number


def _unsigned(number: int) -> int:
    return number + 2 * _HALF if number < 0 else number
