"""Performs a move: asks the table, then one conditional UPDATE, event, number and key together."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain import happenings
from app.domain.facts import Facts, Given
from app.domain.refusals import Conflict, Invalid
from app.domain.roles import Actor
from app.domain.states import Phase, State
from app.domain.workflow import VERDICTS, Change, Move, apply, find, keeps_version
from app.models import Category, CoOrganisation, Organisation, Problem, ProblemRequest
from app.services import history, idempotency
from app.services.evidence import photos
from app.services.numbering import next_number
from app.services.rights import masking
from app.services.scope import load_visible
from app.services.workflow import verdicts
from app.services.workflow.facts import category_limit, columns_of, facts_of
from app.services.world import circumstances

PHASES = {"before_photos": Phase.BEFORE, "after_photos": Phase.AFTER}  # need -> photos


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a move; `repeated` when an earlier request with the same key did it."""

    problem_id: int
    move: str
    state: State
    version: int
    number: str | None
    repeated: bool = False

    def as_result(self) -> dict[str, Any]:
        """The form in which an idempotency key keeps it."""
        return asdict(replace(self, repeated=False)) | {"state": self.state.value}


def _earlier(result: Mapping[str, Any]) -> Outcome:
    return Outcome(**{**result, "state": State(result["state"]), "repeated": True})


def perform(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    move_id: str,
    given: Given,
    *,
    photo_ids: Sequence[str] = (),
    version: int | None = None,
    key: str | None = None,
) -> Outcome:
    """Carry out a move.

    `version` is the one the person was looking at: another one now is a Conflict.
    `key` makes a repetition harmless. Raises Refusal; nothing is written then once the
    caller rolls back.
    """
    parts = {"problem": problem_id, "move": move_id, "given": asdict(given), "photos": photo_ids}
    claimed = idempotency.claim(session, actor, key, parts, now)
    if claimed.earlier is not None:
        return _earlier(claimed.earlier)
    problem = load_visible(session, actor, problem_id)
    facts = facts_of(session, problem)
    if version is not None and version != facts.version:
        raise _moved_on(session, actor, facts, version)
    move = find(move_id)
    given = _complete(session, given, photo_ids)
    change = apply(move, facts, actor, given, circumstances(session, now))
    if photo_ids:
        phase = _phase_of(move)
        round_ = facts.round + 1 if phase is Phase.AFTER else 0
        photos.attach(session, actor, now, problem.id, photo_ids, phase, round_)
    outcome = write(session, actor, now, facts, change, given, photo_ids)
    claimed.keep(outcome.as_result())
    return outcome


def _phase_of(move: Move) -> Phase:
    """Which photos the move asks for; Invalid for a move that asks for none."""
    for need in move.needs:
        if need.key in PHASES:
            return PHASES[need.key]
    raise Invalid("photo.not_wanted", f"“{move.label}”不需要照片，请去掉照片后再办理。")


def write(
    session: Session,
    actor: Actor,
    now: datetime,
    facts: Facts,
    change: Change,
    given: Given,
    photo_ids: Sequence[str] = (),
) -> Outcome:
    """Write a granted change: the UPDATE that only one of two racers wins, then what goes with it.

    Raises Conflict, with what the problem is now, for the loser.
    """
    if facts.id is None:
        raise ValueError("the problem has no row yet")
    number = facts.number
    if change.needs_number:
        number = next_number(session, _district_code(session, facts.id), now)
    kept = _kept(session, facts.id, change)
    version = _update(session, actor, now, facts, change, number)
    session.expire(session.get_one(Problem, facts.id))
    _write_request(session, actor, now, facts, change, given)
    _write_co_orgs(session, facts.id, given)
    section = facts.lead_section_id or 0
    history.record(
        session,
        problem_id=facts.id,
        move=change.move.id,
        from_state=change.from_state,
        to_state=change.to_state,
        actor=actor,
        now=now,
        reason_code=change.reason_code,
        text=change.text,
        in_place_of=actor.delegated_from.get(section, ""),
        client_at=given.client_at,
        payload=_payload(change, given, number, photo_ids) | kept,
    )
    return Outcome(facts.id, change.move.id, change.to_state, version, number)


def _kept(session: Session, problem_id: int, change: Change) -> dict[str, Any]:
    """What stood before a verdict, so that it can be taken back."""
    if change.move.id not in VERDICTS:
        return {}
    return verdicts.before(session.get_one(Problem, problem_id), columns_of(change.effect))


