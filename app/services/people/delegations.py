"""Stand-ins of leaders (委托, A12): for a time, by name, revocable; delegates act "代"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL, local_date
from app.domain.policy import may_delegate
from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.domain.roles import SECTION_TYPES, Actor, OrgType
from app.models import Delegation, Organisation, User

LONGEST_DAYS = 90
OFFICES = (OrgType.BUREAU, OrgType.CENTRE, *sorted(SECTION_TYPES))


@dataclass(frozen=True, slots=True)
class StandIn:
    """One delegation as its leader sees it; both days are included."""

    id: int
    name: str
    org_name: str
    first_day: date
    last_day: date
    is_running: bool
    is_over: bool


def name_stand_in(
    session: Session,
    actor: Actor,
    now: datetime,
    delegate_id: int | None,
    first_day: date | None,
    last_day: date | None,
) -> Delegation:
    """Let somebody decide in the leader's place on these days, both included.

    It holds at once when the first day is today. Raises NotAllowed for anyone but a leader,
    Invalid with a sentence for each field, Conflict when the days overlap another delegation.
    """
    _require_leader(actor)
    today = local_date(now)
    fields = _wrong_fields(session, actor, today, delegate_id, first_day, last_day)
    if fields or delegate_id is None or first_day is None or last_day is None:
        raise Invalid("delegation.incomplete", " ".join(fields.values()), fields=fields)
    starts_at = max(_midnight(first_day), now)
    ends_at = _midnight(last_day + timedelta(days=1))
    # One writer after the other: of two that overlap, sent at once, one has to see the other.
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update())
    _refuse_overlap(session, actor, starts_at, ends_at)
    delegation = Delegation(
        leader_id=actor.user_id,
        delegate_id=delegate_id,
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=now,
    )
    session.add(delegation)
    session.flush()
    return delegation


def revoke(session: Session, actor: Actor, now: datetime, delegation_id: int) -> None:
    """End one of one's own delegations at once; one that is over already stays as it was."""
    _require_leader(actor)
    delegation = session.get(Delegation, delegation_id)
    if delegation is None or delegation.leader_id != actor.user_id:
        raise NotFound("delegation.not_found", "没有找到这条委托。")
    if delegation.revoked_at is None and delegation.ends_at > now:
        delegation.revoked_at = now
        session.flush()


def stand_ins_of(session: Session, actor: Actor, now: datetime, most: int = 20) -> list[StandIn]:
    """A leader's delegations, the newest first."""
    rows = session.execute(
        select(Delegation, User.name, Organisation.short_name)
        .join(User, User.id == Delegation.delegate_id)
        .join(Organisation, Organisation.id == User.org_id)
        .where(Delegation.leader_id == actor.user_id)
        .order_by(Delegation.starts_at.desc(), Delegation.id.desc())
        .limit(most)
    )
    return [
        StandIn(
            id=row.id,
            name=name,
            org_name=org_name,
            first_day=local_date(row.starts_at),
            last_day=local_date(row.ends_at - timedelta(seconds=1)),
            is_running=row.revoked_at is None and row.starts_at <= now < row.ends_at,
            is_over=row.revoked_at is not None or row.ends_at <= now,
        )
        for row, name, org_name in rows
    ]


def candidates(session: Session, actor: Actor) -> Sequence[tuple[int, str, str]]:
    """Who may stand in: id, name and office of the bureau's people, other leaders first."""
    rows = session.execute(
        select(User.id, User.name, Organisation.short_name)
        .join(Organisation, Organisation.id == User.org_id)
        .where(
            User.is_active,
            User.id != actor.user_id,
            Organisation.org_type.in_([kind.value for kind in OFFICES]),
        )
        .order_by((Organisation.org_type != OrgType.BUREAU.value), Organisation.position, User.id)
    )
    return [(user_id, name, org_name) for user_id, name, org_name in rows]


def _require_leader(actor: Actor) -> None:
    if not may_delegate(actor):
        raise NotAllowed("delegation.not_allowed", "只有分管领导可以委托他人代为审定。")


def _wrong_fields(
    session: Session,
    actor: Actor,
    today: date,
    delegate_id: int | None,
    first_day: date | None,
    last_day: date | None,
) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if delegate_id not in {user_id for user_id, _, _ in candidates(session, actor)}:
        wrong["delegate_id"] = "请选择受托人。"
    if first_day is None:
        wrong["first_day"] = "请选择开始日期。"
    elif first_day < today:
        wrong["first_day"] = "开始日期不能早于今天。"
    if last_day is None:
        wrong["last_day"] = "请选择结束日期。"
    elif first_day is not None and last_day < first_day:
        wrong["last_day"] = "结束日期不能早于开始日期。"
    elif first_day is not None and (last_day - first_day).days >= LONGEST_DAYS:
        wrong["last_day"] = f"一次委托最长 {LONGEST_DAYS} 天，请缩短。"
    return wrong


def _refuse_overlap(session: Session, actor: Actor, starts_at: datetime, ends_at: datetime) -> None:
    other = session.scalar(
        select(User.name)
        .join(Delegation, Delegation.delegate_id == User.id)
        .where(
            Delegation.leader_id == actor.user_id,
            Delegation.revoked_at.is_(None),
            Delegation.starts_at < ends_at,
            Delegation.ends_at > starts_at,
        )
        .limit(1)
    )
    if other is not None:
        raise Conflict(
            "delegation.overlap", f"这几天已委托 {other}。请先收回那条委托，或改选日期。"
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)
