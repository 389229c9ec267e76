"""The moves of an import (T21-T23): what they ask and what they start."""

from dataclasses import replace

from app.domain.calendars import end_of
from app.domain.clocks import Due
from app.domain.effects import Effect
from app.domain.facts import Facts, Given
from app.domain.guards import Circumstances
from app.domain.import_steps import (
    after,
    closed_moment,
    course,
    defer,
    due_of,
    first_said,
    further,
    in_time,
    instant_of,
    limit_of,
    listed_moment,
    stage,
)
from app.domain.importing import ENTERS, RANK, Entry, Imported, reached
from app.domain.refusals import Conflict, Refusal
from app.domain.roles import Actor
from app.domain.states import RequestStatus, State, VoidReason


def says_a_state(_: Facts, given: Given | None, __: Circumstances) -> Refusal | None:
    """台账的状态是导入可以进入的状态"""
    imported = given.imported if given else None
    entry = imported.entry if imported else None
    if imported is None or entry is None or imported.state not in ENTERS:
        return Conflict("import.state", "台账没有写明可以进入的状态，请选择一个状态。")
    if imported.state is State.DEFERRED and entry.deferral_due is None:
        return Conflict("import.deferral", "台账写明挂号，但没有挂号期限，请填写期限或改为待整改。")
    return None


def _row(given: Given) -> tuple[Imported, Entry]:
    if given.imported is None or given.imported.entry is None:
        raise ValueError("an import without its row")
    return given.imported, given.imported.entry


def enter(_facts: Facts, given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """时限、日期和是否按期，按台账写明的日期补算"""
    _, entry = _row(given)
    reported = instant_of(
        first_said(entry.reported_at, entry.listed_at) or listed_moment(entry, at.now)
    )
    effect = Effect({"pooled_at": reported, "priority": entry.priority})
    if entry.state is State.POOLED:
        effect.stage_due = stage(at.rules.intake_work_days, reported, at)
    elif entry.state is State.VOID:
        effect.values |= {
            "voided_at": instant_of(closed_moment(entry, at.now)),
            "void_reason": VoidReason.VOID_IN_LEDGER,
        }
    else:
        course(effect, entry, entry.state, at)
    return effect


def bring_forward(facts: Facts, given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """状态只向前走，时限、日期按台账更新；在系统里办理过的步骤不变"""
    imported, entry = _row(given)
    effect = Effect()
    if "reported_at" in imported.fields and entry.reported_at is not None:
        effect.values["pooled_at"] = instant_of(entry.reported_at)
    reaches = reached(facts.state, imported.state)
    if facts.state is State.POOLED and reaches is not State.POOLED:
        course(effect, entry, reaches, at)
        return effect
    if facts.listed_at is None:
        return effect
    _time_anew(effect, facts, entry, imported.fields, at)
    _dates_anew(effect, facts, entry, imported.fields)
    if reaches is facts.state:
        return effect
    if effect.keeps_clock and facts.clock is not None:
        effect.run(facts.clock, at, facts.due)
    came_from = facts.state
    if entry.deferral_due is not None and facts.state is State.LISTED:
        defer(effect, entry, min(at.now, facts.due.at) if facts.due else at.now, at)
        effect.values["deferrals_approved"] = facts.deferrals_approved + 1
        came_from = State.DEFERRED
    since = facts.submitted_at or facts.listed_at
    further(effect, entry, reaches, (came_from, since), at)
    if RANK[came_from] < RANK[State.SUBMITTED] <= RANK[reaches]:
        effect.values["round"] = facts.round + 1
    if facts.request is not None:
        effect.request_status = RequestStatus.LAPSED
    return effect


def _time_anew(
    effect: Effect, facts: Facts, entry: Entry, fields: frozenset[str], at: Circumstances
) -> None:
    """Another day of arrival or another limit in the file: the clock runs by them."""
    if facts.clock is None or facts.listed_at is None:
        return
    listed, due = facts.listed_at, None
    if "listed_at" in fields and entry.listed_at is not None:
        listed = instant_of(entry.listed_at)
    if "due" in fields and entry.due is not None:
        due = due_of(entry.due, at)
    deferred = State.DEFERRED in (facts.state, facts.came_from)
    if deferred and "deferral_until" in fields and entry.deferral_due is not None:
        effect.values |= {"deferral_due": entry.deferral_due, "deferral_expired": False}
        effect.run(facts.clock, at, Due(end_of(entry.deferral_due, at.rules.cutoff)))
    elif not deferred and (due is not None or listed != facts.listed_at):
        limit = facts.clock.limit if due is None else limit_of(entry, listed, due, at)
        effect.values["listed_at"] = listed
        effect.run(replace(facts.clock, limit=limit, since=listed, consumed=0), at, due)
    if not effect.keeps_clock and facts.submitted_at is not None and effect.due is not None:
        effect.values["on_time"] = facts.submitted_at <= effect.due.at


def _dates_anew(effect: Effect, facts: Facts, entry: Entry, fields: frozenset[str]) -> None:
    """Days of steps that an import made; what a person did here keeps its own."""
    handed_in = facts.state in {State.SUBMITTED, State.PRE_SIGNED_OFF}
    mine = handed_in and facts.submitted_by_id is None and facts.listed_at is not None
    if mine and entry.finished_at is not None and "finished_at" in fields:
        submitted = after(entry.finished_at, facts.listed_at or instant_of(entry.finished_at))
        in_force = effect.due or facts.due
        effect.values["submitted_at"] = submitted
        effect.values["on_time"] = in_time(entry.finished_at, submitted, in_force)
    passed = facts.state is State.PRE_SIGNED_OFF and facts.checked_by_id is None
    if passed and entry.checked_at is not None and "checked_at" in fields:
        effect.values["pre_signed_off_at"] = instant_of(entry.checked_at)


def take_back(_facts: Facts, given: Given, _actor: Actor, at: Circumstances) -> Effect:
    """恢复导入前的值和时限；由导入新建的作废，不计入任何比率"""
    if given.imported is None:
        raise ValueError("an undo without what to put back")
    if given.imported.state is not State.VOID:
        return Effect(dict(given.imported.columns))
    return Effect(
        {
            "voided_at": at.now,
            "void_reason": VoidReason.IMPORT_UNDONE,
            "signed_off_at": None,
            "signed_off_by_id": None,
        },
        request_status=RequestStatus.LAPSED,
    )
