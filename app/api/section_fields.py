"""The sections' own columns on a problem: read them, fill them in."""

from app import clock
from app.api.blueprint import blueprint
from app.api.operations import operation
from app.api.problems import ONE
from app.api.shapes import section_fields as shapes
from app.api.shapes.base import LARGEST_ID
from app.domain.roles import Role
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.models import Problem
from app.services.forms import section_values
from app.services.scope import load_visible

TAG = "科室字段"
section_staff = access.holds(Role.LEAD_ADMIN, Role.UNIT_USER)


@blueprint.get(f"{ONE}/fields")
@access.policy(access.signed_in)
@operation(TAG, shapes.OwnFields, refuses=(404,))
def show_fields(problem_id: int) -> shapes.OwnFields:
    """一个问题的科室字段

    牵头科室和责任科室自己的列；各科室只看得到自己的，看全市的人看得到全部。
    """
    return _fields(load_visible(unit_of_work(), access.current_actor(), problem_id))


@blueprint.put(f"{ONE}/fields/<int(max={LARGEST_ID}):section_id>")
@access.policy(section_staff)
@operation(TAG, shapes.OwnFields, refuses=(403, 404, 409, 415))
def save_fields(problem_id: int, section_id: int, json: shapes.OwnFieldsBody) -> shapes.OwnFields:
    """填写科室字段

    只列要改的字段。别人先改了同一格，答 409，details 里有双方的值，谁的也不会被悄悄盖掉。
    """
    session, actor = unit_of_work(), access.current_actor()
    section_values.save(
        session,
        actor,
        clock.now(),
        problem_id,
        section_id,
        json.values,
        version=json.version,
        was=json.was,
    )
    return _fields(load_visible(session, actor, problem_id))


def _fields(problem: Problem) -> shapes.OwnFields:
    groups = section_values.groups_of(unit_of_work(), access.current_actor(), problem)
    return shapes.OwnFields(
        problem_id=problem.id,
        version=problem.version,
        groups=[
            shapes.OwnFieldGroup(
                section_id=group.section_id,
                section_name=group.section_name,
                may_edit=group.may_edit,
                fields=[
                    shapes.OwnField(
                        id=each.field.id,
                        caption=each.field.caption,
                        type=each.field.type,
                        value=each.value,
                        shown=each.shown,
                    )
                    for each in group.values
                ],
            )
            for group in groups
        ],
    )
