"""A problem's page, the page of a move, and the sections' own fields."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.domain.refusals import Refusal
from app.domain.workflow import find
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.problems import recurrences, shown
from app.web import acting, move_forms, presenting
from app.web.problem import fields, presenters

blueprint = Blueprint("problem", __name__)


@blueprint.get("/problems/<int:problem_id>")
@access.policy(access.signed_in)
def show(problem_id: int) -> ResponseReturnValue:
    """A problem with its evidence, clock, history and the moves open to this person."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    detail = shown.detail(session, actor, problem_id, now)
    groups = fields.groups(session, actor, detail)
    again = presenters.recurrences(recurrences.of(session, actor, detail.problem))
    page = presenters.page(detail)
    return render_template("problem/show.html", **page, groups=groups, recurrences=again)


@blueprint.route("/problems/<int:problem_id>/moves/<move_id>", methods=["GET", "POST"])
@access.policy(access.signed_in)
def move(problem_id: int, move_id: str) -> ResponseReturnValue:
    """The form of any move of the table, and the move itself."""
    session, actor, row = unit_of_work(), access.current_actor(), find(move_id)
    if row.id in presenting.WITH_PHOTOS:
        return redirect(presenting.move_href(problem_id, row.id))
    detail = shown.detail(session, actor, problem_id, clock.now())
    if request.method == "GET":
        acting.require_offered(row, detail)
    form = move_forms.form_for(session, row, detail)
    tried = acting.attempt(detail, row, form)
    if tried.said:
        flash(tried.said, "success")
        return redirect(url_for("problem.show", problem_id=problem_id))
    page = presenters.move_page(tried, row, form)
    return render_template("problem/move.html", **page), tried.status


@blueprint.post("/problems/<int:problem_id>/fields/<int:section_id>")
@access.policy(access.signed_in)
def edit_fields(problem_id: int, section_id: int) -> ResponseReturnValue:
    """Fill in a section's own fields."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    try:
        fields.save(session, actor, now, problem_id, section_id, request.form)
        flash("科室字段已保存。", "success")
        return redirect(url_for("problem.show", problem_id=problem_id))
    except Refusal as refusal:
        detail = acting.fresh(problem_id)
        refused = fields.Refused(section_id, refusal, request.form)
        groups = fields.groups(session, actor, detail, refused)
        page = presenters.page(detail)
        return render_template("problem/show.html", **page, groups=groups), refusal.status
