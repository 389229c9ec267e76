"""Conditions of a move beyond who and what: each gives the refusal, or None."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.calendars import WorkCalendar, local_date
from app.domain.facts import Facts, Given
from app.domain.refusals import Conflict, Invalid, Refusal
from app.domain.rules import Rules
from app.domain.states import Priority, RequestKind, RequestStatus, State


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The world a move happens in: the time, the calendar and the city's settings."""

    now: datetime
    calendar: WorkCalendar
    rules: Rules


TAKE_BACK_GRACE = timedelta(seconds=3)  # a press in the last second is still on its way

Guard = Callable[[Facts, Given | None, Circumstances], Refusal | None]
# `given` is None when the question is only which buttons to show.


def _overdue(facts: Facts, at: Circumstances) -> bool:
    return facts.due is not None and at.now > facts.due.at


def is_urgent_or_asked(facts: Facts, given: Given | None, _: Circumstances) -> Refusal | None:
    """只有紧急申请可以呈报领导，或由审核员写明紧急理由"""
    if facts.priority is Priority.URGENT or given is None or given.text.strip():
        return None
    return Invalid("urgent.reason_missing", "请写明紧急理由。", fields={"text": "请写明紧急理由。"})


def is_not_deferred_or_requested(
    facts: Facts, _: Given | None, at: Circumstances
) -> Refusal | None:
    """未超期、非紧急、没有审批中的申请、未用完挂号次数"""
    if facts.priority is Priority.URGENT:
        return Conflict("deferral.urgent", "紧急问题不能挂号，请先由分管领导转为一般。")
    if facts.request is not None:
        return Conflict("request.open", "已有一个申请在审批中，请等待审批结果。")
    if facts.state is State.LISTED and _overdue(facts, at):
        return Conflict("deferral.overdue", "问题已超期，不能再申请挂号，请尽快整改。")
    if facts.deferrals_approved > at.rules.deferral_prolongations:
        return Conflict("deferral.used_up", "挂号次数已用完，请按期整改。")
    return None


def target_date_is_ahead(_: Facts, given: Given | None, at: Circumstances) -> Refusal | None:
    """期限在今天之后，且不超过最长天数"""
    if given is None or given.target_date is None:
        return None
    today = local_date(at.now)
    latest = today + timedelta(days=at.rules.deferral_max_days)
    if today < given.target_date <= latest:
        return None
    sentence = (
        f"完成期限应在明天到 {latest:%Y-%m-%d} 之间（最长 {at.rules.deferral_max_days} 天）。"
    )
    return Invalid("deferral.date", sentence, fields={"target_date": sentence})


def _has_request(kind: RequestKind, label: str) -> Guard:
    def guard(facts: Facts, _: Given | None, __: Circumstances) -> Refusal | None:
        if facts.request is not None and facts.request.kind is kind:
            return None
        return Conflict("request.none", f"没有待审批的{label}申请，可能已被他人处理。")

    guard.__doc__ = f"有审批中的{label}申请"
    return guard


has_deferral_request = _has_request(RequestKind.DEFERRAL, "挂号")
has_reassign_request = _has_request(RequestKind.REASSIGN, "改派")
has_extension_request = _has_request(RequestKind.EXTENSION, "延期")


def _is_long(facts: Facts, given: Given | None, at: Circumstances) -> bool:
    target = (given and given.target_date) or (facts.request and facts.request.target_date)
    far = local_date(at.now) + timedelta(days=at.rules.deferral_leader_days)
    return bool(target and target > far)


def deferral_is_short_or_endorsed(
    facts: Facts, given: Given | None, at: Circumstances
) -> Refusal | None:
    """期限较近，或科室已同意"""
    if facts.request and facts.request.status is RequestStatus.ENDORSED:
        return None
    if _is_long(facts, given, at):
        days = at.rules.deferral_leader_days
        return Conflict(
            "deferral.needs_leader", f"期限超过 {days} 天，须科室同意后报分管领导审批。"
        )
    return None


