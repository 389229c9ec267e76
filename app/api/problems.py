"""Reports, lists, and one problem whole."""

from flask import request

from app import clock
from app.api.blueprint import blueprint
from app.api.operations import REPLAYED, key_of_request, operation
from app.api.problem_answers import item, problem
from app.api.queries import refuse, refuse_errors, refuse_unknown
from app.api.shapes import problems as shapes
from app.api.shapes.base import LARGEST_ID, Choice
from app.api.shapes.sent import ProblemsQuery, ReportBody
from app.api.telling import choice, done
from app.domain.refusals import NotAllowed
from app.domain.roles import Role
from app.domain.states import State
from app.door import access
from app.door.stamping import stamp_soon
from app.door.unit_of_work import unit_of_work
from app.services import world
from app.services.cells.writing import EVENT as FIELDS_EDITED
from app.services.lists import nearby, pages, queues
from app.services.lists.queues import Queue
from app.services.problems import reports
from app.services.problems import shown as loading
from app.services.rights import masking
from app.services.scope import load_visible
from app.services.workflow.moves import Outcome

TAG = "问题"
ONE = f"/problems/<int(max={LARGEST_ID}):problem_id>"
reporters = access.holds(Role.REPORTER)
Done = tuple[shapes.Done, int, dict[str, str]]


@blueprint.post("/problems")
@access.policy(reporters)
@operation(TAG, shapes.Done, status=201, key=True, refuses=(403, 404, 409, 415))
def report_problem(json: ReportBody) -> Done:
    """上报问题

    照片须先上传。上报后进入问题池，等待审核；下发时才有问题编号。
    """
    return answered(_submit(json), status=201)


@blueprint.post("/problems/drafts")
@access.policy(reporters)
@operation(TAG, shapes.Draft, status=201, key=True, refuses=(403, 404, 409, 415))
def save_draft(json: ReportBody) -> tuple[shapes.Draft, int]:
    """存草稿

    可以缺项，只有自己看得到。
    """
    return shapes.Draft(problem_id=_draft(json)), 201


@blueprint.put(f"{ONE}/draft")
@access.policy(reporters)
@operation(TAG, shapes.Draft, key=True, refuses=(403, 404, 409, 415))
def change_draft(problem_id: int, json: ReportBody) -> shapes.Draft:
    """改草稿

    草稿和退回补正的上报可以改；photo_ids 只列新加的照片。
    """
    return shapes.Draft(problem_id=_draft(json, problem_id))


@blueprint.post(f"{ONE}/report")
@access.policy(reporters)
@operation(TAG, shapes.Done, key=True, refuses=(403, 404, 409, 415))
def report_draft(problem_id: int, json: ReportBody) -> Done:
    """上报草稿，或补正后重新上报

    内容以这一次为准；photo_ids 只列新加的照片。
    """
    return answered(_submit(json, problem_id))


def _submit(body: ReportBody, draft_id: int | None = None) -> Outcome:
    outcome = reports.submit_report(
        unit_of_work(),
        access.current_actor(),
        clock.now(),
        _report(body),
        photo_ids=body.photo_ids,
        draft_id=draft_id,
        key=key_of_request(),
    )
    stamp_soon(outcome.problem_id)
    return outcome


def _draft(body: ReportBody, draft_id: int | None = None) -> int:
    return reports.save_draft(
        unit_of_work(),
        access.current_actor(),
        clock.now(),
        _report(body),
        photo_ids=body.photo_ids,
        draft_id=draft_id,
        key=key_of_request(),
    )


def _report(body: ReportBody) -> reports.Report:
    """The named fields, one by one: nothing else can come through."""
    return reports.Report(
        category_id=body.category_id,
        description=body.description,
        street_id=body.street_id,
        address=body.address,
        community=body.community,
        lat=body.lat,
        lng=body.lng,
        accuracy_m=body.accuracy_m,
        coord_source=body.coord_source or "",
        located_at=body.located_at,
        no_position_reason=body.no_position_reason,
        priority=body.priority,
        urgent_reason=body.urgent_reason,
        client_at=body.client_at,
    )


