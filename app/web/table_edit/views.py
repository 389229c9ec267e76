"""Changing cells, taking changes back, and the page of one cell."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from app import clock
from app.domain.refusals import Refusal
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.cells import edits
from app.services.cells import undo as cell_undo
from app.web.table_edit import answers, cell_page, reading, uploading

blueprint = Blueprint("table_edit", __name__, url_prefix="/table")
CELL = "/rows/<int:problem_id>/cells/<field_id>"


@blueprint.post("/cells")
@access.policy(access.signed_in)
@answers.as_json
def edit() -> Response:
    """Write the cells of a grid, or say what would come of it."""
    sent = reading.read_message(request.get_data())
    session, actor = unit_of_work(), access.current_actor()
    if sent.preview:
        found = edits.preview_cells(session, actor, sent.edits)
        return answers.outcome(found, preview=True)
    done = edits.edit_cells(
        session, actor, clock.now(), sent.batch, sent.edits, sent.origin, skip_unfit=sent.skip_unfit
    )
    return answers.outcome(done)


@blueprint.post("/undo")
@access.policy(access.signed_in)
@answers.as_json
def undo() -> Response:
    """Take a batch of one's own back; of an undo: do it again."""
    sent = reading.read_object(request.get_data())
    batch, new = reading.text_of(sent, "batch"), reading.text_of(sent, "id")
    session, actor = unit_of_work(), access.current_actor()
    return answers.outcome(cell_undo.undo(session, actor, clock.now(), batch, new))


@blueprint.get("/undoable")
@access.policy(access.signed_in)
@answers.as_json
def undoable() -> Response:
    """What this person can take back and do again, newest first."""
    found = cell_undo.my_batches(unit_of_work(), access.current_actor())
    return answers.stacks(found)


@blueprint.get(CELL)
@access.policy(access.signed_in)
def cell(problem_id: int, field_id: str) -> ResponseReturnValue:
    """One cell with its history: beside the table, or as a page of its own."""
    page = cell_page.page(unit_of_work(), access.current_actor(), problem_id, field_id)
    template = "table_edit/_cell.html" if "part" in request.args else "table_edit/cell.html"
    return render_template(template, **page)


@blueprint.post(CELL)
@access.policy(access.signed_in)
def change(problem_id: int, field_id: str) -> ResponseReturnValue:
    """Write one cell by a plain form."""
    session, actor = unit_of_work(), access.current_actor()
    try:
        cell_page.change(session, actor, clock.now(), problem_id, field_id, request.form)
    except Refusal as refusal:
        return cell_page.again(problem_id, field_id, refusal)
    flash("已保存。", "success")
    return redirect(url_for("table_edit.cell", problem_id=problem_id, field_id=field_id))


@blueprint.post(f"{CELL}/restore")
@access.policy(access.signed_in)
def restore(problem_id: int, field_id: str) -> ResponseReturnValue:
    """Put an earlier version of one cell back."""
    session, actor = unit_of_work(), access.current_actor()
    try:
        cell_page.restore(session, actor, clock.now(), problem_id, field_id, request.form)
    except Refusal as refusal:
        return cell_page.again(problem_id, field_id, refusal)
    flash("已恢复。", "success")
    return redirect(url_for("table_edit.cell", problem_id=problem_id, field_id=field_id))


@blueprint.get(f"{CELL}/files")
@access.policy(access.signed_in)
@answers.as_json
def files(problem_id: int, field_id: str) -> Response:
    """What lies in a cell of pictures or files, for the grid."""
    session, actor = unit_of_work(), access.current_actor()
    return answers.files(uploading.items(session, actor, problem_id, field_id))


@blueprint.post(f"{CELL}/files")
@access.policy(access.signed_in)
def upload(problem_id: int, field_id: str) -> ResponseReturnValue:
    """Put pictures or files into a cell: dropped onto the grid, or by the page's form."""
    if uploading.wants_json():
        return answers.as_json(lambda: answers.outcome(uploading.take(problem_id, field_id)))()
    try:
        uploading.take(problem_id, field_id)
    except Refusal as refusal:
        return cell_page.again(problem_id, field_id, refusal)
    flash("已上传。", "success")
    return redirect(url_for("table_edit.cell", problem_id=problem_id, field_id=field_id))


@blueprint.post(f"{CELL}/files/remove")
@access.policy(access.signed_in)
def remove(problem_id: int, field_id: str) -> ResponseReturnValue:
    """Take a picture or a file out of a cell."""
    try:
        uploading.remove(problem_id, field_id)
    except Refusal as refusal:
        return cell_page.again(problem_id, field_id, refusal)
    flash("已移除；可在修改记录里恢复。", "success")
    return redirect(url_for("table_edit.cell", problem_id=problem_id, field_id=field_id))


@blueprint.get("/attachments/<attachment_id>")
@access.policy(access.signed_in)
def attachment(attachment_id: str) -> Response:
    """A picture of a cell as a copy, or a file of a cell as a download."""
    return uploading.serve(attachment_id)


@blueprint.get("/attachments/<attachment_id>/thumb")
@access.policy(access.signed_in)
def attachment_thumb(attachment_id: str) -> Response:
    """The small picture of a cell."""
    return uploading.serve(attachment_id, small=True)
