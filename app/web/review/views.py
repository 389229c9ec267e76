"""The reviewer's pool and his desk."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists import pages
from app.services.lists.queues import reviews
from app.web import desk, filters, navigation
from app.web.listing import SEARCH, View, listing
from app.web.review import presenters, sitting

blueprint = Blueprint("review", __name__)


@blueprint.get("/review")
@access.policy(reviews)
def pool() -> ResponseReturnValue:
    """What streets have reported, the oldest first."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    page = pages.list_problems(session, actor, now, "pool", request.args.items(multi=True))
    offered = (SEARCH, filters.priority(), filters.category(session), filters.street(session))
    view = View("review.pool", "review.show")
    return render_template("review/pool.html", list=listing(page, view, offered))


@blueprint.route("/review/<int:problem_id>", methods=["GET", "POST"])
@access.policy(reviews)
def show(problem_id: int) -> ResponseReturnValue:
    """One report: is it real, which kind, whose, a duplicate?"""
    place = sitting.sit_down(problem_id)
    answer = desk.work(place)
    if answer is not None:
        return answer
    page = presenters.page(unit_of_work(), access.current_actor(), clock.now(), place)
    return render_template("review/show.html", **page), place.status


navigation.count_for("review.pool")(
    lambda session, actor, now: pages.count_queue(session, actor, now, "pool")
)
