"""Pages of exports that are made in the background."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from app import clock, extensions
from app.domain.policy import may_export
from app.domain.refusals import Conflict, NotFound
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.tables import export_asking
from app.web.table_exports import presenters
from app.web.taken_file import taken_file

blueprint = Blueprint("table_exports", __name__, url_prefix="/table/exports")
ONE = "/<int(max=2147483647):export_id>"


@blueprint.get("")
@access.policy(may_export)
def index() -> ResponseReturnValue:
    """One's own last exports, those at work among them."""
    actor = access.current_actor()
    found = export_asking.latest(unit_of_work(), actor)
    return render_template("table_exports/index.html", **presenters.page(actor, found))


@blueprint.get(f"{ONE}/status")
@access.policy(may_export)
def status(export_id: int) -> ResponseReturnValue:
    """How far it is: the one element that the page asks for again."""
    actor = access.current_actor()
    found = export_asking.own(unit_of_work(), actor, export_id)
    shown = presenters.status(actor, found, alone=True)
    answer = Response(
        render_template("table_exports/_status.html", status=shown), mimetype="text/html"
    )
    answer.add_etag()
    answer.cache_control.no_cache = True
    return answer.make_conditional(request)


@blueprint.post(f"{ONE}/stop")
@access.policy(may_export)
def stop(export_id: int) -> ResponseReturnValue:
    """End one that waits or is being made."""
    try:
        export_asking.stop(unit_of_work(), access.current_actor(), clock.now(), export_id)
        flash("已停止导出。", "info")
    except Conflict as quicker:  # it was just done: nothing is lost, its row says so
        flash(quicker.sentence, "info")
    return redirect(url_for("table_exports.index"))


@blueprint.post(f"{ONE}/again")
@access.policy(may_export)
def again(export_id: int) -> ResponseReturnValue:
    """Make one anew, with the rows as they are now."""
    export_asking.again(unit_of_work(), access.current_actor(), clock.now(), export_id)
    flash("已重新开始导出。", "success")
    return redirect(url_for("table_exports.index"))


@blueprint.get(f"{ONE}/file")
@access.policy(may_export)
def download(export_id: int) -> Response:
    """The file; each download is written down."""
    session, actor = unit_of_work(write=True), access.current_actor()
    found = export_asking.take_away(session, actor, clock.now(), export_id)
    path = extensions.settings().exports / found.file_path
    if not path.is_file():
        raise NotFound("export.file_gone", "导出的文件已不在服务器上，请在“我的导出”里重新导出。")
    return taken_file(path, found.file_name)
