"""Addresses of photos. What one may not see is answered like what is not there."""

from flask import Blueprint
from flask.wrappers import Response

from app.domain import policy as rights
from app.domain.roles import Actor
from app.door import access, serving

blueprint = Blueprint("photos", __name__, url_prefix="/photos")


def judges_evidence(actor: Actor) -> bool:
    """审核、核查、销号人员"""
    return rights.may_see_originals(actor)


@blueprint.get("/<photo_id>/thumb")
@access.policy(access.signed_in)
def thumb(photo_id: str) -> Response:
    """The small picture of lists and pages."""
    return serving.thumb(serving.find(photo_id))


@blueprint.get("/<photo_id>/card")
@access.policy(access.signed_in)
def card(photo_id: str) -> Response:
    """The smallest picture, for cards on a phone."""
    return serving.card(serving.find(photo_id))


@blueprint.get("/<photo_id>")
@access.policy(access.signed_in)
def stamped(photo_id: str) -> Response:
    """The picture with its stamp, made when it is first asked for."""
    return serving.stamped(serving.find(photo_id, with_stamp=True))


@blueprint.get("/<photo_id>/shared")
@access.policy(access.signed_in)
def shared(photo_id: str) -> Response:
    """The stamped copy that may leave the house: masked where somebody has drawn a mask."""
    return serving.stamped(serving.find(photo_id, with_stamp=True, with_mask=True))


@blueprint.get("/<photo_id>/shared/thumb")
@access.policy(access.signed_in)
def shared_thumb(photo_id: str) -> Response:
    """The small picture of it."""
    return serving.thumb(serving.find(photo_id, with_mask=True))


@blueprint.get("/<photo_id>/original")
@access.policy(judges_evidence)
def original(photo_id: str) -> Response:
    """The file byte for byte as it came; each view is written down."""
    return serving.original(serving.find(photo_id))
