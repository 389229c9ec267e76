"""The list of a responsible unit."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists import pages
from app.services.lists.queues import has_own_unit
from app.web import navigation
from app.web.unit import presenters

blueprint = Blueprint("unit", __name__)


@blueprint.get("/unit")
@access.policy(has_own_unit)
def list() -> ResponseReturnValue:  # noqa: A001  (the address's own name)
    """What my unit must solve, has deferred, has handed in; the nearest deadline first."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    tab = presenters.tab_named(request.args.get("tab", ""))
    pairs = [*tab.pairs, *request.args.items(multi=True)]
    page = pages.list_problems(session, actor, now, "unit", pairs)
    return render_template("unit/list.html", **presenters.page(session, actor, now, page, tab))


navigation.count_for("unit.list")(presenters.waiting)
