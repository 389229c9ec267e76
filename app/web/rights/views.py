"""Pages of rights, and the way into somebody's view and back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.domain import policy
from app.domain.refusals import Invalid, Refusal
from app.domain.roles import Actor
from app.door import access, viewing
from app.door.unit_of_work import after_commit, unit_of_work
from app.services.people import administration
from app.services.rights import administration as rights_admin
from app.services.rights import checking
from app.web.form_fields import clean
from app.web.rights import forms, papers, presenters
from app.web.settings_tabs import tabs

blueprint = Blueprint("rights", __name__, url_prefix="/settings/rights")
LONGEST = 64
ONE = "<int(max=2147483647):rule_id>"


def administers(actor: Actor) -> bool:
    """系统管理员"""
    return policy.may_change_settings(actor)


@blueprint.get("")
@access.policy(administers)
def index() -> ResponseReturnValue:
    """The rules, and who changed them."""
    page = presenters.index_page(unit_of_work())
    return render_template("rights/index.html", tabs=tabs("rights.index"), **page)


@blueprint.get("/new")
@access.policy(administers)
def new() -> ResponseReturnValue:
    """The form of a rule; its address holds what is filled in."""
    page = presenters.new_page(unit_of_work(), clock.now(), forms.draft_of(request.args))
    status = 422 if page["errors"] else 200
    return render_template("rights/new.html", tabs=tabs("rights.index"), **page), status


@blueprint.post("")
@access.policy(administers)
def create() -> ResponseReturnValue:
    """Make the rule that was shown."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    draft = forms.draft_of(request.form)
    try:
        rights_admin.add(session, actor, now, draft.wish())
    except Refusal as refusal:
        page = presenters.new_page(session, now, draft, refusal)
        page["tabs"] = tabs("rights.index")
        return render_template("rights/new.html", **page), refusal.status
    flash("规则已保存，立即生效。", "success")
    return redirect(url_for("rights.index"))


@blueprint.post(f"/{ONE}/retire")
@access.policy(administers)
def retire(rule_id: int) -> ResponseReturnValue:
    """Let a rule no longer count."""
    told = rights_admin.retire(unit_of_work(), access.current_actor(), clock.now(), rule_id)
    flash(f"已停用：{told}。", "success")
    return redirect(url_for("rights.index"))


@blueprint.post(f"/{ONE}/restore")
@access.policy(administers)
def restore(rule_id: int) -> ResponseReturnValue:
    """Let a retired rule count again."""
    told = rights_admin.restore(unit_of_work(), access.current_actor(), clock.now(), rule_id)
    flash(f"已恢复：{told}。", "success")
    return redirect(url_for("rights.index"))


@blueprint.get("/sheet")
@access.policy(administers)
def sheet() -> ResponseReturnValue:
    """Who may what, to be printed."""
    return render_template("rights/sheet.html", **papers.sheet_page(unit_of_work(), clock.now()))


@blueprint.get("/check")
@access.policy(administers)
def check() -> ResponseReturnValue:
    """Why somebody sees a problem, or does not."""
    user, problem = (clean(request.args.get(name))[:LONGEST] for name in ("user", "problem"))
    answer, errors = None, {}
    if user and problem:
        try:
            answer = checking.explain(unit_of_work(), clock.now(), user, problem)
        except Invalid as refusal:
            errors = refusal.fields
    page = papers.check_page(user, problem, answer, errors)
    status = 422 if errors else 200
    return render_template("rights/check.html", tabs=tabs("rights.index"), **page), status


@blueprint.post("/view-as/<int(max=2147483647):user_id>")
@access.policy(administers)
def view_as(user_id: int) -> ResponseReturnValue:
    """Look on as somebody else from the next page on; the history says so."""
    administration.begin_viewing(unit_of_work(), access.current_actor(), clock.now(), user_id)
    after_commit(lambda: viewing.begin(user_id))
    return redirect("/")


@blueprint.post("/leave")
@access.policy(access.signed_in)
def leave() -> ResponseReturnValue:
    """Back to one's own account."""
    person = access.current_person()
    if person is None or person.viewer is None:
        return redirect("/")
    user_id = person.actor.user_id
    administration.end_viewing(unit_of_work(), person.viewer, clock.now(), user_id)
    after_commit(viewing.end)
    return redirect(url_for("admin.account", user_id=user_id))
