"""Reporting: drafts, first reports and corrected ones."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.facts import Facts, Given
from app.domain.refusals import Invalid
from app.domain.roles import SYSTEM, Actor, OrgType
from app.domain.states import Phase, Priority, State
from app.domain.workflow import apply, find
from app.models import Category, Organisation, Photo, Problem
from app.services import history, idempotency
from app.services.evidence import photos as evidence
from app.services.forms import report_fields
from app.services.problems import recurrences
from app.services.scope import load_visible
from app.services.workflow.moves import Outcome, perform
from app.services.world import circumstances, load_rules


@dataclass(frozen=True, slots=True)
class Report:
    """What a person fills in; positions are WGS-84 degrees, accuracy in metres.

    `recurrence_of_id` is the problem that was signed off here and has come back.
    """

    category_id: int | None = None
    description: str = ""
    street_id: int | None = None
    address: str = ""
    community: str = ""
    lat: float | None = None
    lng: float | None = None
    accuracy_m: float | None = None
    coord_source: str = ""
    located_at: datetime | None = None
    no_position_reason: str = ""
    priority: Priority = Priority.GENERAL
    urgent_reason: str = ""
    recurrence_of_id: int | None = None
    source: str = "street_survey"
    client_at: datetime | None = None


_COLUMNS = (
    "category_id", "description", "street_id", "address", "community", "lat", "lng",
    "accuracy_m", "coord_source", "located_at", "no_position_reason", "urgent_reason",
    "recurrence_of_id", "source",
)  # fmt: skip


def save_draft(
    session: Session,
    actor: Actor,
    now: datetime,
    report: Report,
    *,
    photo_ids: Sequence[str] = (),
    draft_id: int | None = None,
    key: str | None = None,
    fields: Mapping[str, object] | None = None,
) -> int:
    """Keep a report that is not ready; gives its id. Changing a draft is not a move.

    `fields` are those its lead section asks for, as typed, by field id.
    """
    parts = {"draft": asdict(report), "photos": photo_ids, "id": draft_id, "fields": fields}
    claimed = idempotency.claim(session, actor, key, parts, now)
    if claimed.earlier is not None:
        return int(claimed.earlier["problem_id"])
    problem = _open_draft(session, actor, now, report, draft_id)
    if photo_ids:
        evidence.attach(session, actor, now, problem.id, photo_ids, Phase.BEFORE, 0)
    if fields:
        report_fields.keep(session, actor, now, problem, fields, complete=False)
    claimed.keep({"problem_id": problem.id})
    return problem.id


def submit_report(
    session: Session,
    actor: Actor,
    now: datetime,
    report: Report,
    *,
    photo_ids: Sequence[str] = (),
    draft_id: int | None = None,
    key: str | None = None,
    fields: Mapping[str, object] | None = None,
) -> Outcome:
    """Report a problem (T01 and T02 in one go, or T02 on a draft, or T04 on one sent back).

    `fields` are those its lead section asks for, as typed; None where nobody could be asked.
    Raises Invalid with a sentence for each field that is missing.
    """
    parts = {"report": asdict(report), "photos": photo_ids, "id": draft_id, "fields": fields}
    claimed = idempotency.claim(session, actor, key, parts, now)
    if claimed.earlier is not None:
        earlier = {**claimed.earlier, "state": State(claimed.earlier["state"])}
        return Outcome(**{**earlier, "repeated": True})
    problem = _open_draft(session, actor, now, report, draft_id)
    if photo_ids:
        evidence.attach(session, actor, now, problem.id, photo_ids, Phase.BEFORE, 0)
    if fields is not None:
        report_fields.keep(session, actor, now, problem, fields, complete=True)
    move = "correct" if problem.state == State.NEEDS_CORRECTION.value else "report"
    given = _given(session, report, photos=_before_photos(session, problem.id))
    outcome = perform(session, actor, now, problem.id, move, given)
    recurrences.tell_the_old(session, actor, now, problem.id)
    if load_rules(session).urgent_direct_to_leader and report.priority is Priority.URGENT:
        outcome = perform(session, SYSTEM, now, problem.id, "refer_to_leader", given)
    claimed.keep(outcome.as_result())
    return outcome


def _open_draft(
    session: Session, actor: Actor, now: datetime, report: Report, draft_id: int | None
) -> Problem:
    """The row that takes the report: a new draft, or one's own draft or sent-back report."""
    _check_street(session, actor, report.street_id)
    recurrences.check(session, actor, now, report.recurrence_of_id, draft_id)
    named = _named_category(session, report.category_id)
    if draft_id is None:
        return _create(session, actor, now, report, named)
    problem = load_visible(session, actor, draft_id)
    open_states = {State.DRAFT.value, State.NEEDS_CORRECTION.value}
    if problem.reporter_id != actor.user_id or problem.state not in open_states:
        raise Invalid("report.closed", "这条上报已经提交，不能再修改。")
    for name in _COLUMNS:
        setattr(problem, name, getattr(report, name))
    problem.category_name, problem.category_major = named
    problem.priority, problem.updated_at = report.priority.value, now
    problem.district_id = _district_of(session, report.street_id)
    session.flush()
    return problem


