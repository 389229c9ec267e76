"""The phone form of a sheet: one problem after another, under the thumb."""

from flask import flash, redirect, render_template, request, url_for

from app import clock
from app.domain import policy
from app.domain.refusals import Conflict, Invalid
from app.domain.roles import Actor
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.forms import sheet_forms
from app.web import field_controls, form_fields
from app.web.sheet_admin import form_pages
from app.web.sheet_admin.views import Page, blueprint


def fills_forms(actor: Actor) -> bool:
    """科室人员和系统管理员"""
    return policy.may_fill_forms(actor)


@blueprint.get("/<int:sheet_id>/form")
@access.policy(fills_forms)
def form_list(sheet_id: int) -> Page:
    """What is still to fill in."""
    page = form_pages.list_page(unit_of_work(), access.current_actor(), sheet_id)
    return render_template("sheet_admin/form_list.html", **page)


@blueprint.route("/<int:sheet_id>/form/<int:problem_id>", methods=["GET", "POST"])
@access.policy(fills_forms)
def form(sheet_id: int, problem_id: int) -> Page:
    """The form of one problem; what is saved leads to the next one."""
    session, actor, refused, status = unit_of_work(), access.current_actor(), None, 200
    if request.method == "POST":
        try:
            return redirect(_filled(sheet_id, problem_id))
        except (Conflict, Invalid) as refusal:
            session.rollback()
            refused, status = refusal, refusal.status
    typed = request.form if refused else None
    page = form_pages.form_page(session, actor, sheet_id, problem_id, typed, refused)
    return render_template("sheet_admin/form.html", **page), status


def _filled(sheet_id: int, problem_id: int) -> str:
    """Write the form; where to go on. Raises Refusal."""
    session, actor = unit_of_work(), access.current_actor()
    opened, fields = form_pages.asked(session, actor, sheet_id)
    changed = sheet_forms.fill(
        session, actor, clock.now(), sheet_id, problem_id,
        field_controls.sent(request.form, fields), field_controls.shown_before(request.form),
        request.form.get("key") or form_fields.new_key(),
    )  # fmt: skip
    next_id = sheet_forms.waiting(session, opened, fields, problem_id).next_id
    flash(f"已保存，改动 {changed} 项。" if changed else "没有改动。", "success")
    if "stay" in request.form:
        return url_for("problem.show", problem_id=problem_id)
    if next_id is None or next_id == problem_id:
        return url_for("sheet_admin.form_list", sheet_id=sheet_id)
    return url_for("sheet_admin.form", sheet_id=sheet_id, problem_id=next_id)