def _update(
    session: Session,
    actor: Actor,
    now: datetime,
    facts: Facts,
    change: Change,
    number: str | None,
) -> int:
    """The one conditional UPDATE; gives the new version."""
    values = columns_of(change.effect)
    values |= _named(session, values)
    version = session.execute(
        update(Problem)
        .where(
            Problem.id == facts.id,
            Problem.state == facts.state.value,
            Problem.version == facts.version,
        )
        .values(
            **values,
            number=number,
            state=change.to_state.value,
            version=Problem.version + (0 if keeps_version(change) else 1),
            updated_at=now,
        )
        .returning(Problem.version)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if version is None:
        raise _moved_on(session, actor, facts, facts.version)
    return version


def _moved_on(session: Session, actor: Actor, facts: Facts, yours: int) -> Conflict:
    current = session.execute(
        select(Problem.state, Problem.version).where(Problem.id == facts.id)
    ).one()
    problem = session.get(Problem, facts.id) if facts.id else None
    events = masking.events_seen(session, actor, problem) if problem else []
    last = events[-1] if events else None
    who = f"{last.actor_org_name} {last.actor_name} " if last else ""
    did = f"已{happenings.done(last.move)}" if last else "已有变化"
    label = State(current.state).label
    return Conflict(
        "problem.moved_on",
        f"您查看之后，{who}{did}，现在是“{label}”。请看过最新情况再办理。",
        details={"state": current.state, "version": current.version, "yours": yours},
    )


def _complete(session: Session, given: Given, photo_ids: Sequence[str]) -> Given:
    """Fill in what follows from what was given, and check that what it names exists."""
    _must_exist(session, given)
    return replace(
        given,
        photos=len(photo_ids) or given.photos,
        category_limit=category_limit(session, given.category_id),
    )


def _must_exist(session: Session, given: Given) -> None:
    if given.category_id is not None:
        category = session.get(Category, given.category_id)
        if category is None or not category.is_active:
            raise Invalid(
                "category.unknown",
                "请重新选择问题类别。",
                fields={"category_id": "请重新选择问题类别。"},
            )
    wanted: dict[str, int | None] = {
        "lead_section_id": given.lead_section_id,
        "responsible_org_id": given.responsible_org_id,
        "street_id": given.street_id,
    }
    for field, org_id in wanted.items():
        org = session.get(Organisation, org_id) if org_id is not None else None
        if org_id is not None and (org is None or not org.is_active):
            raise Invalid(
                "organisation.unknown", "请重新选择单位。", fields={field: "请重新选择单位。"}
            )


def _named(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """Names that are kept beside ids, so that old problems keep the words they had."""
    named: dict[str, Any] = {}
    if values.get("category_id") is not None:
        category = session.get_one(Category, values["category_id"])
        named |= {"category_name": category.name, "category_major": category.major_name}
    if values.get("street_id") is not None:
        named["district_id"] = session.get_one(Organisation, values["street_id"]).parent_id
    return named


def _district_code(session: Session, problem_id: int) -> str:
    code = session.scalar(
        select(Organisation.code)
        .join(Problem, Problem.district_id == Organisation.id)
        .where(Problem.id == problem_id)
    )
    return code or "000000"


def _write_request(
    session: Session, actor: Actor, now: datetime, facts: Facts, change: Change, given: Given
) -> None:
    effect = change.effect
    if effect.new_request is not None:
        session.add(
            ProblemRequest(
                problem_id=facts.id,
                kind=effect.new_request.value,
                status="open",
                asked_by_id=actor.user_id,
                asked_at=now,
                reason_code=given.reason_code,
                text=given.text.strip(),
                target_date=given.target_date,
                interim_measure=given.interim_measure.strip(),
                days=given.days,
                target_org_id=given.responsible_org_id,
            )
        )
        session.flush()
    if effect.request_status is not None and facts.request is not None:
        request = session.get_one(ProblemRequest, facts.request.id)
        request.status = effect.request_status.value
        request.decided_by_id, request.decided_at = actor.user_id, now
        request.decision_text = given.text.strip()
        session.flush()


def _write_co_orgs(session: Session, problem_id: int, given: Given) -> None:
    if not given.co_org_ids:
        return
    session.execute(delete(CoOrganisation).where(CoOrganisation.problem_id == problem_id))
    session.add_all(CoOrganisation(problem_id=problem_id, org_id=org) for org in given.co_org_ids)
    session.flush()


def _payload(
    change: Change, given: Given, number: str | None, photo_ids: Sequence[str]
) -> dict[str, Any]:
    """What the timeline and an inspector need beside the text."""
    effect = change.effect
    facts: dict[str, Any] = {
        "number": number if change.needs_number else None,
        "lead_section_id": given.lead_section_id,
        "responsible_org_id": given.responsible_org_id,
        "co_org_ids": list(given.co_org_ids) or None,
        "category_id": given.category_id,
        "remedy": given.remedy.strip() or None,
        "handled_by": given.handled_by.strip() or None,
        "interim_measure": given.interim_measure.strip() or None,
        "target_date": _iso(given.target_date),
        "days": given.days,
        "duplicate_of_id": given.duplicate_of_id,
        "photos": list(photo_ids) or None,
        "due_at": _running_until(change),
        "provisional": True if effect.due and effect.due.provisional else None,
    }
    return {key: value for key, value in facts.items() if value is not None} | dict(given.payload)


def _running_until(change: Change) -> str | None:
    """The due date a move sets going; a clock that was stopped has none to tell."""
    clock, due = change.effect.clock, change.effect.due
    return due.at.isoformat() if due and clock and clock.paused_at is None else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
