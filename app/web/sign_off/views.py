"""The lead section's two queues and their desks: 销号 and 挂号审批."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists import pages
from app.services.lists.queues import decides_deferrals, signs_off
from app.web import desk, filters, navigation, take_back, verdict
from app.web.listing import SEARCH, View, listing
from app.web.sign_off import presenters

blueprint = Blueprint("sign_off", __name__)

DESK = desk.Desk(
    "sign_off", "sign_off.queue", "sign_off.show", ("sign_off", "refuse_sign_off", "take_back")
)
DEFERRALS = desk.Desk(
    "deferral_requests",
    "sign_off.deferrals",
    "sign_off.deferral",
    ("endorse_deferral", "approve_deferral", "refuse_deferral"),
)


@blueprint.get("/sign-off")
@access.policy(signs_off)
def queue() -> ResponseReturnValue:
    """What was checked and waits for its 销号, the most pressing first."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    page = pages.list_problems(session, actor, now, "sign_off", request.args.items(multi=True))
    view = View("sign_off.queue", "sign_off.show")
    offered = (SEARCH, filters.street(session), filters.responsible(session))
    return render_template(
        "sign_off/queue.html", list=listing(page, view, offered), taken=take_back.bar()
    )


@blueprint.route("/sign-off/<int:problem_id>", methods=["GET", "POST"])
@access.policy(signs_off)
def show(problem_id: int) -> ResponseReturnValue:
    """Before and after of one problem once more, and its 销号."""
    sitting = desk.sit_down(DESK, problem_id)
    answer = desk.work(sitting)
    page = verdict.page(sitting)
    return answer or (render_template("sign_off/show.html", **page), sitting.status)


@blueprint.get("/deferrals")
@access.policy(decides_deferrals)
def deferrals() -> ResponseReturnValue:
    """Who asks for 挂号, why, until when; for leaders what their sections have agreed to."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    pairs = request.args.items(multi=True)
    page = pages.list_problems(session, actor, now, "deferral_requests", pairs)
    return render_template("sign_off/deferrals.html", **presenters.deferrals(session, page, now))


@blueprint.route("/deferrals/<int:problem_id>", methods=["GET", "POST"])
@access.policy(decides_deferrals)
def deferral(problem_id: int) -> ResponseReturnValue:
    """One request for 挂号, and the decision on it."""
    sitting = desk.sit_down(DEFERRALS, problem_id)
    answer = desk.work(sitting)
    page = presenters.deferral(sitting, clock.now())
    return answer or (render_template("sign_off/deferral.html", **page), sitting.status)


navigation.count_for("sign_off.queue")(
    lambda session, actor, now: pages.count_queue(session, actor, now, "sign_off")
)
navigation.count_for("sign_off.deferrals")(
    lambda session, actor, now: pages.count_queue(session, actor, now, "deferral_requests")
)
