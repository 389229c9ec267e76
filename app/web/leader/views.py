"""Decisions on urgent requests, and delegation."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.domain import policy as rights
from app.domain.refusals import Refusal
from app.domain.roles import Actor
from app.domain.workflow import find
from app.door import access
from app.door.stamping import stamp_soon
from app.door.unit_of_work import unit_of_work
from app.services.lists import pages, queues
from app.services.people import delegations
from app.services.problems import shown
from app.services.workflow.moves import perform
from app.web import navigation, presenting
from app.web.form_errors import show_refusal
from app.web.form_fields import whole
from app.web.leader import presenters
from app.web.leader.forms import MOVES, DecisionForm, DelegationForm

blueprint = Blueprint("leader", __name__)


def delegates(actor: Actor) -> bool:
    """分管领导"""
    return rights.may_delegate(actor)


@blueprint.get("/urgent")
@access.policy(queues.leads)
def urgent() -> ResponseReturnValue:
    """Urgent requests that wait for me, as cards."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    return render_template("leader/urgent.html", **presenters.urgent_page(session, actor, now))


@blueprint.post("/urgent/<int:problem_id>")
@access.policy(queues.leads)
def decide(problem_id: int) -> ResponseReturnValue:
    """Decide one card; a "no" shows the cards again, with what was typed."""
    form, session = DecisionForm(), unit_of_work()
    actor, now = access.current_actor(), clock.now()
    try:
        flash(decided(form, problem_id), "success")
        return redirect(url_for("leader.urgent"))
    except Refusal as refusal:
        session.rollback()
        show_refusal(form, refusal)
        page = presenters.urgent_page(session, actor, now, {problem_id: form})
        return render_template("leader/urgent.html", **page), refusal.status


def decided(form: DecisionForm, problem_id: int) -> str:
    """Make the move of the button that was pressed; what a leader hears then."""
    wanted = request.form.get("move", "")
    move = find(wanted if wanted in MOVES else "")
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    outcome = perform(
        session,
        actor,
        now,
        problem_id,
        move.id,
        form.given(),
        version=form.looked_at(),
        key=form.key.data,
    )
    stamp_soon(problem_id)
    now_stands = shown.detail(session, actor, problem_id, now)
    return presenting.done_sentence(move, outcome, now_stands.problem, now_stands.reading)


@blueprint.route("/delegation", methods=["GET", "POST"])
@access.policy(delegates)
def delegation() -> ResponseReturnValue:
    """Who decides while I am away."""
    form, status = DelegationForm(), 200
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    if form.validate_on_submit():
        try:
            days = (form.first_day.data, form.last_day.data)
            delegations.name_stand_in(session, actor, now, whole(form.delegate_id.data), *days)
            flash("委托已登记，受托人在这几天可以代您审定。", "success")
            return redirect(url_for("leader.delegation"))
        except Refusal as refusal:
            show_refusal(form, refusal)
            status = refusal.status
    page = presenters.delegation_page(session, actor, now, form)
    return render_template("leader/delegation.html", **page), status


@blueprint.post("/delegation/<int:delegation_id>/revoke")
@access.policy(delegates)
def revoke(delegation_id: int) -> ResponseReturnValue:
    """Take a delegation back."""
    delegations.revoke(unit_of_work(), access.current_actor(), clock.now(), delegation_id)
    flash("委托已收回，即时生效。", "success")
    return redirect(url_for("leader.delegation"))


navigation.count_for("leader.urgent")(
    lambda session, actor, now: pages.count_queue(session, actor, now, "urgent_review")
)
