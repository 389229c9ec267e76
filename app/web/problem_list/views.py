"""The page of all problems."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists import pages
from app.services.lists.queues import anybody
from app.web import filters
from app.web.listing import SEARCH, View, listing

blueprint = Blueprint("problem_list", __name__)


@blueprint.get("/problems")
@access.policy(anybody)
def index() -> ResponseReturnValue:
    """Every problem in my sight, the newest first."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    page = pages.list_problems(session, actor, now, "all", request.args.items(multi=True))
    offered = (
        SEARCH, filters.state(), filters.priority(), filters.category(session),
        filters.street(session), filters.lead_section(session), filters.responsible(session),
        *filters.reported_between(),
    )  # fmt: skip
    # An urgent one carries its badge: a column of its own says nothing more.
    view = View("problem_list.index", without=frozenset({"priority"}))
    return render_template("problem_list/index.html", list=listing(page, view, offered))
