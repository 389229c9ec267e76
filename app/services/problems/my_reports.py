"""What a reporter may still change, and the words with which a report came back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict
from app.domain.roles import Actor, OrgType
from app.models import Event, Organisation
from app.services.cells.writing import EVENT
from app.services.problems.shown import Detail, detail, organisations

OPEN_MOVES = frozenset({"report", "correct"})


def open_report(session: Session, actor: Actor, problem_id: int, now: datetime) -> Detail:
    """One's own draft or sent-back report.

    Raises NotFound out of sight, Conflict when it has been reported or is somebody else's.
    """
    found = detail(session, actor, problem_id, now)
    if not OPEN_MOVES & {option.move.id for option in found.options}:
        raise Conflict("report.closed", "这条上报已经提交，不能再修改。进展在“我的上报”里查看。")
    return found


def last_words(session: Session, problem_ids: Sequence[int]) -> dict[int, str]:
    """Problem id -> the text of its last event, for those whose last event has one."""
    if not problem_ids:
        return {}
    last = (
        select(Event.problem_id, func.max(Event.seq).label("seq"))
        .where(Event.problem_id.in_(problem_ids), Event.move != EVENT)
        .group_by(Event.problem_id)
        .subquery()
    )
    rows = session.execute(
        select(Event.problem_id, Event.text).join(
            last, (last.c.problem_id == Event.problem_id) & (last.c.seq == Event.seq)
        )
    )
    return {problem_id: text for problem_id, text in rows if text}


def own_street(actor: Actor) -> int | None:
    """The street of street staff, who report nowhere else; None for everybody else."""
    return actor.org_id if actor.org_type is OrgType.STREET else None


def streets_of(session: Session, actor: Actor) -> list[tuple[Organisation, Organisation | None]]:
    """The streets this person may report in, each with its district, in tree order."""
    streets = organisations(session, OrgType.STREET.value)
    districts = {org.id: org for org in organisations(session, OrgType.DISTRICT.value)}
    if actor.org_type is OrgType.DISTRICT:
        streets = [street for street in streets if street.path.startswith(actor.org_path)]
    return [(street, districts.get(street.parent_id or 0)) for street in streets]
