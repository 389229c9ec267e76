"""The page of the results library."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.domain import policy
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists import results
from app.web.results import presenters

blueprint = Blueprint("results", __name__)


@blueprint.get("/results")
@access.policy(policy.may_see_results)
def index() -> ResponseReturnValue:
    """Pairs of what was signed off in my sight, by period, place, kind, section and words."""
    session = unit_of_work()
    page = results.list_results(session, access.current_actor(), request.args.items(multi=True))
    return render_template("results/index.html", **presenters.page(session, page))
