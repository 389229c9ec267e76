"""The one place where an actor's sight becomes a WHERE."""

from sqlalchemy import ColumnElement, and_, or_, select

from app.domain.policy import Scope, scope_of
from app.domain.roles import Actor
from app.domain.states import State
from app.models import CoOrganisation, Organisation, Problem
from app.services.rights import row_conditions


def where_visible(scope: Scope) -> ColumnElement[bool]:
    """The condition on `problem` that this scope stands for (A27)."""
    own = Problem.reporter_id == scope.user_id
    not_draft = Problem.state != State.DRAFT.value
    if scope.everything:
        return or_(own, not_draft)
    reach: list[ColumnElement[bool]] = []
    if scope.section_id is not None:
        reach += [
            Problem.lead_section_id == scope.section_id,
            Problem.responsible_org_id == scope.section_id,
            _helps([scope.section_id]),
        ]
    if scope.org_path is not None:
        orgs = select(Organisation.id).where(Organisation.path.startswith(scope.org_path))
        reach += [
            Problem.street_id.in_(orgs),
            Problem.district_id == scope.org_id,
            Problem.responsible_org_id.in_(orgs),
            Problem.reporter_org_id.in_(orgs),
            Problem.id.in_(
                select(CoOrganisation.problem_id).where(CoOrganisation.org_id.in_(orgs))
            ),
        ]
    return or_(own, and_(not_draft, or_(*reach))) if reach else own


def _helps(org_ids: list[int]) -> ColumnElement[bool]:
    return Problem.id.in_(
        select(CoOrganisation.problem_id).where(CoOrganisation.org_id.in_(org_ids))
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on `problem` for what this actor may see: his scope, less what rules take."""
    return and_(where_visible(scope_of(actor)), *row_conditions(actor.rights, actor.user_id))
