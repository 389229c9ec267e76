"""What a move starts and stops: clocks, dates and flags, as values to be written."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app.domain.calendars import end_of, local_date
from app.domain.clocks import Clock, Due, Limit, LimitUnit, expired_on
from app.domain.facts import Facts, Given
from app.domain.guards import Circumstances
from app.domain.roles import Actor
from app.domain.states import Priority, RequestKind, RequestStatus, State


@dataclass(slots=True)
class Effect:
    """The values a move writes beside the state.

    `values` are columns of the problem; `clock` and `due` the unit's clock (untouched
    while `keeps_clock`); `stage_due` the date of whoever must act next; `request` the
    status an open request takes, `new_request` one that is asked for.
    """

    values: dict[str, object] = field(default_factory=dict)
    keeps_clock: bool = True
    clock: Clock | None = None
    due: Due | None = None
    stage_due: Due | None = None
    request_status: RequestStatus | None = None
    new_request: RequestKind | None = None

    def run(self, clock: Clock, at: Circumstances, due: Due | None = None) -> "Effect":
        """Set the unit's clock; the due date is derived unless another is in force."""
        self.keeps_clock = False
        self.clock = clock
        self.due = due or clock.due(at.calendar, at.rules.cutoff)
        return self


Starter = Callable[[Facts, Given, Actor, Circumstances], Effect]


def _work_days(amount: int, at: Circumstances) -> Due:
    limit = Limit(amount, LimitUnit.WORK_DAY)
    return Clock(limit, since=at.now).due(at.calendar, at.rules.cutoff)


def _confirmed(given: Given) -> dict[str, object]:
    """Category, section and unit as the mover confirmed them."""
    named: dict[str, object] = {
        "category_id": given.category_id,
        "lead_section_id": given.lead_section_id,
        "responsible_org_id": given.responsible_org_id,
    }
    return {key: value for key, value in named.items() if value is not None}


def nothing(_facts: Facts, _given: Given, _actor: Actor, _at: Circumstances) -> Effect:
    """不启动时限"""
    return Effect()


