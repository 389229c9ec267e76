"""A street's pages."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.domain.roles import Role
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists import pages, queues
from app.services.problems import my_reports
from app.services.problems.added_evidence import MOVE
from app.web import navigation
from app.web.form_fields import whole
from app.web.street import evidence as evidence_page
from app.web.street import form_pages, handling, near, presenters, walking
from app.web.street.forms import ReportForm, SubmitForm, filled_from, fresh

blueprint = Blueprint("street", __name__)

reports = access.holds(Role.REPORTER)
rectifies = access.holds(Role.UNIT_USER, Role.BRIGADE_USER, Role.BRIGADE_ADMIN)


@blueprint.get("/today")
@access.policy(queues.works_in_street)
def today() -> ResponseReturnValue:
    """What my street must rectify, the nearest deadline first, and in a day the nearest place."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    return render_template("street/today.html", **walking.today(session, actor, now))


@blueprint.get("/today/route")
@access.policy(queues.works_in_street)
def walk() -> ResponseReturnValue:
    """A short walk past what my street must rectify."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    return render_template("street/walk.html", **walking.walk(session, actor, now))


@blueprint.route("/report", methods=["GET", "POST"])
@access.policy(reports)
def report() -> ResponseReturnValue:
    """Report a problem, or keep it as a draft."""
    actor = access.current_actor()
    form = ReportForm(data=fresh(actor)) if request.method == "GET" else ReportForm()
    handled = handling.Handled() if request.method == "GET" else handling.send_report(form)
    if handled.accepted:
        return after_report(handled)
    page = form_pages.report_page(unit_of_work(), actor, form, handled.photo_ids)
    return render_template("street/report.html", **page), handled.status


@blueprint.get("/report/near")
@access.policy(reports)
def what_is_near() -> ResponseReturnValue:
    """The part of the form that asks whether this was reported already; ?lat&lng&category_id."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    here, kind = near.asked_place(), whole(request.args.get("category_id"))
    if here is None or kind is None:
        return ""
    return render_template("street/near.html", near=near.part(session, actor, now, here, kind))


@blueprint.route("/drafts/<int:problem_id>", methods=["GET", "POST"])
@access.policy(reports)
def draft(problem_id: int) -> ResponseReturnValue:
    """Go on with a draft, or put right what the reviewer asked for."""
    actor, sent = access.current_actor(), request.method == "POST"
    form = ReportForm() if sent else None
    handled = handling.send_report(form, problem_id) if form else handling.Handled()
    if handled.accepted:
        return after_report(handled)
    session = unit_of_work()
    detail = my_reports.open_report(session, actor, problem_id, clock.now())
    form = form or ReportForm(data=filled_from(detail.problem))
    page = form_pages.report_page(session, actor, form, handled.photo_ids, detail)
    return render_template("street/report.html", **page), handled.status


def after_report(handled: handling.Handled) -> ResponseReturnValue:
    """Where a report leads: to what happens next; a draft to the list it now stands in."""
    if handled.outcome is None:
        flash("草稿已保存，可以随时接着填写。照片也已保存。", "success")
        return redirect(url_for("street.mine", tab="draft"))
    if handled.outcome.move == MOVE:
        return evidence_page.thank(handled.outcome)
    flash("已上报，照片都已收到。", "success")
    return redirect(url_for("street.reported", problem_id=handled.outcome.problem_id))


@blueprint.get("/reported/<int:problem_id>")
@access.policy(reports)
def reported(problem_id: int) -> ResponseReturnValue:
    """What happens to a report now."""
    page = presenters.reported(unit_of_work(), access.current_actor(), problem_id, clock.now())
    return render_template("street/reported.html", **page)


@blueprint.get("/mine")
@access.policy(reports)
def mine() -> ResponseReturnValue:
    """Where each of my reports stands, and why one came back."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    tab = presenters.tab_named(request.args.get("tab", ""))
    pairs = [*tab.pairs, *request.args.items(multi=True)]
    page = pages.list_problems(session, actor, now, "mine", pairs, presenters.MINE_FIELDS)
    return render_template("street/mine.html", **presenters.mine(session, page, tab))


@blueprint.route("/problems/<int:problem_id>/submit", methods=["GET", "POST"])
@access.policy(rectifies)
def submit(problem_id: int) -> ResponseReturnValue:
    """Hand in what was done, beside the picture of how it was."""
    form, sent = SubmitForm(), request.method == "POST"
    handled = handling.send_rectification(form, problem_id) if sent else handling.Handled()
    if handled.outcome is not None:
        flash("已提交整改，时限暂停。后台核查前后照片后，结果会显示在问题页。", "success")
        return redirect(form_pages.list_of(access.current_actor()))
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    page = form_pages.submit_page(session, actor, problem_id, now, form, handled.photo_ids)
    return render_template("street/submit.html", **page), handled.status


@blueprint.route("/problems/<int:problem_id>/evidence", methods=["GET", "POST"])
@access.policy(reports)
def evidence(problem_id: int) -> ResponseReturnValue:
    """Add photos to a problem that was reported already."""
    form, sent = evidence_page.EvidenceForm(), request.method == "POST"
    handled = handling.send_evidence(form, problem_id) if sent else handling.Handled()
    if handled.outcome is not None:
        return evidence_page.thank(handled.outcome)
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    page = evidence_page.page(session, actor, problem_id, now, form, handled.photo_ids)
    return render_template("street/evidence.html", **page), handled.status


navigation.count_for("street.today")(
    lambda session, actor, now: pages.count_queue(session, actor, now, "today")
)
navigation.count_for("street.mine")(
    lambda session, actor, now: pages.count_queue(session, actor, now, "corrections")
)
