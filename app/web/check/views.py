"""The checker's queue and his desk."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists import pages
from app.services.lists.queues import checks
from app.web import desk, filters, navigation, take_back, verdict
from app.web.listing import SEARCH, View, listing

blueprint = Blueprint("check", __name__)

DESK = desk.Desk("check", "check.queue", "check.show", ("pass_check", "send_back", "take_back"))


@blueprint.get("/check")
@access.policy(checks)
def queue() -> ResponseReturnValue:
    """What was handed in and waits to be compared, the most pressing first."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    page = pages.list_problems(session, actor, now, "check", request.args.items(multi=True))
    offered = (SEARCH, filters.lead_section(session), filters.responsible(session))
    view = View("check.queue", "check.show")
    return render_template(
        "check/queue.html", list=listing(page, view, offered), taken=take_back.bar()
    )


@blueprint.route("/check/<int:problem_id>", methods=["GET", "POST"])
@access.policy(checks)
def show(problem_id: int) -> ResponseReturnValue:
    """Before and after of one problem, and the verdict on them."""
    sitting = desk.sit_down(DESK, problem_id)
    answer = desk.work(sitting)
    return answer or (render_template("check/show.html", **verdict.page(sitting)), sitting.status)


navigation.count_for("check.queue")(
    lambda session, actor, now: pages.count_queue(session, actor, now, "check")
)
