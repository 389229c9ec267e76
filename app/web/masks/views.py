"""The page on which rectangles are drawn over a photo, and the picture to draw them on."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from app import clock
from app.domain import policy
from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.door import access, serving
from app.door.unit_of_work import unit_of_work
from app.services.evidence import masks, photos
from app.web.masks import forms, presenters

blueprint = Blueprint("masks", __name__, url_prefix="/photos")


def judges_evidence(actor: Actor) -> bool:
    """审核、核查、销号人员"""
    return policy.may_see_originals(actor)


@blueprint.get("/<photo_id>/mask")
@access.policy(judges_evidence)
def show(photo_id: str) -> ResponseReturnValue:
    """The photo large, with the rectangles that count now."""
    session, actor = unit_of_work(), access.current_actor()
    photo = photos.load_visible(session, actor, photo_id)
    rows = forms.rows_of(masks.mask_of(session, photo.id))
    return render_template("masks/show.html", **presenters.page(session, photo, rows))


@blueprint.post("/<photo_id>/mask")
@access.policy(judges_evidence)
def save(photo_id: str) -> ResponseReturnValue:
    """Keep what was drawn, or that there is nothing to hide."""
    session, actor = unit_of_work(), access.current_actor()
    photo = photos.load_visible(session, actor, photo_id)
    try:
        mask = forms.read()
    except Invalid as refusal:
        page = presenters.page(session, photo, forms.typed(), refusal.sentence)
        return render_template("masks/show.html", **page), refusal.status
    if mask is None:
        return render_template("masks/show.html", **presenters.page(session, photo, forms.typed()))
    masks.save(session, actor, clock.now(), photo, mask)
    flash(presenters.saved(mask), "success")
    return redirect(presenters.way_back(photo) or url_for("masks.show", photo_id=photo.id))


@blueprint.get("/<photo_id>/mask/picture")
@access.policy(judges_evidence)
def picture(photo_id: str) -> Response:
    """The whole picture without a stamp: what lies under the stamp can be hidden as well."""
    return serving.plain(serving.find(photo_id))
