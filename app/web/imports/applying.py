"""The pages that say what writing an import will do, do it, and say what was done."""

from flask import redirect, render_template, request, url_for
from flask.wrappers import Response

from app import clock
from app.door import access, serving
from app.door.unit_of_work import unit_of_work
from app.models import ImportRun
from app.photos.formats import Format
from app.services.imports.reading import pictures as import_pictures
from app.services.imports.settling import outlook as import_outlook
from app.services.imports.work import rows as import_rows
from app.services.imports.work.runs import ROW_STATUSES
from app.services.imports.writing import applying as import_applying
from app.web.imports import results
from app.web.imports.asked import RUN, page_number, rows
from app.web.imports.blueprint import Page, blueprint, imports_ledgers, loaded


@blueprint.get(RUN + "/apply")
@access.policy(imports_ledgers)
def apply(run_id: int) -> Page:
    """What would be written, in numbers, and the one button that does it."""
    session, run = unit_of_work(), loaded(run_id)
    ids, kind = _part()
    found = import_outlook.outlook(session, run, ids, kind)
    return render_template("imports/apply.html", **results.outlook(run, found, ids, kind))


def _part() -> tuple[list[int] | None, str]:
    """The rows or the kind that the address names; neither for everything that is left."""
    kind = request.values.get("kind", "")
    return rows(request.values.getlist("row")) or None, kind if kind in ROW_STATUSES else ""


@blueprint.post(RUN + "/apply")
@access.policy(imports_ledgers)
def write(run_id: int) -> Page:
    """Ask for it to be written."""
    session, run = unit_of_work(), loaded(run_id)
    ids, kind = _part()
    if kind:
        ids = import_rows.ids_of(session, run, kind)
    import_applying.request_apply(session, access.current_actor(), clock.now(), run, ids)
    return redirect(url_for("imports.result", run_id=run.id))


@blueprint.get(RUN + "/result")
@access.policy(imports_ledgers)
def result(run_id: int) -> Page:
    """How far the writing is; then what was written, and what is left."""
    session, actor = unit_of_work(), access.current_actor()
    how, run = request.args.get("how", ""), loaded(run_id)
    page = results.page(session, actor, run, how, page_number())
    return render_template("imports/result.html", **page)


@blueprint.get(RUN + "/result/status")
@access.policy(imports_ledgers)
def result_status(run_id: int) -> Page:
    """How far it is: the one element that the page asks for again."""
    return _status(loaded(run_id))


def _status(run: ImportRun) -> Page:
    html = render_template("imports/_writing.html", writing=results.writing(run, alone=True))
    answer = Response(html, mimetype="text/html")
    answer.add_etag()
    answer.cache_control.no_cache = True
    return answer.make_conditional(request)


@blueprint.get(RUN + "/pictures/<sha256>")
@access.policy(imports_ledgers)
def picture(run_id: int, sha256: str) -> Page:
    """The small copy of a picture that came with a run."""
    run = loaded(run_id)
    found = import_pictures.picture_of(unit_of_work(), access.current_actor(), run, sha256)
    return serving.thumb(serving.Servable("", found.sha256, Format.JPEG))
