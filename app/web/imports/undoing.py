"""The page that says what undoing an import takes back and what stays, and asks for it."""

from flask import redirect, render_template, request, url_for

from app import clock
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.imports.writing import undo_plan as import_undo_plan
from app.services.imports.writing import undoing as import_undoing
from app.web.imports import undo_pages
from app.web.imports.asked import RUN
from app.web.imports.blueprint import Page, blueprint, imports_ledgers, loaded

TOUCHED = "touched"


@blueprint.get(RUN + "/undo")
@access.policy(imports_ledgers)
def undo(run_id: int) -> Page:
    """What would be taken back now, in numbers; what people changed since stays."""
    session, run = unit_of_work(), loaded(run_id)
    rows = import_undo_plan.rows_written(session, run.id)
    plan = import_undo_plan.plan_undo(session, rows, touched=False)
    actor = access.current_actor()
    return render_template("imports/undo.html", **undo_pages.page(session, actor, run, plan))


@blueprint.post(RUN + "/undo")
@access.policy(imports_ledgers)
def take_back(run_id: int) -> Page:
    """Ask for it to be undone."""
    session, run = unit_of_work(), loaded(run_id)
    touched = request.form.get(TOUCHED) == "1"
    import_undoing.request_undo(session, access.current_actor(), clock.now(), run, touched=touched)
    return redirect(url_for("imports.result", run_id=run.id))