def intake(facts: Facts, given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """启动审核时限"""
    values: dict[str, object] = _confirmed(given) | {
        "pooled_at": at.now,
        "description": given.description.strip(),
        "street_id": given.street_id,
        "priority": given.priority or facts.priority,
        "urgent_reason": given.text.strip() if given.priority is Priority.URGENT else "",
    }
    return Effect(values, stage_due=_work_days(at.rules.intake_work_days, at))


def close_as_void(_facts: Facts, given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """记录作废原因"""
    return Effect(
        {
            "voided_at": at.now,
            "void_reason": given.reason_code,
            "duplicate_of_id": given.duplicate_of_id,
        }
    )


def _rectify_limit(given: Given, at: Circumstances) -> Limit:
    own = given.category_limit
    if at.rules.category_limits and own is not None:
        return Limit(own.amount, LimitUnit(own.unit))
    return Limit(at.rules.rectify_work_days, LimitUnit.WORK_DAY)


def rectify(_facts: Facts, given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """启动整改时限（默认 7 个工作日，到达当日不计）"""
    values = _confirmed(given) | {"listed_at": at.now, "priority": Priority.GENERAL}
    return Effect(values).run(Clock(_rectify_limit(given, at), since=at.now), at)


def rectify_after_urgent(facts: Facts, given: Given, actor: Actor, at: Circumstances) -> Effect:
    """从转一般时起启动整改时限"""
    effect = rectify(facts, given, actor, at)
    effect.values["urgent_denied"] = True
    return effect


def leader(_facts: Facts, given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """启动领导审定时限（连续小时）"""
    values = _confirmed(given) | {"priority": Priority.URGENT}
    if given.text.strip():
        values["urgent_reason"] = given.text.strip()
    limit = Limit(at.rules.leader_hours, LimitUnit.URGENT_HOUR)
    return Effect(values, stage_due=Clock(limit, since=at.now).due(at.calendar))


def urgent(facts: Facts, given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """启动紧急时限（连续小时，节假日照算）"""
    own = facts.category_urgent_hours
    if given.category_limit and given.category_limit.urgent_hours:
        own = given.category_limit.urgent_hours
    limit = Limit(own or at.rules.urgent_hours, LimitUnit.URGENT_HOUR)
    return Effect({"listed_at": at.now}).run(Clock(limit, since=at.now), at)


def check(facts: Facts, given: Given, actor: Actor, at: Circumstances) -> Effect:
    """暂停整改时限，启动核查时限"""
    values: dict[str, object] = {
        "submitted_at": at.now,
        "submitted_by_id": actor.user_id,
        "came_from": facts.state,
        "round": facts.round + 1,
        "remedy": given.remedy.strip(),
        "handled_by": given.handled_by.strip(),
        "on_time": facts.due is None or at.now <= facts.due.at,
    }
    effect = Effect(values, stage_due=_work_days(at.rules.check_work_days, at))
    if facts.request is not None:
        effect.request_status = RequestStatus.LAPSED
    if facts.clock is not None and facts.clock.paused_at is None:
        effect.run(facts.clock.pause(at.now), at, facts.due)
    return effect


def sign_off_stage(_facts: Facts, _given: Given, actor: Actor, at: Circumstances) -> Effect:
    """启动销号时限"""
    values: dict[str, object] = {"pre_signed_off_at": at.now, "checked_by_id": actor.user_id}
    return Effect(values, stage_due=_work_days(at.rules.sign_off_work_days, at))


def resume(facts: Facts, given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """整改时限继续，核查用去的时间不计；至少到下一个工作日"""
    values: dict[str, object] = {
        "returned_count": facts.returned_count + 1,
        "send_back_reason": given.reason_code,
        "send_back_text": given.text.strip(),
        "checked_by_id": None,
        "on_time": None,
    }
    effect = Effect(values)
    if facts.came_from is State.DEFERRED and facts.deferral_due is not None:
        if local_date(at.now) <= facts.deferral_due:
            return effect
        effect.values["deferral_expired"] = True
        clock = replace(expired_on(facts.deferral_due), paused_at=at.now)
        return effect.run(clock.resume(at.now, at.calendar), at)
    if facts.clock is None:
        return effect
    mode = at.rules.return_clock
    return effect.run(facts.clock.resume(at.now, at.calendar, mode), at)


def close(_facts: Facts, _given: Given, actor: Actor, at: Circumstances) -> Effect:
    """进入成果库和整治台账"""
    return Effect({"signed_off_at": at.now, "signed_off_by_id": actor.user_id})


def take_back(facts: Facts, _given: Given, _actor: Actor, _at: Circumstances) -> Effect:
    """状态、时限、日期和次数恢复到作出结论之前"""
    if facts.verdict is None:
        raise ValueError("nothing to take back")
    return Effect(dict(facts.verdict.columns))


def request(kind: RequestKind) -> Starter:
    """A request stands beside the problem; the clock goes on."""

    def start(_facts: Facts, _given: Given, _actor: Actor, _at: Circumstances) -> Effect:
        return Effect(new_request=kind)

    start.__doc__ = "提出申请，时限照常计算"
    return start


def endorse(_facts: Facts, _given: Given, _actor: Actor, _at: Circumstances) -> Effect:
    """报分管领导审批，时限照常计算"""
    return Effect(request_status=RequestStatus.ENDORSED)


def refuse(_facts: Facts, _given: Given, _actor: Actor, _at: Circumstances) -> Effect:
    """申请未同意，时限从未停止"""
    return Effect(request_status=RequestStatus.REFUSED)


def defer(facts: Facts, given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """停止整改时限，按挂号期限计算"""
    target = given.target_date or (facts.request.target_date if facts.request else None)
    if target is None:  # the need and the request both guarantee one
        raise ValueError("a deferral without a date")
    values: dict[str, object] = {
        "deferral_due": target,
        "deferrals_approved": facts.deferrals_approved + 1,
        "deferral_expired": False,
    }
    effect = Effect(values, request_status=RequestStatus.APPROVED)
    if facts.clock is None:
        return effect
    clock = facts.clock if facts.clock.paused_at else facts.clock.pause(at.now)
    return effect.run(clock, at, Due(end_of(target, at.rules.cutoff)))


def lapse(facts: Facts, _given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """回到问题清单池，以挂号期限为到期日，此后为超期"""
    if facts.deferral_due is None:
        raise ValueError("a deferral without a date")
    effect = Effect({"deferral_expired": True, "listed_at": at.now})
    if facts.request is not None:
        effect.request_status = RequestStatus.LAPSED
    return effect.run(expired_on(facts.deferral_due), at)


def cancel_deferral(facts: Facts, _given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """回到问题清单池，按挂号前剩余的时限继续"""
    effect = Effect({"deferral_due": None})
    if facts.request is not None:
        effect.request_status = RequestStatus.LAPSED
    if facts.clock is None:
        return effect
    return effect.run(facts.clock.resume(at.now, at.calendar), at)


def reopen(facts: Facts, given: Given, actor: Actor, at: Circumstances) -> Effect:
    """撤销销号，重新启动整改时限"""
    effect = rectify(facts, given, actor, at)
    effect.values |= {"reopened": True, "signed_off_at": None, "signed_off_by_id": None}
    return effect


def reassign(facts: Facts, given: Given, actor: Actor, at: Circumstances) -> Effect:
    """新单位的整改时限从改派时起算"""
    effect = rectify(facts, given, actor, at)
    effect.request_status = RequestStatus.APPROVED
    return effect


def extend(facts: Facts, _given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """整改时限延长"""
    if facts.clock is None or facts.request is None or facts.request.days is None:
        raise ValueError("an extension without a clock or a request")
    effect = Effect({"extensions_granted": facts.extensions_granted + 1})
    effect.request_status = RequestStatus.APPROVED
    return effect.run(facts.clock.extended(facts.request.days), at)
