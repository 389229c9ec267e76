"""Loads a problem as the plain facts the rules are asked about, and writes clocks back."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.clocks import Clock, Due, Limit, LimitUnit
from app.domain.effects import Effect
from app.domain.facts import CategoryLimit, Facts, RequestFacts, Verdict
from app.domain.states import Priority, RequestKind, RequestStatus, State
from app.models import Category, Problem, ProblemRequest
from app.services.evidence.signals import forbidding, unexamined
from app.services.workflow import verdicts

PENDING = (RequestStatus.OPEN.value, RequestStatus.ENDORSED.value)


def clock_of(problem: Problem) -> Clock | None:
    """The unit's clock as stored, or None before the problem was listed."""
    if problem.clock_since is None or problem.clock_amount is None or problem.clock_unit is None:
        return None
    return Clock(
        Limit(problem.clock_amount, LimitUnit(problem.clock_unit)),
        since=problem.clock_since,
        consumed=problem.clock_consumed,
        paused_at=problem.clock_paused_at,
    )


def pending_request(session: Session, problem_id: int) -> ProblemRequest | None:
    """The request that waits for a decision, if any."""
    return session.scalar(
        select(ProblemRequest).where(
            ProblemRequest.problem_id == problem_id, ProblemRequest.status.in_(PENDING)
        )
    )


def pending_requests(session: Session, problem_ids: Iterable[int]) -> dict[int, ProblemRequest]:
    """Problem id -> the request that waits there, for those that have one."""
    rows = session.scalars(
        select(ProblemRequest).where(
            ProblemRequest.problem_id.in_(problem_ids), ProblemRequest.status.in_(PENDING)
        )
    )
    return {row.problem_id: row for row in rows}


def category_limit(session: Session, category_id: int | None) -> CategoryLimit | None:
    """The limits a category brings along."""
    category = session.get(Category, category_id) if category_id is not None else None
    if category is None:
        return None
    return CategoryLimit(category.limit_amount, category.limit_unit, category.urgent_hours)


def facts_of(session: Session, problem: Problem) -> Facts:
    """The problem as the rules see it."""
    verdict = verdicts.verdict_on(session, problem)
    return _facts(session, problem, pending_request(session, problem.id), verdict)


def facts_of_many(session: Session, problems: Sequence[Problem]) -> dict[int, Facts]:
    """Several problems as the rules see them, by id, with one question for all requests.

    Verdicts are left out: nobody takes one back among many.
    """
    requests = pending_requests(session, [problem.id for problem in problems])
    return {problem.id: _facts(session, problem, requests.get(problem.id)) for problem in problems}


def _facts(
    session: Session,
    problem: Problem,
    request: ProblemRequest | None,
    verdict: Verdict | None = None,
) -> Facts:
    limit = category_limit(session, problem.category_id)
    return Facts(
        id=problem.id,
        version=problem.version,
        state=State(problem.state),
        priority=Priority(problem.priority),
        reporter_id=problem.reporter_id,
        reporter_org_id=problem.reporter_org_id,
        street_id=problem.street_id,
        lead_section_id=problem.lead_section_id,
        responsible_org_id=problem.responsible_org_id,
        category_id=problem.category_id,
        category_urgent_hours=limit.urgent_hours if limit else None,
        number=problem.number,
        submitted_by_id=problem.submitted_by_id,
        checked_by_id=problem.checked_by_id,
        came_from=State(problem.came_from) if problem.came_from else None,
        listed_at=problem.listed_at,
        submitted_at=problem.submitted_at,
        signed_off_at=problem.signed_off_at,
        due=Due(problem.due_at, problem.due_provisional) if problem.due_at else None,
        clock=clock_of(problem),
        deferral_due=problem.deferral_due,
        deferrals_approved=problem.deferrals_approved,
        extensions_granted=problem.extensions_granted,
        returned_count=problem.returned_count,
        round=problem.round,
        request=_request_facts(request) if request else None,
        verdict=verdict,
        forbidden_by=_forbidden_by(session, problem),
        unexamined=_unexamined(session, problem),
    )


def _forbidden_by(session: Session, problem: Problem) -> tuple[str, ...]:
    """Only what waits to be checked can be kept from passing."""
    return forbidding(session, problem) if problem.state == State.SUBMITTED.value else ()


def _unexamined(session: Session, problem: Problem) -> int:
    return unexamined(session, problem) if problem.state == State.SUBMITTED.value else 0


def _request_facts(request: ProblemRequest) -> RequestFacts:
    return RequestFacts(
        id=request.id,
        kind=RequestKind(request.kind),
        status=RequestStatus(request.status),
        asked_by_id=request.asked_by_id,
        target_date=request.target_date,
        days=request.days,
        target_org_id=request.target_org_id,
    )


def columns_of(effect: Effect) -> dict[str, object]:
    """The columns of `problem` a move writes; what it names itself counts before its clocks."""
    return clock_columns(effect) | effect.values


def clock_columns(effect: Effect) -> dict[str, object]:
    """The columns of `problem` an effect's clock and due dates are written to."""
    columns: dict[str, object] = {
        "stage_due_at": effect.stage_due.at if effect.stage_due else None,
        "stage_due_provisional": bool(effect.stage_due and effect.stage_due.provisional),
    }
    if effect.keeps_clock:
        return columns
    clock, due = effect.clock, effect.due
    return columns | {
        "clock_amount": clock.limit.amount if clock else None,
        "clock_unit": clock.limit.unit.value if clock else None,
        "clock_consumed": clock.consumed if clock else 0,
        "clock_since": clock.since if clock else None,
        "clock_paused_at": clock.paused_at if clock else None,
        "due_at": due.at if due else None,
        "due_provisional": bool(due and due.provisional),
    }
