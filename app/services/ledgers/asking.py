"""Ledgers: asking for one, the list of them, trying again, taking one away."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.domain.calendars import local_date, start_of
from app.domain.policy import Scope, may_export, scope_of
from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.domain.rights import HIDEABLE
from app.domain.roles import Actor, Rights
from app.domain.states import State
from app.models import AccessLog, Ledger, Organisation, Photo, Problem
from app.services import dates, idempotency, job_queue
from app.services.access_log import note_access
from app.services.evidence import masks
from app.services.ledgers import layout, units
from app.services.scope import visible_to
from app.services.workflow import verdicts
from app.services.world import load_rules

BUILD = "build_ledger"  # the job that makes the file
MANUAL, DAILY, MONTHLY = "manual", "daily", "monthly"
AUTOMATIC = (DAILY, MONTHLY)
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
LABELS = {WAITING: "排队中", RUNNING: "制作中", DONE: "已完成", FAILED: "没有做成"}
DOWNLOAD = "ledger"  # the kind of access that is written down
MOST_AT_ONCE = 5
MOST_DOWNLOADS = 100  # a person and day
LISTED = 50
UNLOOKED = "有照片还没有确认遮挡，不能制作台账；请逐张遮挡，或确认没有需要遮挡的内容。"
NARROWED = "narrowed"  # beside the scope: what rules took from whoever asked
IN_A_LEDGER = frozenset(layout.FIELDS)


@dataclass(frozen=True, slots=True)
class Listed:
    """A ledger as the page lists it."""

    ledger: Ledger
    org_name: str
    downloads: int
    may_retry: bool


def request_ledger(
    session: Session,
    actor: Actor,
    now: datetime,
    period_from: date | None,
    period_to: date | None,
    org_id: int | None = None,
    *,
    key: str | None = None,
) -> Ledger:
    """Ask for a ledger; it and its job are written in the caller's transaction.

    The same wish while an earlier one still waits gives that one. Raises Invalid for a wrong
    period, NotAllowed for a unit out of scope, TooMany while five are waiting.
    """
    if not may_export(actor):
        raise NotAllowed("ledger.not_allowed", "您的账号不能制作台账。")
    period = dates.checked(period_from, period_to, local_date(now))
    org = units.unit_in_scope(session, actor, org_id)
    parts = {"ledger": [period.first, period.last, org.id]}
    claimed = idempotency.claim(session, actor, key, parts, now)
    if claimed.earlier is not None:
        return session.get_one(Ledger, claimed.earlier["ledger_id"])
    ledger = _same_waiting(session, actor, period, org.id)
    if ledger is None:
        _refuse_too_many(session, actor)
        if load_rules(session).masks_required and to_look_at(session, actor, period, org, 1):
            raise Invalid("ledger.masks", UNLOOKED)
        ledger = create(
            session, now, period, org.id, MANUAL, scope_of(actor), actor.user_id, actor.rights
        )
    claimed.keep({"ledger_id": ledger.id})
    return ledger


def to_look_at(
    session: Session, actor: Actor, period: dates.Period, org: Organisation, most: int
) -> list[tuple[Photo, Problem]]:
    """Photos of such a ledger that nobody has looked at for what must be hidden."""
    where = (
        Problem.state == State.SIGNED_OFF.value,
        Problem.signed_off_at >= start_of(period.first),
        Problem.signed_off_at < start_of(dates.day_after(period.last)),
        visible_to(actor),
        units.belongs_to(org),
    )
    return masks.unlooked(session, where, most)


def create(
    session: Session,
    now: datetime,
    period: dates.Period,
    org_id: int,
    origin: str,
    scope: Scope,
    user_id: int | None = None,
    rights: Rights | None = None,
) -> Ledger:
    """Write the ledger's row and queue its job."""
    ledger = Ledger(
        period_from=period.first,
        period_to=period.last,
        org_id=org_id,
        requested_by_id=user_id,
        origin=origin,
        scope=asdict(scope) | {NARROWED: narrowing(rights or Rights())},
        status=WAITING,
        created_at=now,
    )
    session.add(ledger)
    session.flush()
    job_queue.enqueue(
        session, now, BUILD, str(ledger.id), {"ledger_id": ledger.id},
        run_after=verdicts.quiet_from(session, now, load_rules(session)),
    )  # fmt: skip
    return ledger


def _same_waiting(
    session: Session, actor: Actor, period: dates.Period, org_id: int
) -> Ledger | None:
    return session.scalar(
        select(Ledger)
        .where(
            Ledger.requested_by_id == actor.user_id,
            Ledger.status.in_([WAITING, RUNNING]),
            Ledger.period_from == period.first,
            Ledger.period_to == period.last,
            Ledger.org_id == org_id,
        )
        .limit(1)
    )


def _refuse_too_many(session: Session, actor: Actor) -> None:
    waiting = session.execute(
        select(func.count())
        .select_from(Ledger)
        .where(Ledger.requested_by_id == actor.user_id, Ledger.status.in_([WAITING, RUNNING]))
    ).scalar_one()
    if waiting >= MOST_AT_ONCE:
        raise TooMany(
            "ledger.too_many", f"您已有 {waiting} 份台账在制作，请等其中一份完成后再申请。"
        )


