"""The supervision pool."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists import pages
from app.services.lists.queues import signs_off, supervises
from app.web import navigation
from app.web.brigade import presenters

blueprint = Blueprint("brigade", __name__)


@blueprint.get("/brigade")
@access.policy(supervises)
def pool() -> ResponseReturnValue:
    """Urgent problems, hours not days; and for the admin what waits for 销号."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    urgent = pages.list_problems(session, actor, now, "brigade", request.args.items(multi=True))
    signs = signs_off(actor)
    to_sign = pages.list_problems(session, actor, now, "sign_off") if signs else None
    return render_template("brigade/pool.html", **presenters.pool(urgent, to_sign))


navigation.count_for("brigade.pool")(
    lambda session, actor, now: pages.count_queue(session, actor, now, "brigade")
)
