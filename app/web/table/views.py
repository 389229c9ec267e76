"""The pages of the super table, and the rows the grid asks for."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, extensions
from app.domain.policy import may_export
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.problems import shown
from app.services.tables import rows as tables
from app.web.table import answers, choosing, exporting, panel, presenters

blueprint = Blueprint("table", __name__, url_prefix="/table")


@blueprint.get("")
@access.policy(access.signed_in)
def index() -> ResponseReturnValue:
    """The table one works in: one's own section's, else everybody's."""
    actor = access.current_actor()
    with extensions.database().reading() as session:
        found = tables.home_sheet(session, actor)
    if found is None:  # the first visit ever
        found = tables.settle_sheets(unit_of_work(write=True), actor, clock.now())
    asked = request.query_string.decode("ascii", "replace")
    return redirect(url_for("table.show", sheet_id=found) + (f"?{asked}" if asked else ""))


@blueprint.get("/<int:sheet_id>")
@access.policy(access.signed_in)
def show(sheet_id: int) -> ResponseReturnValue:
    """A sheet: as a grid, and as a list where there is no script or no room."""
    session, actor = unit_of_work(), access.current_actor()
    template, page = presenters.page(session, actor, clock.now(), sheet_id, request.args)
    return render_template(template, **page)


@blueprint.get("/<int:sheet_id>/rows.json")
@access.policy(access.signed_in)
def rows(sheet_id: int) -> ResponseReturnValue:
    """A block of rows as texts, after a cursor and some rows past it."""
    session, actor = unit_of_work(), access.current_actor()
    return answers.rows(session, actor, clock.now(), sheet_id, request.args)


@blueprint.get("/<int:sheet_id>/anchors.json")
@access.policy(access.signed_in)
def anchors(sheet_id: int) -> ResponseReturnValue:
    """How many rows there are, and where to go on from to reach any of them."""
    session, actor = unit_of_work(), access.current_actor()
    return answers.anchors(session, actor, clock.now(), sheet_id, request.args)


@blueprint.get("/<int:sheet_id>/about.json")
@access.policy(access.signed_in)
def about(sheet_id: int) -> ResponseReturnValue:
    """Whether the rows asked for take reading everything."""
    session, actor = unit_of_work(), access.current_actor()
    return answers.about(session, actor, clock.now(), sheet_id, request.args)


@blueprint.post("/stop")
@access.policy(access.signed_in)
def stop() -> ResponseReturnValue:
    """End a reading of one's own that takes long."""
    return answers.stop(access.current_actor(), request.get_json(silent=True))


@blueprint.get("/<int:sheet_id>/changes.json")
@access.policy(access.signed_in)
def changes(sheet_id: int) -> ResponseReturnValue:
    """Rows that others changed since an event."""
    session, actor = unit_of_work(), access.current_actor()
    return answers.changes(session, actor, clock.now(), sheet_id, request.args)


@blueprint.post("/<int:sheet_id>/widths")
@access.policy(access.signed_in)
def widths(sheet_id: int) -> ResponseReturnValue:
    """Keep one's own column widths."""
    session, actor = unit_of_work(), access.current_actor()
    given = request.get_json(silent=True)
    return answers.widths(session, actor, clock.now(), sheet_id, request.args, given)


@blueprint.post("/<int:sheet_id>/export")
@access.policy(may_export)
def start_export(sheet_id: int) -> ResponseReturnValue:
    """Have the rows and columns of the address made into a workbook, now or in the background."""
    return exporting.start(access.current_actor(), sheet_id, request.args)


@blueprint.get("/<int:sheet_id>/export")
@access.policy(may_export)
def export(sheet_id: int) -> ResponseReturnValue:
    """The rows and columns of the address as a workbook."""
    return exporting.answer(access.current_actor(), sheet_id, request.args)


@blueprint.get("/options.json")
@access.policy(access.signed_in)
def options() -> ResponseReturnValue:
    """People, organisations or kinds to pick for a cell, by a part of the name."""
    kind, words = request.args.get("kind", ""), request.args.get("q", "")
    return choosing.answer(unit_of_work(), access.current_actor(), kind, words)


@blueprint.get("/rows/<int:problem_id>")
@access.policy(access.signed_in)
def row(problem_id: int) -> ResponseReturnValue:
    """One row with everything in it: beside the table, or as a page of its own."""
    session, actor = unit_of_work(), access.current_actor()
    now = clock.now()
    detail = shown.detail(session, actor, problem_id, now)
    opened = panel.sheet_of(session, actor, now, request.args)
    template = "table/_row.html" if "part" in request.args else "table/row.html"
    return render_template(template, **panel.page(session, detail, opened))
