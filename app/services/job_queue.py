"""Jobs in the database: put in once a slot, claimed by one worker, tried again when it dies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from app.models import Job
from app.services.upsert import insert_for

STALE_AFTER = timedelta(minutes=10)  # a worker that has not been heard of for so long is gone
MOST_ATTEMPTS = 5
LONGEST_ERROR = 2_000
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is this worker's; a later attempt by another worker takes it away."""

    id: int
    name: str
    slot: str
    payload: Mapping[str, Any]
    attempt: int

    @property
    def is_last(self) -> bool:
        """Whether there will be no other try."""
        return self.attempt >= MOST_ATTEMPTS


def enqueue(
    session: Session,
    now: datetime,
    name: str,
    slot: str,
    payload: Mapping[str, Any] | None = None,
    *,
    run_after: datetime | None = None,
) -> bool:
    """Put a job in, in the caller's transaction; False when this slot was put in before."""
    row = session.scalar(
        insert_for(session, Job)
        .values(
            name=name,
            slot=slot,
            payload=dict(payload or {}),
            status=WAITING,
            attempts=0,
            error="",
            created_at=now,
            run_after=run_after or now,
        )
        .on_conflict_do_nothing(index_elements=["name", "slot"])
        .returning(Job.id)
    )
    return row is not None


def put_again(session: Session, now: datetime, name: str, slot: str) -> bool:
    """Give an ended job all its tries again; False when it is waiting or running, or unknown."""
    row = session.scalar(
        update(Job)
        .where(Job.name == name, Job.slot == slot, Job.status.in_([DONE, FAILED]))
        .values(
            status=WAITING, attempts=0, error="", run_after=now, claimed_at=None, finished_at=None
        )
        .returning(Job.id)
    )
    return row is not None


def _ready(now: datetime) -> ColumnElement[bool]:
    stale = and_(Job.status == RUNNING, Job.claimed_at < now - STALE_AFTER)
    return or_(and_(Job.status == WAITING, Job.run_after <= now), stale)


def anything_to_do(session: Session, now: datetime) -> bool:
    """Whether a claim is worth its write lock."""
    return session.scalar(select(Job.id).where(_ready(now)).limit(1)) is not None


def claim(session: Session, now: datetime) -> Claim | None:
    """Take the job that has been due longest, or one whose worker died; commit at once.

    On PostgreSQL workers pass over each other's rows; on SQLite a writing session is alone.
    """
    ready = _ready(now)
    oldest = (
        select(Job.id)
        .where(ready, Job.attempts < MOST_ATTEMPTS)
        .order_by(Job.run_after, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(
        update(Job)
        .where(Job.id == oldest.scalar_subquery(), ready)
        .values(status=RUNNING, claimed_at=now, attempts=Job.attempts + 1)
        .returning(Job.id, Job.name, Job.slot, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    ).first()
    return Claim(row.id, row.name, row.slot, row.payload, row.attempts) if row else None


def given_up(session: Session, now: datetime) -> list[Claim]:
    """End the jobs whose worker died at the last try; gives them, so that somebody is told."""
    rows = session.execute(
        update(Job)
        .where(
            Job.status == RUNNING,
            Job.claimed_at < now - STALE_AFTER,
            Job.attempts >= MOST_ATTEMPTS,
        )
        .values(status=FAILED, finished_at=now, error="the worker died at the last try")
        .returning(Job.id, Job.name, Job.slot, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    ).all()
    return [Claim(row.id, row.name, row.slot, row.payload, row.attempts) for row in rows]


def hold(session: Session, job: Claim, now: datetime) -> bool:
    """Say that the worker lives, and lock the job until commit; False when it was taken away."""
    row = session.scalar(
        update(Job)
        .where(Job.id == job.id, Job.status == RUNNING, Job.attempts == job.attempt)
        .values(claimed_at=now)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return row is not None


def finish(session: Session, job: Claim, now: datetime) -> bool:
    """The job is done; False when it was taken away meanwhile."""
    return _end(session, job, status=DONE, finished_at=now, error="")


def fail(session: Session, job: Claim, now: datetime, error: str) -> bool:
    """The job failed: wait 1, 4, 9, 16 minutes for the next try, or stop after the last one."""
    kept = error.replace("\0", "")[:LONGEST_ERROR]
    if job.is_last:
        return _end(session, job, status=FAILED, finished_at=now, error=kept)
    later = now + timedelta(minutes=job.attempt**2)
    return _end(session, job, status=WAITING, run_after=later, claimed_at=None, error=kept)


def release(session: Session, job: Claim, now: datetime) -> bool:
    """Give a job back untried: the worker stops, it is nobody's fault."""
    return _end(
        session, job, status=WAITING, run_after=now, claimed_at=None, attempts=job.attempt - 1
    )


def _end(session: Session, job: Claim, **values: object) -> bool:
    row = session.scalar(
        update(Job)
        .where(Job.id == job.id, Job.status == RUNNING, Job.attempts == job.attempt)
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return row is not None
