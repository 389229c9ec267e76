"""Moves: one address for every row of the table."""

from app import clock
from app.api.blueprint import blueprint
from app.api.operations import key_of_request, operation
from app.api.problems import ONE, TAG, Done, answered
from app.api.shapes import problems as shapes
from app.api.shapes.sent import MoveBody
from app.domain.facts import Given
from app.domain.refusals import Invalid, NotFound
from app.domain.workflow import Move, find
from app.door import access
from app.door.stamping import stamp_soon
from app.door.unit_of_work import unit_of_work
from app.services.workflow import moves

BY_REPORT = frozenset({"save_draft", "report", "correct"})  # they have addresses of their own
ALWAYS = frozenset({"text", "version", "client_at"})  # a word may go with any move


@blueprint.post(f"{ONE}/moves/<move_id>")
@access.policy(access.signed_in)
@operation(TAG, shapes.Done, key=True, refuses=(403, 404, 409, 415))
def make_move(problem_id: int, move_id: str, json: MoveBody) -> Done:
    """办理一个操作

    操作名称和要交的内容见 GET /moves，某个问题上您能办的见它的 moves。带上 version，别人先办了就会
    答 409 并说明现在的情况；带上 Idempotency-Key，同一请求重复发送只办一次。
    """
    move = _found(move_id)
    outcome = moves.perform(
        unit_of_work(),
        access.current_actor(),
        clock.now(),
        problem_id,
        move.id,
        _given(move, json),
        photo_ids=tuple(json.photo_ids),
        version=json.version,
        key=key_of_request(),
    )
    if json.photo_ids or outcome.number:
        stamp_soon(outcome.problem_id)
    return answered(outcome)


def _found(move_id: str) -> Move:
    try:
        move = find(move_id)
    except Invalid as unknown:
        raise NotFound(unknown.code, unknown.sentence) from None
    if move.id in BY_REPORT:
        raise NotFound("move.by_report", "上报、补正和草稿请用 /problems 下的专门地址。")
    return move


def _given(move: Move, body: MoveBody) -> Given:
    """What was sent, as far as the move asks for it; anything else is refused with a sentence."""
    asked = {"photo_ids" if need.field == "photos" else need.field for need in move.needs}
    if "responsible_org_id" in asked:
        asked.add("co_org_ids")
    sent = {name for name in body.model_fields_set if getattr(body, name) not in (None, "", [])}
    if extra := sorted(sent - asked - ALWAYS):
        fields = dict.fromkeys(extra, f"“{move.label}”不需要这个字段，请去掉。")
        raise Invalid("request.invalid", " ".join(fields.values()), fields=fields)
    values = {
        name: getattr(body, name) for name in sent & (asked | {"text"}) if name != "photo_ids"
    }
    if "co_org_ids" in values:
        values["co_org_ids"] = tuple(values["co_org_ids"])
    return Given(**values)
