"""The page of doubtful cells: put right in place, alike ones or a column at once; taken back."""

from flask import flash, redirect, render_template, request, url_for

from app import clock
from app.domain.refusals import Invalid
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.models import ImportRun
from app.services.imports.settling import cell_fixes as import_cell_fixes
from app.services.imports.settling import doubts as import_doubts
from app.web import form_fields
from app.web.imports import value_cells
from app.web.imports.asked import RUN, page_number
from app.web.imports.blueprint import Page, blueprint, imports_ledgers, loaded
from app.web.imports.value_cells import Narrowed, Tried


@blueprint.get(RUN + "/values")
@access.policy(imports_ledgers)
def values(run_id: int) -> Page:
    """Every cell that was not understood or only guessed."""
    page = value_cells.page(unit_of_work(), loaded(run_id), _asked())
    return render_template("imports/values.html", **page)


def _asked() -> Narrowed:
    args = request.args
    return Narrowed(
        args.get("field", ""),
        form_fields.whole(args.get("file")) or 0,
        args.get("kind", ""),
        args.get("q", "").strip(),
        form_fields.whole(args.get("like")) or 0,
        page_number(),
    )


@blueprint.post(RUN + "/values")
@access.policy(imports_ledgers)
def put_right(run_id: int) -> Page:
    """Write a value over one cell or all that say the same, or agree to a column of guesses."""
    run, form = loaded(run_id), request.form
    text = form_fields.clean(form.get("text"))
    tried = (form_fields.whole(form.get("row")) or 0, form.get("field", ""), text)
    try:
        flash(_put(run, *tried, form.get("do", "")), "success")
        return redirect(request.full_path)
    except Invalid as refusal:
        typed = Tried(*tried, refusal.sentence)
        page = value_cells.page(unit_of_work(), run, _asked(), typed)
        return render_template("imports/values.html", **page), refusal.status


def _put(run: ImportRun, row_id: int, field: str, text: str, asked: str) -> str:
    """Do what was pressed; gives the sentence that says so."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    told = (session, actor, now, run)
    if asked == "one":
        import_cell_fixes.fix_cell(*told, row_id, field, text)
        return "已改好 1 格。"
    if asked == "empty":
        import_cell_fixes.fix_cell(*told, row_id, field, "")
        return "已留空 1 格。"
    raw, why = import_doubts.doubt_of(session, run.id, row_id, field)
    if asked == "column":
        return f"这一列 {_agree(run, row_id, field, import_doubts.kind_of(raw, why))} 格都已确认。"
    if asked == "empty-alike":
        text = ""
    count = import_cell_fixes.fix_alike(*told, field, raw, text, why)
    return f"同样的 {count} 格都已{'改好' if text else '留空'}。"


def _agree(run: ImportRun, row_id: int, field: str, kind: str) -> int:
    """Agree to the guesses of a kind in a row's file: those that were shown, and no others."""
    session, actor, form = unit_of_work(), access.current_actor(), request.form
    if kind != form.get("kind"):
        raise Invalid("import.settled", import_doubts.SETTLED)
    file_id = import_doubts.file_of(session, row_id)
    return import_cell_fixes.agree_to_column(session, actor, clock.now(), run, file_id, field, kind)


@blueprint.post(RUN + "/values/back")
@access.policy(imports_ledgers)
def doubt_again(run_id: int) -> Page:
    """Make doubtful again what was settled in one step."""
    session, run = unit_of_work(), loaded(run_id)
    step = form_fields.whole(request.form.get("step")) or 0
    count = import_cell_fixes.take_back(session, clock.now(), run, step)
    flash(f"已撤回，{count} 格重新列为存疑。", "success")
    return redirect(url_for("imports.values", run_id=run.id))
