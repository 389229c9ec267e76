"""The page on which one sees what each column and row of a sheet was taken for."""

from flask import flash, redirect, render_template, request, url_for

from app import clock
from app.domain.refusals import Refusal
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services import import_corrections
from app.web.form_fields import whole
from app.web.imports import column_pages
from app.web.imports.blueprint import Page, blueprint, imports_ledgers, loaded


@blueprint.get("/<int(max=2147483647):run_id>/columns")
@access.policy(imports_ledgers)
def columns(run_id: int) -> Page:
    """A sheet as it stands, its rows by kind, its columns with the fields they stand for."""
    return _page(run_id, whole(request.args.get("sheet")))


def _page(run_id: int, sheet_id: int | None, error: str = "", status: int = 200) -> Page:
    session, actor, run = unit_of_work(), access.current_actor(), loaded(run_id)
    typed = request.form if error else {}
    page = column_pages.page(session, actor, run, sheet_id, typed)
    return render_template("imports/columns.html", **page, error=error), status


@blueprint.post("/<int(max=2147483647):run_id>/columns")
@access.policy(imports_ledgers)
def correct_columns(run_id: int) -> Page:
    """Take other fields for columns; it is remembered, and the file is read again."""
    session, actor, run = unit_of_work(), access.current_actor(), loaded(run_id)
    sheet_id = whole(request.form.get("sheet")) or 0
    try:
        wanted = column_pages.wanted(session, run, sheet_id, request.form)
        if not wanted:
            flash("没有改动。", "info")
            return redirect(url_for("imports.columns", run_id=run_id, sheet=sheet_id))
        import_corrections.correct_columns(session, actor, clock.now(), run, sheet_id, wanted)
    except Refusal as refusal:
        session.rollback()
        return _page(run_id, sheet_id, refusal.sentence, refusal.status)
    flash(f"改了 {len(wanted)} 列，已记住；正在按新的列重新读取。", "success")
    return redirect(url_for("imports.show", run_id=run_id, then="columns"))


@blueprint.post("/<int(max=2147483647):run_id>/archive")
@access.policy(imports_ledgers)
def archive_column(run_id: int) -> Page:
    """Say by which column the pictures of a zip find their rows; the files are read again."""
    run, column = loaded(run_id), request.form.get("column", "")
    file_id = whole(request.form.get("file")) or 0
    import_corrections.choose_archive_column(unit_of_work(), clock.now(), run, file_id, column)
    return redirect(url_for("imports.show", run_id=run_id, then="show"))
