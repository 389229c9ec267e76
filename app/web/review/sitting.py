"""A reviewer with one report before him: the forms on his desk."""

from flask import request

from app.domain.states import VoidReason
from app.domain.workflow import find
from app.door.unit_of_work import unit_of_work
from app.services.problems.shown import Detail
from app.web import desk
from app.web.desk import Desk, DeskForm, Sitting
from app.web.review.forms import ROUTES, route_form

DESK = Desk("pool", "review.pool", "review.show", ("return_for_correction", "void"))
LONGEST_NAME = 40


def sit_down(problem_id: int) -> Sitting:
    """The report with its forms: the route, and the ways back."""
    place = desk.sit_down(DESK, problem_id)
    place.forms = [*_routes(place.detail), *place.forms]
    void = place.form("void")
    twin = request.args.get("duplicate", "")[:LONGEST_NAME]
    if void is not None and twin and request.method == "GET":
        void.form.reason_code.data = VoidReason.DUPLICATE.value
        void.form.duplicate_of_id.data = twin
        void.form.text.data = f"与 {twin} 重复上报"
        place.failed = void.id  # stands open
    return place


def _routes(detail: Detail) -> list[DeskForm]:
    sent = desk.sent_move()
    open_now = {option.move.id for option in detail.options}
    moves = tuple(find(each) for each in ROUTES if each in open_now or each == sent)
    return [route_form(unit_of_work(), detail, moves)] if moves else []
