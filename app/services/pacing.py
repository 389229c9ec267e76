"""How often a stranger may ask, counted in the database: for all processes, and over restarts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, select
from sqlalchemy.orm import Session

from app.models import PaceMark
from app.services.upsert import insert_for


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many asks at once within `seconds`; then one more each time its share has passed."""

    most: int
    seconds: int

    @property
    def share_ms(self) -> int:
        """What one ask takes of the time."""
        return self.seconds * 1000 // self.most

    @property
    def all_ms(self) -> int:
        """The whole of it."""
        return self.share_ms * self.most


def wait_ms(session: Session, key: str, of: Allowance, now: datetime) -> int:
    """Milliseconds until one may ask again; 0 for at once. Only reads."""
    spoken_for = session.scalar(select(PaceMark.spoken_for_ms).where(PaceMark.key == key))
    at = milliseconds(now)
    # A mark far ahead was made by a clock that has been put right since.
    if spoken_for is None or spoken_for > at + 2 * of.all_ms:
        return 0
    return max(0, spoken_for + of.share_ms - at - of.all_ms)


def take(session: Session, key: str, of: Allowance, now: datetime, asks: int = 1) -> bool:
    """Count asks in one statement, whoever else counts; False when there was no room for one."""
    at = milliseconds(now)
    row = insert_for(session, PaceMark).values(key=key, spoken_for_ms=at + asks * of.share_ms)
    begins = _begins(at, of)
    ids = session.scalars(
        row.on_conflict_do_update(
            index_elements=[PaceMark.key],
            set_={"spoken_for_ms": begins + asks * of.share_ms},
            where=begins + of.share_ms <= at + of.all_ms,
        ).returning(PaceMark.key)
    ).all()
    return bool(ids)


def _begins(at: int, of: Allowance) -> ColumnElement[int]:
    mark = PaceMark.spoken_for_ms
    return case((and_(mark > at, mark <= at + 2 * of.all_ms), mark), else_=at)


def forget_old(session: Session, now: datetime) -> int:
    """Drop the marks that hold nobody back any more; how many."""
    past = PaceMark.spoken_for_ms <= milliseconds(now)
    return len(session.scalars(delete(PaceMark).where(past).returning(PaceMark.key)).all())


def milliseconds(now: datetime) -> int:
    """Since 1970: both databases reckon with whole numbers alike."""
    return int(now.timestamp() * 1000)
