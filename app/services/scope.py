"""The one place where an actor's sight becomes a WHERE."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.domain.policy import Scope, scope_of
from app.domain.refusals import NotFound
from app.domain.roles import Actor
from app.domain.states import State
from app.models import CoOrganisation, Organisation, Problem
from app.services.row_rules import row_conditions


def where_visible(scope: Scope) -> ColumnElement[bool]:
    """The condition on `problem` that this scope stands for (A27)."""
    own = Problem.reporter_id == scope.user_id
    not_draft = Problem.state != State.DRAFT.value
    if scope.everything:
        return or_(own, not_draft)
    reach = [condition for _, condition in reach_of(scope)]
    return or_(own, and_(not_draft, or_(*reach))) if reach else own


def reach_of(scope: Scope) -> list[tuple[str, ColumnElement[bool]]]:
    """What a scope reaches beside one's own reports, each with the words for it; no drafts."""
    reach: list[tuple[str, ColumnElement[bool]]] = []
    if scope.section_id is not None:
        reach += [
            ("本科室牵头", Problem.lead_section_id == scope.section_id),
            ("本科室负责", Problem.responsible_org_id == scope.section_id),
            ("本科室协办", _helps([scope.section_id])),
        ]
    if scope.org_path is not None:
        orgs = select(Organisation.id).where(Organisation.path.startswith(scope.org_path))
        helped = select(CoOrganisation.problem_id).where(CoOrganisation.org_id.in_(orgs))
        reach += [
            ("发生在本单位辖区", Problem.street_id.in_(orgs)),
            ("发生在本区（县）", Problem.district_id == scope.org_id),
            ("由本单位或下属单位负责", Problem.responsible_org_id.in_(orgs)),
            ("由本单位或下属单位上报", Problem.reporter_org_id.in_(orgs)),
            ("由本单位或下属单位协办", Problem.id.in_(helped)),
        ]
    return reach


def _helps(org_ids: list[int]) -> ColumnElement[bool]:
    return Problem.id.in_(
        select(CoOrganisation.problem_id).where(CoOrganisation.org_id.in_(org_ids))
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on `problem` for what this actor may see: his scope, less what rules take."""
    return and_(where_visible(scope_of(actor)), *row_conditions(actor.rights, actor.user_id))


def load_visible(session: Session, actor: Actor, problem_id: int) -> Problem:
    """The problem, if it exists for this actor; NotFound sounds the same for both cases."""
    problem = session.scalar(select(Problem).where(Problem.id == problem_id, visible_to(actor)))
    if problem is None:
        raise NotFound("problem.not_found", "没有找到这个问题，或者您不能查看它。")
    return problem
