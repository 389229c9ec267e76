"""Pages of a field's conversion: first what would be lost, then doing it, and the way back."""

from flask import flash, redirect, render_template, request, url_for
from flask.wrappers import Response

from app import clock
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.super_table import field_admin, field_conversions, sheet_admin
from app.web.form_fields import clean, whole
from app.web.sheet_admin import converting
from app.web.sheet_admin.views import Page, administers, blueprint


@blueprint.get("/<int:sheet_id>/fields/<field_id>/convert")
@access.policy(administers)
def conversion(sheet_id: int, field_id: str) -> Page:
    """Choose a type; what would become of the values is said before anything is done."""
    session, actor = unit_of_work(), access.current_actor()
    sheet = sheet_admin.arranged(session, actor, sheet_id)
    found = field_admin.find(session, actor, field_id)
    page = converting.page(session, actor, sheet, found, clean(request.args.get("to")))
    return render_template("sheet_admin/convert.html", **page)


@blueprint.post("/<int:sheet_id>/fields/<field_id>/convert")
@access.policy(administers)
def convert(sheet_id: int, field_id: str) -> Page:
    """Turn the field into another type."""
    session, actor = unit_of_work(), access.current_actor()
    version, to_type = whole(request.form.get("version")) or 0, clean(request.form.get("to"))
    done = field_conversions.convert(session, actor, clock.now(), field_id, version, to_type)
    flash(converting.said(done, to_type), "success")
    return redirect(url_for("sheet_admin.field", sheet_id=sheet_id, field_id=field_id))


@blueprint.post("/<int:sheet_id>/fields/<field_id>/conversions/<int:conversion_id>/undo")
@access.policy(administers)
def undo_conversion(sheet_id: int, field_id: str, conversion_id: int) -> Page:
    """Take a conversion back, with every cell as it was."""
    session, actor = unit_of_work(), access.current_actor()
    after = field_conversions.undo(session, actor, clock.now(), field_id, conversion_id)
    flash(f"已撤回转换，“{after.caption}”的内容都回来了。", "success")
    return redirect(url_for("sheet_admin.field", sheet_id=sheet_id, field_id=field_id))


@blueprint.get("/<int:sheet_id>/fields/<field_id>/conversion")
@access.policy(administers)
def conversion_status(sheet_id: int, field_id: str) -> Page:
    """Whether a worker is still at it: the one element that the page asks for again."""
    session, actor = unit_of_work(), access.current_actor()
    found = field_admin.find(session, actor, field_id)
    status = converting.status(session, sheet_id, found)
    answer = Response(
        render_template("sheet_admin/_converting.html", status=status), mimetype="text/html"
    )
    answer.add_etag()
    answer.cache_control.no_cache = True
    return answer.make_conditional(request)
