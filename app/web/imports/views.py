"""Where imports begin: handed in, read while one waits or does something else, found again."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.wrappers import Response

from app import clock
from app.domain.refusals import Refusal
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.imports.settling import offers as import_offers
from app.services.imports.work import runs as import_runs
from app.web import navigation
from app.web.form_errors import show_refusal
from app.web.form_fields import whole
from app.web.imports import handing, list_pages, run_pages
from app.web.imports.blueprint import Page, blueprint, imports_ledgers, loaded
from app.web.imports.forms import HandInForm
from app.web.imports.handing import Arrived

navigation.count_for("imports.index")(import_offers.waiting_for)


@blueprint.get("")
@access.policy(imports_ledgers)
def index() -> Page:
    """The form to hand in files, what is saved for repeating, and one's own imports."""
    return _index(HandInForm(), Arrived())


def _index(form: HandInForm, arrived: Arrived, status: int = HTTPStatus.OK) -> Page:
    page = list_pages.page(unit_of_work(), access.current_actor(), form, arrived)
    return render_template("imports/index.html", **page), status


@blueprint.post("")
@access.policy(imports_ledgers)
def hand_in() -> Page:
    """Take files in and have them read; whatever cannot be taken comes back with its reason."""
    form, arrived = HandInForm(), handing.take_in()
    block = handing.pasted()
    files = [*arrived.files, *([block] if block else [])]
    if arrived.refused:
        form.files.errors = list(arrived.refused)
        return _index(form, arrived, HTTPStatus.UNPROCESSABLE_ENTITY)
    session, actor = unit_of_work(), access.current_actor()
    try:
        run = import_runs.start(session, actor, clock.now(), files, form.section())
    except Refusal as refusal:
        session.rollback()
        show_refusal(form, refusal)
        return _index(form, arrived, refusal.status)
    return redirect(url_for("imports.show", run_id=run.id))


@blueprint.get("/<int(max=2147483647):run_id>")
@access.policy(imports_ledgers)
def show(run_id: int) -> Page:
    """How far the reading is; once it is done, what was read of each file."""
    session, run = unit_of_work(), loaded(run_id)
    page = run_pages.page(session, access.current_actor(), run, request.args.get("then", ""))
    return render_template("imports/show.html", **page)


@blueprint.get("/<int(max=2147483647):run_id>/status")
@access.policy(imports_ledgers)
def status(run_id: int) -> Page:
    """How far it is: the one element that the page asks for again."""
    found = run_pages.status(loaded(run_id), request.args.get("then", ""))
    html = render_template("imports/_status.html", status=found)
    answer = Response(html, mimetype="text/html")
    answer.add_etag()
    answer.cache_control.no_cache = True
    return answer.make_conditional(request)


@blueprint.post("/<int(max=2147483647):run_id>/stop")
@access.policy(imports_ledgers)
def stop(run_id: int) -> Page:
    """Stop the reading."""
    import_runs.stop(unit_of_work(), access.current_actor(), clock.now(), run_id)
    flash("已停止读取，没有写入任何内容。", "info")
    return redirect(url_for("imports.show", run_id=run_id))


@blueprint.post("/<int(max=2147483647):run_id>/again")
@access.policy(imports_ledgers)
def again(run_id: int) -> Page:
    """Read the files once more."""
    import_runs.read_again(unit_of_work(), access.current_actor(), clock.now(), run_id)
    return redirect(url_for("imports.show", run_id=run_id))


@blueprint.post("/<int(max=2147483647):run_id>/section")
@access.policy(imports_ledgers)
def section(run_id: int) -> Page:
    """Say whose ledger a file is; it is read again."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    file_id, section_id = (whole(request.form.get(name)) or 0 for name in ("file", "section"))
    import_runs.choose_section(session, actor, now, run_id, file_id, section_id)
    return redirect(url_for("imports.show", run_id=run_id))


@blueprint.post("/<int(max=2147483647):run_id>/discard")
@access.policy(imports_ledgers)
def discard(run_id: int) -> Page:
    """Give an import up that has written nothing."""
    import_runs.discard(unit_of_work(), access.current_actor(), clock.now(), run_id)
    flash("已放弃这次导入，没有写入任何内容。", "success")
    return redirect(url_for("imports.index"))
