"""Pages of those who administer sheets and fields."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.domain import policy
from app.domain.refusals import Refusal
from app.domain.roles import Actor
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.super_table import field_admin, sheet_admin
from app.services.super_table.sheet_columns import Column
from app.web.form_errors import show_refusal
from app.web.form_fields import clean, whole
from app.web.sheet_admin import arranging, field_pages, forms, presenters

blueprint = Blueprint("sheet_admin", __name__, url_prefix="/sheets")
Page = ResponseReturnValue


def administers(actor: Actor) -> bool:
    """牵头科室管理员和系统管理员"""
    return policy.may_administer_fields(actor)


@blueprint.get("")
@access.policy(administers)
def index() -> Page:
    """The sheets one may administer; where there is only one, that one."""
    listed = presenters.index(unit_of_work(), access.current_actor())
    if len(listed) == 1:
        return redirect(url_for("sheet_admin.sheet", sheet_id=listed[0]["id"]))
    return render_template("sheet_admin/index.html", sheets=listed)


@blueprint.get("/<int:sheet_id>")
@access.policy(administers)
def sheet(sheet_id: int) -> Page:
    """A sheet's columns, with the form that adds a field right on top."""
    found = sheet_admin.arranged(unit_of_work(), access.current_actor(), sheet_id)
    page = _page(found, forms.add_form())
    return render_template("sheet_admin/sheet.html", **page, added="added" in request.args)


@blueprint.post("/<int:sheet_id>/fields")
@access.policy(administers)
def add_field(sheet_id: int) -> Page:
    """Add a field to the sheet's section; the form stays open for the next one."""
    session, actor, form = unit_of_work(), access.current_actor(), forms.add_form()
    found = sheet_admin.arranged(session, actor, sheet_id)
    try:
        spec = forms.spec_of(form)
        made = field_admin.add(session, actor, clock.now(), found.row.section_id, spec)
        flash(f"已添加“{made.caption}”（{made.kind.label}），可以接着添加下一个。", "success")
        return redirect(url_for("sheet_admin.sheet", sheet_id=sheet_id, added=made.id))
    except Refusal as refusal:
        session.rollback()
        show_refusal(form, refusal)
        page = _page(sheet_admin.arranged(session, actor, sheet_id), form)
        return render_template("sheet_admin/sheet.html", **page, added=True), refusal.status


@blueprint.post("/<int:sheet_id>")
@access.policy(administers)
def arrange(sheet_id: int) -> Page:
    """Give a sheet its name and its columns."""
    session, actor, sent = unit_of_work(), access.current_actor(), request.form
    columns, name = arranging.sent_columns(sent), clean(sent.get("name"))
    try:
        version = whole(sent.get("version")) or 0
        done = sheet_admin.rearrange(session, actor, clock.now(), sheet_id, version, name, columns)
        flash("已保存。" if done else "没有改动。", "success")
        return redirect(url_for("sheet_admin.sheet", sheet_id=sheet_id, _anchor="columns"))
    except Refusal as refusal:
        return _refused_sheet(sheet_id, columns, name, refusal)


def _page(found: sheet_admin.Arranged, form: forms.AddForm, **told: Any) -> dict[str, Any]:
    session = unit_of_work()
    retired = field_pages.retired_list(session, found)
    return presenters.sheet_page(session, found, form, **told) | {"retired": retired}


def _refused_sheet(sheet_id: int, columns: list[Column], name: str, why: Refusal) -> Page:
    session = unit_of_work()
    session.rollback()
    found = sheet_admin.arranged(session, access.current_actor(), sheet_id)
    told = {"sent": columns, "errors": why.fields, "name": name, "notice": why.sentence}
    page = _page(found, forms.add_form(), **told)
    return render_template("sheet_admin/sheet.html", **page, added=False), why.status
