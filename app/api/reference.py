"""What a client asks first: who am I, which units, kinds and moves are there."""

from app.api.blueprint import blueprint
from app.api.operations import operation
from app.api.shapes import reference as shapes
from app.api.shapes.base import Choice, Ref
from app.api.telling import choice, need
from app.domain.states import State
from app.domain.workflow import MOVES, Move, Target
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.models import Category, Organisation
from app.services.lists import queues
from app.services.problems import shown

TAG = "基础资料"
NEW = Choice(value="new", label="新建")
TARGETS = {
    Target.SAME: "same",
    Target.CAME_FROM: "came_from",
    Target.SAID: "said",
    Target.BEFORE_IMPORT: "before_import",
    Target.BEFORE_VERDICT: "before_verdict",
}


@blueprint.get("/me")
@access.policy(access.signed_in)
@operation(TAG, shapes.Me)
def me() -> shapes.Me:
    """我是谁

    令牌所代表的人、角色和可用的清单。
    """
    actor = access.current_actor()
    return shapes.Me(
        id=actor.user_id or 0,
        name=actor.name,
        organisation=Ref(id=actor.org_id or 0, name=actor.org_name),
        roles=[choice(role) for role in sorted(actor.roles)],
        leads=sorted(actor.leads),
        queues=[Choice(value=each.id, label=each.label) for each in queues.queues_of(actor)],
    )


@blueprint.get("/organisations")
@access.policy(access.signed_in)
@operation(TAG, shapes.Organisations)
def organisations() -> shapes.Organisations:
    """单位

    全部在用的单位，按树的顺序。
    """
    rows = shown.organisations(unit_of_work())
    return shapes.Organisations(items=[_organisation(row) for row in rows])


@blueprint.get("/categories")
@access.policy(access.signed_in)
@operation(TAG, shapes.Categories)
def categories() -> shapes.Categories:
    """问题类别

    全部在用的类别，常用的在前。
    """
    rows = shown.active_categories(unit_of_work())
    return shapes.Categories(items=[_category(row) for row in rows])


@blueprint.get("/moves")
@access.policy(access.signed_in)
@operation(TAG, shapes.Moves)
def moves() -> shapes.Moves:
    """操作表

    问题从哪个状态、由谁、交什么、到哪个状态。某个问题上您现在能办哪些，见问题的 moves。
    """
    return shapes.Moves(items=[_move(row) for row in MOVES])


def _organisation(row: Organisation) -> shapes.Organisation:
    return shapes.Organisation(
        id=row.id,
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        org_type=row.org_type,
        parent_id=row.parent_id,
        dispatchable=row.dispatchable,
    )


def _category(row: Category) -> shapes.Category:
    return shapes.Category(
        id=row.id,
        code=row.code,
        scheme=row.scheme,
        kind=row.kind,
        major=row.major_name,
        name=row.name,
        everyday=row.everyday,
        lead_section_id=row.lead_section_id,
        urgent_default=row.urgent_default,
    )


def _move(row: Move) -> shapes.Move:
    known = [state for state in State if state in row.from_states]
    target = row.to
    return shapes.Move(
        code=row.code,
        id=row.id,
        label=row.label,
        consequence=row.consequence,
        from_states=[choice(state) for state in known] or [NEW],
        to_state=choice(target)
        if isinstance(target, State)
        else Choice(value=TARGETS[target], label=target.value),
        who=row.who.__doc__ or "",
        needs=[need(each) for each in row.needs],
    )
