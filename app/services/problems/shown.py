"""One problem with everything a page or the API shows of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.domain.clocks import Reading
from app.domain.facts import Facts
from app.domain.roles import Actor
from app.domain.states import Phase, State
from app.domain.workflow import Option, options
from app.models import (
    Category,
    CoOrganisation,
    Event,
    Organisation,
    Photo,
    Problem,
    ProblemRequest,
    User,
)
from app.services.evidence import photos as evidence
from app.services.imports.work.rows import openable
from app.services.problems import timeline
from app.services.rights import masking
from app.services.scope import load_visible, visible_to
from app.services.workflow.facts import facts_of, facts_of_many, pending_request
from app.services.workflow.readings import reading_of, stage_reading_of
from app.services.world import circumstances

LONGEST_ID = 9  # digits
HANDED_IN = frozenset({State.SUBMITTED, State.PRE_SIGNED_OFF, State.SIGNED_OFF})


@dataclass(frozen=True, slots=True)
class Detail:
    """A problem as one person sees it now; `options` are exactly the moves open to that person.

    Columns that a rule hides from him read as blank on `problem`, which is to be read only.

    `after` are the photos of the round that stands; those of rounds sent back are in
    `earlier_rounds`.
    """

    problem: Problem
    facts: Facts
    org_names: dict[int, str]
    user_names: dict[int, str]
    co_org_ids: tuple[int, ...]
    before: list[Photo]
    after: list[Photo]
    earlier_rounds: dict[int, list[Photo]]
    entries: list[timeline.Entry]
    request: ProblemRequest | None
    reading: Reading | None
    stage_reading: Reading | None
    options: tuple[Option, ...]


def detail(session: Session, actor: Actor, problem_id: int, now: datetime) -> Detail:
    """Load a problem with its evidence, history, clock and moves; NotFound if out of sight."""
    problem = load_visible(session, actor, problem_id)
    at = circumstances(session, now)
    facts = facts_of(session, problem)
    photos = evidence.photos_of(session, [problem.id])[problem.id]
    events = masking.events_seen(session, actor, problem)
    seen = masking.problem_seen(problem, masking.hidden_on(actor, problem))
    names = org_names(session)
    co_orgs = session.scalars(
        select(CoOrganisation.org_id).where(CoOrganisation.problem_id == problem.id)
    )
    rounds: dict[int, list[Photo]] = {}
    for photo in photos:
        if photo.phase == Phase.AFTER.value:
            rounds.setdefault(photo.round, []).append(photo)
    handed_in = State(problem.state) in HANDED_IN
    latest = rounds.pop(problem.round, []) if handed_in else []  # what was sent back is history
    return Detail(
        problem=seen,
        facts=facts,
        org_names=names,
        user_names=user_names(
            session,
            (seen.reporter_id, seen.submitted_by_id, seen.checked_by_id, seen.signed_off_by_id),
        ),
        co_org_ids=tuple(co_orgs),
        before=[photo for photo in photos if photo.phase == Phase.BEFORE.value],
        after=latest,
        earlier_rounds=rounds,
        entries=timeline.entries(events, names, _imports(session, actor, events)),
        request=pending_request(session, problem.id),
        reading=reading_of(problem, at),
        stage_reading=stage_reading_of(problem, at),
        options=options(facts, actor, at),
    )  # fmt: skip


def _imports(session: Session, actor: Actor, events: Iterable[Event]) -> frozenset[int]:
    """The imports among these events that the actor may open."""
    return openable(session, actor, {event.payload.get("run_id", 0) for event in events} - {0})


def org_names(session: Session) -> dict[int, str]:
    """Organisation id -> short name; some sixty rows, kept for the session's life."""
    known = session.info.get("org_names")
    if isinstance(known, dict):
        return known
    names = {
        org_id: name
        for org_id, name in session.execute(select(Organisation.id, Organisation.short_name))
    }
    session.info["org_names"] = names
    return names


def user_names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """User id -> name, for the ids that are given."""
    wanted = {user_id for user_id in ids if user_id is not None}
    if not wanted:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {user_id: name for user_id, name in rows}


def id_named(session: Session, actor: Actor, name: str) -> int | None:
    """The visible problem that bears this number, or this 内部号 while it has none."""
    own = Problem.number == name.upper()
    if name.isascii() and name.isdecimal() and len(name) <= LONGEST_ID:
        own = or_(own, Problem.id == int(name))
    return session.scalar(select(Problem.id).where(visible_to(actor), own))


def options_of(
    session: Session, actor: Actor, now: datetime, problem_ids: Sequence[int]
) -> dict[int, tuple[Option, ...]]:
    """The moves open to this person on each of several visible problems."""
    at = circumstances(session, now)
    rows = session.scalars(select(Problem).where(Problem.id.in_(problem_ids), visible_to(actor)))
    facts = facts_of_many(session, list(rows))
    return {problem_id: options(each, actor, at) for problem_id, each in facts.items()}


def active_categories(session: Session) -> list[Category]:
    """The categories one may choose, everyday ones first, in their order."""
    return list(
        session.scalars(
            select(Category)
            .where(Category.is_active)
            .order_by(Category.everyday.desc(), Category.position, Category.id)
        )
    )


def organisations(session: Session, *types: str, dispatchable: bool = False) -> list[Organisation]:
    """Active organisations of these types (all types if none is named), in tree order."""
    wanted = select(Organisation).where(Organisation.is_active)
    if types:
        wanted = wanted.where(Organisation.org_type.in_(types))
    if dispatchable:
        wanted = wanted.where(Organisation.dispatchable)
    return list(session.scalars(wanted.order_by(Organisation.position, Organisation.id)))