def visible(actor: Actor) -> ColumnElement[bool]:
    """The condition on `ledger` and its `organisation`: one's own, and automatic ones in scope.

    One's own count only while the unit is still in scope: rights may have changed since. For
    whom rules narrow rows or columns of a ledger only those count that were made so narrow.
    """
    mine = Ledger.requested_by_id == actor.user_id
    by_itself = Ledger.origin.in_(AUTOMATIC)
    seen = and_(or_(mine, by_itself), units.in_scope(scope_of(actor)))
    narrow = narrowing(actor.rights)
    return and_(seen, Ledger.scope[NARROWED].as_string() == narrow) if narrow else seen


def narrowing(rights: Rights) -> str:
    """What rules take from a ledger, as one text to compare; empty when nothing."""
    hidden = [each for each in sorted(rights.hidden) if each in IN_A_LEDGER or each not in HIDEABLE]
    if not hidden and not rights.rows:
        return ""
    return json.dumps([rights.rows, hidden], ensure_ascii=False)


def list_ledgers(session: Session, actor: Actor, before: int | None = None) -> list[Listed]:
    """The newest ledgers this actor may see; `before` an id for the page that follows."""
    if not may_export(actor):
        return []
    statement = select(Ledger, Organisation.short_name).join(
        Organisation, Organisation.id == Ledger.org_id
    )
    if before is not None:
        statement = statement.where(Ledger.id < before)
    rows = session.execute(
        statement.where(visible(actor)).order_by(Ledger.id.desc()).limit(LISTED)
    ).all()
    counts = _downloads(session, [ledger for ledger, _ in rows])
    return [
        Listed(ledger, name, counts.get(str(ledger.id), 0), may_retry(actor, ledger))
        for ledger, name in rows
    ]


def load_visible(session: Session, actor: Actor, ledger_id: int) -> Ledger:
    """The ledger, if it exists for this actor; NotFound sounds the same for both cases."""
    ledger = None
    if may_export(actor):
        ledger = session.scalar(
            select(Ledger)
            .join(Organisation, Organisation.id == Ledger.org_id)
            .where(Ledger.id == ledger_id, visible(actor))
        )
    if ledger is None:
        raise NotFound("ledger.not_found", "没有找到这份台账，或者您不能查看它。")
    return ledger


def listed(session: Session, actor: Actor, ledger_id: int) -> Listed:
    """One ledger as the page lists it."""
    ledger = load_visible(session, actor, ledger_id)
    name = session.get_one(Organisation, ledger.org_id).short_name
    counts = _downloads(session, [ledger])
    return Listed(ledger, name, counts.get(str(ledger.id), 0), may_retry(actor, ledger))


def may_retry(actor: Actor, ledger: Ledger) -> bool:
    """A failed one: whoever asked for it; an automatic one, whoever sees it."""
    own = ledger.requested_by_id == actor.user_id or ledger.origin in AUTOMATIC
    return own and ledger.status == FAILED


def retry(session: Session, actor: Actor, now: datetime, ledger_id: int) -> Ledger:
    """Queue a failed ledger again; Conflict when it is not failed (any more)."""
    ledger = load_visible(session, actor, ledger_id)
    moved = session.scalar(
        update(Ledger)
        .where(Ledger.id == ledger.id, Ledger.status == FAILED)
        .values(status=WAITING, error="", rows_done=0, rows_total=None, finished_at=None)
        .returning(Ledger.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(ledger)
    if moved is None:
        raise Conflict("ledger.not_failed", f"这份台账现在是“{LABELS[ledger.status]}”，不用重做。")
    if not job_queue.put_again(session, now, BUILD, str(ledger.id)):
        job_queue.enqueue(session, now, BUILD, str(ledger.id), {"ledger_id": ledger.id})
    return ledger


def take_away(session: Session, actor: Actor, now: datetime, ledger_id: int) -> Ledger:
    """A finished ledger for download: scope is asked again, and the download is written down.

    Raises NotFound, Conflict while it is not finished, TooMany after 100 downloads a day.
    """
    ledger = load_visible(session, actor, ledger_id)
    if ledger.status != DONE:
        raise Conflict(
            "ledger.not_ready", f"这份台账现在是“{LABELS[ledger.status]}”，完成后才能下载。"
        )
    today = session.execute(
        select(func.count())
        .select_from(AccessLog)
        .where(
            AccessLog.user_id == actor.user_id,
            AccessLog.kind == DOWNLOAD,
            AccessLog.at > now - timedelta(days=1),
        )
    ).scalar_one()
    if today >= MOST_DOWNLOADS:
        raise TooMany("ledger.downloads", f"一天最多下载 {MOST_DOWNLOADS} 次，请明天再下载。")
    detail = {"file": ledger.file_name, "rows": ledger.rows_done, "sha256": ledger.sha256}
    note_access(session, actor, now, DOWNLOAD, str(ledger.id), detail)
    return ledger


def _downloads(session: Session, ledgers: Sequence[Ledger]) -> dict[str, int]:
    """Ledger id as text -> how often it was taken away."""
    if not ledgers:
        return {}
    rows = session.execute(
        select(AccessLog.target, func.count())
        .where(
            AccessLog.kind == DOWNLOAD,
            AccessLog.at >= min(ledger.created_at for ledger in ledgers),
            AccessLog.target.in_([str(ledger.id) for ledger in ledgers]),
        )
        .group_by(AccessLog.target)
    )
    return {target: number for target, number in rows}
