"""Imports kept under a name: saved, repeated with the next file, forgotten; and templates."""

from io import BytesIO

from flask import flash, redirect, render_template, request, url_for

from app import clock
from app.domain.refusals import NotFound, Refusal
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.imports.settling import offers as import_offers
from app.services.imports.templates import workbook as import_template
from app.services.imports.work import runs as import_runs
from app.services.imports.work import saved as import_saved
from app.web.form_fields import whole
from app.web.imports import handing, list_pages
from app.web.imports.blueprint import Page, blueprint, imports_ledgers
from app.web.imports.forms import HandInForm
from app.web.imports.handing import Arrived
from app.web.taken_file import taken_file


@blueprint.post("/<int(max=2147483647):run_id>/save")
@access.policy(imports_ledgers)
def save(run_id: int) -> Page:
    """Keep a run's section and settings under a name."""
    name = request.form.get("name", "")
    saved = import_saved.save(unit_of_work(), access.current_actor(), clock.now(), run_id, name)
    flash(f"已保存为“{saved.name}”，下次在“导入”里选它再选文件。", "success")
    return redirect(url_for("imports.show", run_id=run_id))


@blueprint.post("/saved/<int(max=2147483647):saved_id>")
@access.policy(imports_ledgers)
def repeat(saved_id: int) -> Page:
    """Read the next file in the same way; it leads to what would change."""
    arrived = handing.take_in()
    session, actor = unit_of_work(), access.current_actor()
    try:
        if arrived.refused:
            return _again(arrived, list(arrived.refused))
        run = import_runs.start(session, actor, clock.now(), arrived.files, saved_id=saved_id)
    except Refusal as refusal:
        session.rollback()
        return _again(arrived, [refusal.sentence])
    return redirect(url_for("imports.show", run_id=run.id))


def _again(arrived: Arrived, sentences: list[str]) -> Page:
    form = HandInForm()
    form.files.errors = sentences
    page = list_pages.page(unit_of_work(), access.current_actor(), form, arrived)
    return render_template("imports/index.html", **page), 422


@blueprint.post("/saved/<int(max=2147483647):saved_id>/forget")
@access.policy(imports_ledgers)
def forget(saved_id: int) -> Page:
    """Delete a saved import."""
    import_saved.forget(unit_of_work(), access.current_actor(), clock.now(), saved_id)
    flash("已删除保存的导入。", "success")
    return redirect(url_for("imports.index"))


@blueprint.get("/template")
@access.policy(imports_ledgers)
def template() -> Page:
    """A workbook that a section fills in, with its own columns and lists."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    section_id = whole(request.args.get("section")) or 0
    if section_id not in {each.id for each in import_offers.sections_for(session, actor)}:
        raise NotFound(
            "import.no_section", "没有找到这个科室，或者您不能为它导入，请从列表中选择。"
        )
    file = BytesIO(import_template.template_workbook(session, section_id, now))
    return taken_file(file, import_template.template_name(session, section_id, now))
