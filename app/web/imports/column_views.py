"""The page on which one sees what each column and row of a sheet was taken for."""

from flask import flash, redirect, render_template, request, url_for

from app import clock
from app.domain.refusals import Refusal
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.imports.settling import corrections as import_corrections
from app.web.form_fields import whole
from app.web.imports import column_pages
from app.web.imports.blueprint import Page, blueprint, imports_ledgers, loaded


@blueprint.get("/<int(max=2147483647):run_id>/columns")
@access.policy(imports_ledgers)
def columns(run_id: int) -> Page:
    """A sheet as it stands, its rows by kind, its columns with the fields they stand for."""
    asked = column_pages.Asked(whole(request.args.get("sheet")), whole(request.args.get("at")))
    return _page(run_id, asked)


def _page(run_id: int, asked: column_pages.Asked, error: str = "", status: int = 200) -> Page:
    session, actor, run = unit_of_work(), access.current_actor(), loaded(run_id)
    page = column_pages.page(session, actor, run, asked, request.form)
    return render_template("imports/columns.html", **page, error=error), status


@blueprint.post("/<int(max=2147483647):run_id>/columns")
@access.policy(imports_ledgers)
def correct_columns(run_id: int) -> Page:
    """Take other fields for columns; it is remembered, and the file is read again."""
    session, actor, run = unit_of_work(), access.current_actor(), loaded(run_id)
    asked = column_pages.Asked(whole(request.form.get("sheet")) or 0)
    try:
        sheet, wanted = column_pages.wanted(session, run, asked, request.form)
        if not wanted:
            return redirect(column_pages.onward(session, run, sheet, "on" in request.form))
        import_corrections.correct_columns(session, actor, clock.now(), run, sheet.id, wanted)
    except Refusal as refusal:
        session.rollback()
        return _page(run_id, asked, refusal.sentence, refusal.status)
    flash(f"改了 {len(wanted)} 列，已记住；正在按新的列重新读取。", "success")
    at = column_pages.place_of(session, run, sheet)
    return redirect(url_for("imports.show", run_id=run_id, then=f"columns-{at}"))


@blueprint.post("/<int(max=2147483647):run_id>/archive")
@access.policy(imports_ledgers)
def archive_column(run_id: int) -> Page:
    """Say by which column the pictures of a zip find their rows; the files are read again."""
    run, column = loaded(run_id), request.form.get("column", "")
    file_id = whole(request.form.get("file")) or 0
    import_corrections.choose_archive_column(unit_of_work(), clock.now(), run, file_id, column)
    return redirect(url_for("imports.show", run_id=run_id, then="show"))
