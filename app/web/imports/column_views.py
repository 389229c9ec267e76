"""The page on which one sees what each column and row of a sheet was taken for."""

from flask import render_template, request

from app.door import access
from app.door.unit_of_work import unit_of_work
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