def _create(
    session: Session, actor: Actor, now: datetime, report: Report, named: tuple[str, str]
) -> Problem:
    blank = Facts(
        id=None,
        version=0,
        state=State.DRAFT,
        priority=report.priority,
        reporter_id=actor.user_id,
        reporter_org_id=actor.org_id,
    )
    at = circumstances(session, now)
    change = apply(find("save_draft"), blank, actor, Given(), at, new=True)
    problem = Problem(
        **{name: getattr(report, name) for name in _COLUMNS},
        category_name=named[0],
        category_major=named[1],
        state=change.to_state.value,
        priority=report.priority.value,
        district_id=_district_of(session, report.street_id),
        reporter_id=actor.user_id,
        reporter_org_id=actor.org_id,
        created_at=now,
        updated_at=now,
    )
    session.add(problem)
    session.flush()
    history.record(
        session,
        problem_id=problem.id,
        move=change.move.id,
        from_state=None,
        to_state=change.to_state,
        actor=actor,
        now=now,
        client_at=report.client_at,
    )
    return problem


def _given(session: Session, report: Report, photos: int) -> Given:
    """The report as a move's input; section and unit are suggested (A29)."""
    category = session.get(Category, report.category_id) if report.category_id else None
    position = None
    if report.lat is not None and report.lng is not None:
        position = (report.lat, report.lng)
    return Given(
        text=report.urgent_reason,
        description=report.description,
        category_id=report.category_id,
        street_id=report.street_id,
        lead_section_id=category.lead_section_id if category else None,
        responsible_org_id=report.street_id,
        priority=report.priority,
        position=position,
        no_position_reason=report.no_position_reason,
        photos=photos,
        client_at=report.client_at,
        payload={"recurrence_of_id": report.recurrence_of_id} if report.recurrence_of_id else {},
    )


def _before_photos(session: Session, problem_id: int) -> int:
    ids = session.scalars(
        select(Photo.id).where(Photo.problem_id == problem_id, Photo.phase == Phase.BEFORE.value)
    )
    return len(list(ids))


def _district_of(session: Session, street_id: int | None) -> int | None:
    street = session.get(Organisation, street_id) if street_id is not None else None
    return street.parent_id if street else None


def _named_category(session: Session, category_id: int | None) -> tuple[str, str]:
    """Name and major of the category, kept beside its id; Invalid for one that cannot be chosen."""
    if category_id is None:
        return "", ""
    category = session.get(Category, category_id)
    if category is None or not category.is_active:
        sentence = "请重新选择问题类别。"
        raise Invalid("category.unknown", sentence, fields={"category_id": sentence})
    return category.name, category.major_name


def _check_street(session: Session, actor: Actor, street_id: int | None) -> None:
    """Street staff report in their own street; others anywhere."""
    if street_id is None:
        return
    street = session.get(Organisation, street_id)
    sentence = "请重新选择问题所在的街道。"
    if street is None or street.org_type != OrgType.STREET.value:
        raise Invalid("street.unknown", sentence, fields={"street_id": sentence})
    if actor.org_type is OrgType.STREET and street_id != actor.org_id:
        sentence = "只能上报本街道的问题，请选择本街道。"
        raise Invalid("street.not_own", sentence, fields={"street_id": sentence})
