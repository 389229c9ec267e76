"""Pages of one field: its words and settings, out of use and back."""

from flask import flash, redirect, render_template, request, url_for

from app import clock
from app.domain.refusals import Conflict, Refusal
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.super_table import field_admin, sheet_admin
from app.web.form_errors import show_refusal
from app.web.form_fields import whole
from app.web.sheet_admin import field_pages, forms
from app.web.sheet_admin.views import Page, administers, blueprint
from sheets.storage import FieldRecord


@blueprint.route("/<int:sheet_id>/fields/<field_id>", methods=["GET", "POST"])
@access.policy(administers)
def field(sheet_id: int, field_id: str) -> Page:
    """What a field is called, asks for and offers; and the form that changes it."""
    session, actor = unit_of_work(), access.current_actor()
    sheet = sheet_admin.arranged(session, actor, sheet_id)
    found, status = field_admin.find(session, actor, field_id), 200
    form = field_pages.form_of(session, found.record)
    if form.is_submitted():
        try:
            if "preview" not in request.form:
                return redirect(_changed(form, found.record, sheet_id))
            form.tried = forms.change_of(form, found.record, request.form)
        except Refusal as refusal:
            found, status = _again(form, field_id, refusal)
    page = field_pages.page(session, actor, clock.now(), sheet, found, form, request.form)
    return render_template("sheet_admin/field.html", **page), status


def _changed(form: forms.FieldForm, record: FieldRecord, sheet_id: int) -> str:
    """Change the field; where to look at it. Raises Refusal."""
    wanted = forms.change_of(form, record, request.form)
    field_admin.change(unit_of_work(), access.current_actor(), clock.now(), record.id, wanted)
    flash("字段已保存。", "success")
    return url_for("sheet_admin.field", sheet_id=sheet_id, field_id=record.id)


def _again(
    form: forms.FieldForm, field_id: str, refusal: Refusal
) -> tuple[field_admin.Administered, int]:
    """The field as it stands after a "no"; a second press overrides what somebody else did."""
    session = unit_of_work()
    session.rollback()
    found = field_admin.find(session, access.current_actor(), field_id)
    if isinstance(refusal, Conflict):
        form.version.data = str(found.record.version)
    show_refusal(form, refusal)
    return found, refusal.status


@blueprint.post("/<int:sheet_id>/fields/<field_id>/retire")
@access.policy(administers)
def retire(sheet_id: int, field_id: str) -> Page:
    """Take a field out of use."""
    version = whole(request.form.get("version")) or 0
    done = field_admin.retire(
        unit_of_work(), access.current_actor(), clock.now(), field_id, version
    )
    flash(f"已停用“{done}”。填过的内容都在，可以在“停用的字段”里恢复。", "success")
    return redirect(url_for("sheet_admin.sheet", sheet_id=sheet_id))


@blueprint.post("/<int:sheet_id>/fields/<field_id>/restore")
@access.policy(administers)
def restore(sheet_id: int, field_id: str) -> Page:
    """Put a field back into use with all that was in it."""
    done = field_admin.restore(unit_of_work(), access.current_actor(), clock.now(), field_id)
    flash(f"已恢复“{done}”，原来的内容都在。", "success")
    return redirect(url_for("sheet_admin.field", sheet_id=sheet_id, field_id=field_id))