def deferral_is_long_and_open(
    facts: Facts, given: Given | None, at: Circumstances
) -> Refusal | None:
    """期限较远，科室尚未表态"""
    request = facts.request
    if request and request.status is RequestStatus.OPEN and _is_long(facts, given, at):
        return None
    return Conflict("deferral.no_leader_needed", "这个申请不需要报分管领导，科室可直接决定。")


def deferral_has_passed(facts: Facts, _: Given | None, at: Circumstances) -> Refusal | None:
    """挂号期限已过"""
    if facts.deferral_due is not None and local_date(at.now) > facts.deferral_due:
        return None
    return Conflict("deferral.still_runs", "挂号期限还没有到。")


def deferral_still_runs(facts: Facts, _: Given | None, at: Circumstances) -> Refusal | None:
    """挂号期限未过"""
    if facts.deferral_due is not None and local_date(at.now) <= facts.deferral_due:
        return None
    return Conflict("deferral.passed", "挂号期限已过，问题将自动回到问题清单池。")


def was_signed_off_lately(facts: Facts, _: Given | None, at: Circumstances) -> Refusal | None:
    """销号不久"""
    days = at.rules.reopen_days
    if facts.signed_off_at and at.now - facts.signed_off_at <= timedelta(days=days):
        return None
    return Conflict("reopen.too_late", f"销号已超过 {days} 天，不能撤销，请作为新问题上报。")


def comes_with_an_import(_: Facts, given: Given | None, __: Circumstances) -> Refusal | None:
    """只随导入办理，不能单独办理"""
    if given is not None and given.imported is not None:
        return None
    return Conflict("import.alone", "这一步只随导入台账办理，请到“导入”页面操作。")


def verdict_is_fresh(facts: Facts, _: Given | None, at: Circumstances) -> Refusal | None:
    """刚作出结论，之后没有别的办理"""
    seconds = at.rules.take_back_seconds
    if facts.verdict is None:
        return Conflict("take_back.nothing", "没有可以撤回的结论，可能已有新的办理，请刷新查看。")
    if seconds and at.now - facts.verdict.at <= timedelta(seconds=seconds) + TAKE_BACK_GRACE:
        return None
    return Conflict(
        "take_back.too_late",
        f"已超过 {seconds} 秒，不能撤回。" if seconds else "本单位没有开启撤回。",
    )


def arrived_lately(facts: Facts, _: Given | None, at: Circumstances) -> Refusal | None:
    """到达后不久，且没有审批中的申请"""
    if facts.request is not None:
        return Conflict("request.open", "已有一个申请在审批中，请等待审批结果。")
    limit = at.rules.reassign_work_days
    since = facts.listed_at
    if since is None or at.calendar.workdays_between(local_date(since), local_date(at.now)) > limit:
        return Conflict("reassign.too_late", f"改派须在到达后 {limit} 个工作日内申请。")
    return None


def may_still_extend(facts: Facts, given: Given | None, at: Circumstances) -> Refusal | None:
    """未超期、次数未用完、没有审批中的申请"""
    if facts.request is not None:
        return Conflict("request.open", "已有一个申请在审批中，请等待审批结果。")
    if _overdue(facts, at):
        return Conflict("extension.overdue", "问题已超期，不能再申请延期。")
    if facts.extensions_granted >= at.rules.extensions:
        return Conflict("extension.used_up", f"最多延期 {at.rules.extensions} 次，已用完。")
    if given and given.days and facts.clock and given.days > facts.clock.limit.amount:
        sentence = f"一次最多延长 {facts.clock.limit.amount} 个工作日。"
        return Invalid("extension.too_long", sentence, fields={"days": sentence})
    return None


def no_signal_forbids(facts: Facts, _: Given | None, __: Circumstances) -> Refusal | None:
    """照片没有设置为“不得通过核查”的信号"""
    if facts.forbidden_by:
        return Conflict(
            "signal.blocks",
            f"整改照片有信号：{'、'.join(facts.forbidden_by)}，按设置不得通过核查，请退件并要求重新拍摄。",
        )
    if facts.unexamined:
        return Conflict(
            "signal.unexamined",
            f"还有 {facts.unexamined} 张整改照片正在检查，按设置检查完才能核查通过，请稍后再试。",
        )
    return None
