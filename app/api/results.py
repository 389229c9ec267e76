"""The results library: closed problems with their pairs of photos."""

from flask import request

from app.api.blueprint import blueprint
from app.api.operations import operation
from app.api.queries import refuse_errors, refuse_unknown
from app.api.shapes import results as shapes
from app.api.shapes.base import Ref
from app.api.shapes.sent import ListQuery
from app.api.telling import choice, photo
from app.domain import policy as rights
from app.domain.roles import Actor
from app.domain.states import Priority
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists import results

TAG = "成果库"


def may_see_results(actor: Actor) -> bool:
    """工作人员"""
    return rights.may_see_results(actor)


@blueprint.get("/results")
@access.policy(may_see_results)
@operation(TAG, shapes.ResultPage, refuses=(403,))
def list_results(query: ListQuery) -> shapes.ResultPage:
    """成果库

    已销号的问题和前后对比照片，新的在前；筛选和翻页的写法与 GET /problems 相同。
    """
    refuse_unknown(query)
    page = results.list_results(
        unit_of_work(), access.current_actor(), request.args.items(multi=True)
    )
    refuse_errors(page.errors)
    return shapes.ResultPage(
        sentence=page.sentence, items=[_item(row) for row in page.results], next=page.next
    )


def _item(row: results.Result) -> shapes.ResultItem:
    values = row.values
    return shapes.ResultItem(
        id=row.id,
        number=values["number"],
        priority=choice(Priority(values["priority"])),
        category=values["category"] or "",
        address=values["address"] or "",
        street=_ref(row, "street"),
        lead_section=_ref(row, "lead_section"),
        responsible=_ref(row, "responsible"),
        remedy=values["remedy"] or "",
        on_time=values["on_time"],
        signed_off_at=values["signed_off_at"],
        before=photo(row.before) if row.before else None,
        after=photo(row.after) if row.after else None,
    )


def _ref(row: results.Result, field_id: str) -> Ref | None:
    org_id = row.values[field_id]
    return None if org_id is None else Ref(id=org_id, name=row.shown[field_id])
