"""The forms of the toolbar, and the pages of a sheet's saved views."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.web.table_views import keeping, shaping

blueprint = Blueprint("table_views", __name__, url_prefix="/table")


@blueprint.get("/<int:sheet_id>/filter")
@access.policy(access.signed_in)
def compose(sheet_id: int) -> ResponseReturnValue:
    """The rows of a form of the toolbar, made into the address they mean."""
    session, actor = unit_of_work(), access.current_actor()
    return redirect(shaping.target(session, actor, clock.now(), sheet_id, request.args))


@blueprint.get("/<int:sheet_id>/filter/row")
@access.policy(access.signed_in)
def condition(sheet_id: int) -> ResponseReturnValue:
    """One row of the filter's form, drawn anew for the field and operator chosen."""
    session, actor = unit_of_work(), access.current_actor()
    row = shaping.row(session, actor, clock.now(), sheet_id, request.args)
    return render_template("table_views/condition.html", **row)


@blueprint.post("/<int:sheet_id>/views")
@access.policy(access.signed_in)
def save(sheet_id: int) -> ResponseReturnValue:
    """Keep the state of an address as a new view of one's own."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    return redirect(keeping.save(session, actor, now, sheet_id, request.form))


@blueprint.post("/views/<int:view_id>")
@access.policy(access.signed_in)
def update(view_id: int) -> ResponseReturnValue:
    """Let a view show what the address shows now."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    return redirect(keeping.update(session, actor, now, view_id, request.form))


@blueprint.get("/<int:sheet_id>/views")
@access.policy(access.signed_in)
def manage(sheet_id: int) -> ResponseReturnValue:
    """A sheet's views: names, order, who sees them, and those deleted."""
    session, actor = unit_of_work(), access.current_actor()
    return render_template("table_views/manage.html", **keeping.page(session, actor, sheet_id))


@blueprint.post("/views/<int:view_id>/<change>")
@access.policy(access.signed_in)
def change(view_id: int, change: str) -> ResponseReturnValue:
    """Rename, share, lock, order, delete or take back a view."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    return redirect(keeping.change(session, actor, now, view_id, change, request.form))


@blueprint.get("/<int:sheet_id>/map.json")
@access.policy(access.signed_in)
def points(sheet_id: int) -> ResponseReturnValue:
    """The rows within a part of the map: single points, or clusters where they are many."""
    session, actor = unit_of_work(), access.current_actor()
    return shaping.points(session, actor, clock.now(), sheet_id, request.args)
