"""Changing cells, taking changes back, and the page of one cell."""

from flask import Blueprint, request
from flask.wrappers import Response

from app import clock
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services import cell_edits
from app.web.table_edit import answers, reading

blueprint = Blueprint("table_edit", __name__, url_prefix="/table")


@blueprint.post("/cells")
@access.policy(access.signed_in)
@answers.as_json
def edit() -> Response:
    """Write the cells of a grid, or say what would come of it."""
    sent = reading.read_message(request.get_data())
    session, actor = unit_of_work(), access.current_actor()
    if sent.preview:
        found = cell_edits.preview_cells(session, actor, sent.edits)
        return answers.outcome(found, preview=True)
    done = cell_edits.edit_cells(
        session, actor, clock.now(), sent.batch, sent.edits, sent.origin, skip_unfit=sent.skip_unfit
    )
    return answers.outcome(done)
