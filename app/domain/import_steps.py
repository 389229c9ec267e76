"""The steps a ledger tells of, each as the move of its name would have left the problem."""

from datetime import date, datetime

from app.domain.calendars import LOCAL, end_of, local_date, start_of
from app.domain.clocks import Clock, Due, Limit, LimitUnit
from app.domain.effects import Effect
from app.domain.guards import Circumstances
from app.domain.importing import RANK, Entry, Moment
from app.domain.states import SendBackReason, State

# --- the instants that dates of a file stand for ---


def instant_of(moment: date | datetime) -> datetime:
    """The instant a file means: a day without a time is its beginning."""
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)
    return start_of(moment)


def after(moment: date | datetime, earlier: datetime) -> datetime:
    """The instant of a later step: one the file dates to the same day comes not before it."""
    at = instant_of(moment)
    if isinstance(moment, datetime) or local_date(at) != local_date(earlier):
        return at
    return max(at, earlier)


def first_said(*moments: Moment) -> Moment:
    """The first of the moments that is there."""
    return next((moment for moment in moments if moment is not None), None)


def listed_moment(entry: Entry, now: datetime) -> date | datetime:
    """When the problem came to its unit: handed out, else reported, else dealt with, else now."""
    dealt_with = (entry.finished_at, entry.checked_at, entry.signed_off_at)
    return first_said(entry.listed_at, entry.reported_at, *dealt_with) or now


def finished_moment(entry: Entry, now: datetime) -> date | datetime:
    """When the work was handed in: done, else checked, else signed off, else due, else now."""
    said = first_said(entry.finished_at, entry.checked_at, entry.signed_off_at)
    return said or _not_later(entry.due, now)


def closed_moment(entry: Entry, now: datetime) -> date | datetime:
    """When the problem was signed off: on that day, else checked, else done, else due, else now."""
    said = first_said(entry.signed_off_at, entry.checked_at, entry.finished_at)
    return said or _not_later(entry.due, now)


def _not_later(moment: Moment, now: datetime) -> date | datetime:
    return now if moment is None or instant_of(moment) > now else moment


# --- the steps, each as the move of its name would have left the problem ---


def due_of(due: date | datetime, at: Circumstances) -> Due:
    """The limit a file gives; a day counts to its end."""
    if isinstance(due, datetime):
        return Due(instant_of(due))
    return Due(end_of(due, at.rules.cutoff))


def limit_of(entry: Entry, since: datetime, due: Due | None, at: Circumstances) -> Limit:
    """The file's own limit as working days, so that the clock goes on from it; else the city's."""
    own = entry.category_limit
    if due is not None:
        days = at.calendar.workdays_between(local_date(since), local_date(due.at))
        return Limit(days, LimitUnit.WORK_DAY)
    if entry.state is State.URGENT_LISTED:
        hours = own.urgent_hours if own else None
        return Limit(hours or at.rules.urgent_hours, LimitUnit.URGENT_HOUR)
    if at.rules.category_limits and own is not None:
        return Limit(own.amount, LimitUnit(own.unit))
    return Limit(at.rules.rectify_work_days, LimitUnit.WORK_DAY)


def list_problem(effect: Effect, entry: Entry, listed: datetime, at: Circumstances) -> None:
    """T06: the unit's clock runs from the day the problem was handed out."""
    due = due_of(entry.due, at) if entry.due is not None else None
    effect.values["listed_at"] = listed
    effect.run(Clock(limit_of(entry, listed, due, at), since=listed), at, due)


def defer(effect: Effect, entry: Entry, paused: datetime, at: Circumstances) -> None:
    """T16b: the deferral's date takes the place of the clock, which stands still."""
    if entry.deferral_due is None or effect.clock is None:
        return
    effect.values |= {
        "deferral_due": entry.deferral_due,
        "deferrals_approved": 1,
        "deferral_expired": False,
    }
    clock = effect.clock if effect.clock.paused_at else effect.clock.pause(paused)
    effect.run(clock, at, Due(end_of(entry.deferral_due, at.rules.cutoff)))


def hand_in(
    effect: Effect, entry: Entry, came_from: State, since: datetime, at: Circumstances
) -> datetime:
    """T11: the clock stands still, the check begins; gives the instant."""
    moment = finished_moment(entry, at.now)
    submitted = after(moment, since)
    effect.values |= {
        "submitted_at": submitted,
        "submitted_by_id": None,
        "came_from": came_from,
        "on_time": in_time(moment, submitted, effect.due),
    }
    effect.stage_due = stage(at.rules.check_work_days, submitted, at)
    if effect.clock is not None and effect.clock.paused_at is None:
        effect.run(effect.clock.pause(submitted), at, effect.due)
    return submitted


def in_time(moment: date | datetime, submitted: datetime, due: Due | None) -> bool:
    """A day without a time is in time as long as it is not after the due day."""
    if due is None:
        return True
    if isinstance(moment, datetime):
        return submitted <= due.at
    return moment <= local_date(due.at)


def pass_check(effect: Effect, entry: Entry, submitted: datetime, at: Circumstances) -> datetime:
    """T12: checked; gives the instant."""
    checked = after(entry.checked_at, submitted) if entry.checked_at is not None else submitted
    effect.values |= {"pre_signed_off_at": checked, "checked_by_id": None}
    effect.stage_due = stage(at.rules.sign_off_work_days, checked, at)
    return checked


def close(effect: Effect, entry: Entry, checked: datetime, at: Circumstances) -> None:
    """T14: signed off."""
    closed = after(closed_moment(entry, at.now), checked)
    effect.values |= {"signed_off_at": closed, "signed_off_by_id": None}
    effect.stage_due = None


def stage(days: int, since: datetime, at: Circumstances) -> Due:
    """When whoever acts next is due, so many working days after `since`."""
    return Clock(Limit(days, LimitUnit.WORK_DAY), since=since).due(at.calendar, at.rules.cutoff)


def further(
    effect: Effect, entry: Entry, reaches: State, since: tuple[State, datetime], at: Circumstances
) -> None:
    """The steps that lie between where a problem stands and the state it reaches."""
    came_from, instant = since
    rank = RANK[reaches]
    if RANK[came_from] < RANK[State.SUBMITTED] <= rank:
        instant = hand_in(effect, entry, came_from, instant, at)
    if RANK[came_from] < RANK[State.PRE_SIGNED_OFF] <= rank:
        instant = pass_check(effect, entry, instant, at)
    if rank == RANK[State.SIGNED_OFF]:
        close(effect, entry, instant, at)


def course(effect: Effect, entry: Entry, reaches: State, at: Circumstances) -> None:
    """Everything from the pool to the state the file says."""
    listed = instant_of(listed_moment(entry, at.now))
    list_problem(effect, entry, listed, at)
    came_from = State.URGENT_LISTED if reaches is State.URGENT_LISTED else State.LISTED
    if entry.deferral_due is not None:
        defer(effect, entry, listed, at)
        came_from = State.DEFERRED
    further(effect, entry, reaches, (came_from, listed), at)
    handed_in = "submitted_at" in effect.values
    if entry.sent_back:
        effect.values |= {
            "returned_count": 1,
            "send_back_reason": SendBackReason.OTHER,
            "send_back_text": entry.sent_back,
        }
    effect.values["round"] = int(handed_in) + int(bool(entry.sent_back))
