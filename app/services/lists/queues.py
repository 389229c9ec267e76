"""The lists people work from, as data: who has them, what stands in them, in which order."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from app.domain.guards import Circumstances
from app.domain.refusals import NotFound
from app.domain.roles import Actor, OrgType, Role
from app.domain.states import Priority, RequestKind, RequestStatus, State
from app.models import Problem, ProblemRequest

Where = Callable[[Actor, Circumstances], ColumnElement[bool]]
Who = Callable[[Actor], bool]
ON_THE_STREET = frozenset({OrgType.STREET, OrgType.ZONE})


@dataclass(frozen=True, slots=True)
class Queue:
    """One list. `columns` are the field ids a table shows; `sort` is written as in the URL.

    `stage` shows the clock of whoever must act next instead of the unit's own.
    """

    id: str
    label: str
    who: Who
    where: Where
    sort: str
    columns: tuple[str, ...]
    empty: str
    empty_hint: str
    stage: bool = False


# --- who has a list ---


def has_own_unit(actor: Actor) -> bool:
    """责任单位人员"""
    return actor.has(Role.UNIT_USER)


def works_in_street(actor: Actor) -> bool:
    """街道人员"""
    return actor.org_type in ON_THE_STREET and actor.has(Role.REPORTER, Role.UNIT_USER)


def reports(actor: Actor) -> bool:
    """上报人"""
    return actor.has(Role.REPORTER)


def reviews(actor: Actor) -> bool:
    """审核员"""
    return actor.has(Role.REVIEWER)


def checks(actor: Actor) -> bool:
    """核查员"""
    return actor.has(Role.CHECKER)


def signs_off(actor: Actor) -> bool:
    """牵头科室管理员、直属大队管理员"""
    return actor.has(Role.LEAD_ADMIN, Role.BRIGADE_ADMIN)


def leads(actor: Actor) -> bool:
    """分管领导或其受托人"""
    return actor.has(Role.LEADER) or bool(actor.delegated_from)


def decides_deferrals(actor: Actor) -> bool:
    """牵头科室管理员，分管领导或其受托人"""
    return actor.has(Role.LEAD_ADMIN) or leads(actor)


def supervises(actor: Actor) -> bool:
    """直属大队"""
    return actor.has(Role.BRIGADE_USER, Role.BRIGADE_ADMIN)


def anybody(actor: Actor) -> bool:
    """全体人员"""
    return bool(actor.roles)


# --- what stands in it ---


def _in(*states: State) -> ColumnElement[bool]:
    values = [state.value for state in states]
    return Problem.state == values[0] if len(values) == 1 else Problem.state.in_(values)


def _own_unit(actor: Actor) -> ColumnElement[bool]:
    return Problem.responsible_org_id == actor.org_id if actor.org_id is not None else false()


def _today(actor: Actor, _at: Circumstances) -> ColumnElement[bool]:
    return and_(_own_unit(actor), _in(State.LISTED))


def _unit(actor: Actor, _at: Circumstances) -> ColumnElement[bool]:
    return and_(_own_unit(actor), _in(State.LISTED, State.DEFERRED, State.SUBMITTED))


def _mine(actor: Actor, _at: Circumstances) -> ColumnElement[bool]:
    return Problem.reporter_id == actor.user_id


def _corrections(actor: Actor, at: Circumstances) -> ColumnElement[bool]:
    return and_(_mine(actor, at), _in(State.NEEDS_CORRECTION))


def _pool(_actor: Actor, _at: Circumstances) -> ColumnElement[bool]:
    return _in(State.POOLED)


def _check(actor: Actor, _at: Circumstances) -> ColumnElement[bool]:
    another = Problem.submitted_by_id.is_distinct_from(actor.user_id)
    return and_(_in(State.SUBMITTED), another)


def _sign_off(actor: Actor, at: Circumstances) -> ColumnElement[bool]:
    by_lead = at.rules.urgent_sign_off_by_lead
    urgent = Problem.priority == Priority.URGENT.value
    reach: list[ColumnElement[bool]] = []
    if actor.has(Role.BRIGADE_ADMIN) and not by_lead:
        reach.append(urgent)
    if actor.has(Role.LEAD_ADMIN) and actor.org_id is not None:
        led = Problem.lead_section_id == actor.org_id
        reach.append(led if by_lead else and_(led, ~urgent))
    return and_(_in(State.PRE_SIGNED_OFF), or_(*reach)) if reach else false()


def _deferral_requests(actor: Actor, _at: Circumstances) -> ColumnElement[bool]:
    """Open requests for the lead section, endorsed ones for the leader."""
    reach: list[ColumnElement[bool]] = []
    if actor.has(Role.LEAD_ADMIN) and actor.org_id is not None:
        reach.append(
            and_(
                Problem.lead_section_id == actor.org_id,
                ProblemRequest.status == RequestStatus.OPEN.value,
            )
        )
    if actor.leads:
        reach.append(
            and_(
                Problem.lead_section_id.in_(sorted(actor.leads)),
                ProblemRequest.status == RequestStatus.ENDORSED.value,
            )
        )
    if not reach:
        return false()
    pending = (
        select(ProblemRequest.id)
        .where(
            ProblemRequest.problem_id == Problem.id,
            ProblemRequest.kind == RequestKind.DEFERRAL.value,
            or_(*reach),
        )
        .correlate(Problem)
    )
    return and_(_in(State.LISTED, State.DEFERRED), pending.exists())


def _urgent_review(actor: Actor, _at: Circumstances) -> ColumnElement[bool]:
    return and_(_in(State.URGENT_REVIEW), Problem.lead_section_id.in_(sorted(actor.leads)))


def _brigade(_actor: Actor, _at: Circumstances) -> ColumnElement[bool]:
    return _in(State.URGENT_LISTED)


def _all(_actor: Actor, _at: Circumstances) -> ColumnElement[bool]:
    return true()


_WORK = ("number", "category", "address", "street", "responsible", "due_at", "returned_count")
_REVIEW = ("category", "description", "street", "address", "priority", "reporter_org", "pooled_at")

QUEUES: tuple[Queue, ...] = (
    Queue(
        "today", "今日任务", works_in_street, _today, "due_at", _WORK,
        "今天没有待整改的问题", "审核员下发给本单位的问题会出现在这里，先到期的排在前面。",
    ),
    Queue(
        "corrections", "待补正", reports, _corrections, "-serial",
        ("category", "address", "description", "pooled_at"),
        "没有退回补正的上报", "审核员退回的上报会出现在这里，补正后重新上报。",
    ),
    Queue(
        "mine", "我的上报", reports, _mine, "-serial",
        ("number", "state", "category", "address", "pooled_at", "due_at"),
        "您还没有上报过问题", "上报的每个问题都会出现在这里，可以看到办到哪一步、为什么退回。",
    ),
    Queue(
        "pool", "问题池", reviews, _pool, "pooled_at", _REVIEW,
        "问题池是空的", "街道上报的问题先到这里，先报的排在前面。", stage=True,
    ),
    Queue(
        "check", "待核查", checks, _check, "stage_due_at",
        ("number", "category", "address", "responsible", "submitted_at", "on_time"),
        "没有待核查的问题", "责任单位提交整改后会出现在这里，对比前后照片后通过或退件。",
        stage=True,
    ),
    Queue(
        "sign_off", "待销号", signs_off, _sign_off, "stage_due_at",
        ("number", "category", "address", "responsible", "submitted_at", "pre_signed_off_at"),
        "没有待销号的问题", "核查通过、预销号的问题会出现在这里，由您同意销号或退件。", stage=True,
    ),
    Queue(
        "deferral_requests", "挂号审批", decides_deferrals, _deferral_requests, "due_at",
        ("number", "category", "address", "responsible", "due_at"),
        "没有待审批的挂号申请", "责任单位申请挂号后会出现在这里，审批期间时限照常计算。",
    ),
    Queue(
        "urgent_review", "紧急待审定", leads, _urgent_review, "stage_due_at",
        ("category", "address", "urgent_reason", "lead_section", "pooled_at"),
        "没有待审定的紧急申请", "审核员呈报的紧急问题会出现在这里，由您确认紧急或转一般。",
        stage=True,
    ),
    Queue(
        "brigade", "督导池", supervises, _brigade, "due_at",
        ("number", "category", "address", "responsible", "due_at", "returned_count"),
        "督导池是空的", "分管领导确认紧急的问题会出现在这里，先到期的排在前面。",
    ),
    Queue(
        "unit", "本单位清单", has_own_unit, _unit, "due_at", ("state", *_WORK),
        "本单位没有在办的问题", "下发给本单位的问题会出现在这里：待整改、挂号和待核查的。",
    ),
    Queue(
        "all", "全部问题", anybody, _all, "-serial",
        ("number", "state", "priority", "category", "address", "street", "lead_section",
         "responsible", "pooled_at", "due_at"),
        "没有符合条件的问题", "换一个筛选条件，或清除筛选后再看。",
    ),
)  # fmt: skip
BY_ID: dict[str, Queue] = {queue.id: queue for queue in QUEUES}


def find(queue_id: str) -> Queue:
    """The queue of this id; NotFound where there is none."""
    try:
        return BY_ID[queue_id]
    except KeyError:
        raise NotFound("queue.unknown", "没有这个清单。") from None


def queues_of(actor: Actor) -> list[Queue]:
    """The lists this actor has, in the order of a day's work."""
    return [queue for queue in QUEUES if queue.who(actor)]