def answered(outcome: Outcome, status: int = 200) -> Done:
    """The answer to something done; the same one, marked, when it had been done before."""
    headers = {REPLAYED: "true"} if outcome.repeated else {}
    return done(outcome), status, headers


@blueprint.get("/problems")
@access.policy(access.signed_in)
@operation(TAG, shapes.ProblemPage, refuses=(403, 404))
def list_problems(query: ProblemsQuery) -> shapes.ProblemPage:
    """问题清单

    一个清单的一页，只含您看得到的问题。筛选、排序的写法与网页地址相同；读不懂的参数会被拒绝。
    """
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    queue = queues.find(query.queue)
    if not queue.who(actor):
        who = queue.who.__doc__
        raise NotAllowed("queue.not_allowed", f"清单“{queue.label}”供{who}使用。")
    refuse_unknown(query)
    wanted, pairs = _wanted(query), list(request.args.items(multi=True))
    sheet = pages.prepared(session, actor, queue.id, ())[1]
    missing = set(wanted) - {field.id for field in sheet.fields}
    refuse({"fields": f"没有“{'、'.join(sorted(missing))[:80]}”这样的列。"} if missing else {})
    page = pages.list_problems(session, actor, now, queue.id, pairs, wanted)
    refuse_errors(page.errors)
    return _page(queue, page, wanted)


def _wanted(query: ProblemsQuery) -> tuple[str, ...]:
    return tuple(filter(None, query.fields.split(",")))


def _page(queue: Queue, page: pages.ListPage, wanted: tuple[str, ...]) -> shapes.ProblemPage:
    return shapes.ProblemPage(
        queue=Choice(value=queue.id, label=queue.label),
        sentence=page.sentence,
        items=[item(row, wanted) for row in page.rows],
        next=page.next,
    )


@blueprint.get(ONE)
@access.policy(access.signed_in)
@operation(TAG, shapes.Problem, refuses=(404,))
def show_problem(problem_id: int) -> shapes.Problem:
    """一个问题

    全部内容、照片、时限、经过，以及您现在可以办理的操作和每个操作要交什么。
    """
    actor, now = access.current_actor(), clock.now()
    return problem(loading.detail(unit_of_work(), actor, problem_id, now))


@blueprint.get(f"{ONE}/events")
@access.policy(access.signed_in)
@operation(TAG, shapes.Events, refuses=(404,))
def problem_events(problem_id: int) -> shapes.Events:
    """一个问题的记录

    从早到晚，每条一个校验值，前后相连。
    """
    session, actor = unit_of_work(), access.current_actor()
    found = load_visible(session, actor, problem_id)
    return shapes.Events(
        items=[
            shapes.Event(
                seq=row.seq,
                move=row.move,
                from_state=row.from_state,
                to_state=row.to_state,
                at=row.at,
                actor=row.actor_name,
                organisation=row.actor_org_name,
                in_place_of=row.in_place_of,
                reason_code=row.reason_code,
                text=row.text,
                # a section's own columns are that section's; what was changed is not told here
                payload={} if row.move == FIELDS_EDITED else row.payload,
                hash=row.hash,
            )
            for row in masking.events_seen(session, actor, found)
        ]
    )


@blueprint.get(f"{ONE}/neighbours")
@access.policy(access.signed_in)
@operation(TAG, shapes.Neighbours, refuses=(404,))
def problem_neighbours(problem_id: int) -> shapes.Neighbours:
    """附近的问题

    位置和时间都近的其他问题，供判断是否重复上报。
    """
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    found = load_visible(session, actor, problem_id)
    near = nearby.neighbours(session, actor, found, world.circumstances(session, now))
    return shapes.Neighbours(
        items=[
            shapes.Neighbour(
                id=each.problem.id,
                number=each.problem.number,
                state=choice(State(each.problem.state)),
                category=each.problem.category_name,
                description=each.problem.description,
                metres=each.metres,
                same_category=each.same_category,
                photo_id=each.photo_id,
            )
            for each in near
        ]
    )
