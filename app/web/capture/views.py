"""The points around a place, for a map on which a position is put by hand."""

from flask import Blueprint, Response, jsonify, request

from app.domain.roles import Role
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists.around import NOTHING, around, home_of
from app.web.capture import presenters
from app.web.form_fields import number

blueprint = Blueprint("capture", __name__, url_prefix="/capture")

photographs = access.holds(
    Role.REPORTER, Role.UNIT_USER, Role.BRIGADE_USER, Role.BRIGADE_ADMIN
)  # those whose forms take photos


@blueprint.get("/around")
@access.policy(photographs)
def points_around() -> Response:
    """Problems and streets around ?lat=&lng= that the person may see; else around his own unit."""
    session, actor = unit_of_work(), access.current_actor()
    lat, lng = number(request.args.get("lat")), number(request.args.get("lng"))
    here = (lat, lng) if lat is not None and lng is not None else home_of(session, actor)
    return jsonify(presenters.points(here, around(session, actor, here) if here else NOTHING))
