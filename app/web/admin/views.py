"""Pages of the administration."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, extensions
from app.domain import policy as rights
from app.domain.refusals import Conflict, Invalid
from app.domain.roles import Actor
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services import calendar_admin, world
from app.services.people import administration
from app.web.admin import forms, presenters
from app.web.admin.looks import page as looks_page
from app.web.form_errors import show_refusal
from app.web.form_fields import clean

blueprint = Blueprint("admin", __name__, url_prefix="/settings")


def administers(actor: Actor) -> bool:
    """系统管理员"""
    return rights.may_change_settings(actor)


@blueprint.route("", methods=["GET", "POST"])
@access.policy(administers)
def settings() -> ResponseReturnValue:
    """Every rule a city may set."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    rules, status = world.load_rules(session), 422 if request.method == "POST" else 200
    form = forms.settings_form(rules)
    if form.validate_on_submit():
        try:
            changed = forms.changes(form, rules)
            world.change_rules(session, changed, now, actor.user_id)
            flash(f"已保存，改动 {len(changed)} 项。" if changed else "没有改动。", "success")
            return redirect(url_for("admin.settings"))
        except Invalid as refusal:
            show_refusal(form, refusal)
    page = presenters.settings_page(session, form, now)
    return render_template("admin/settings.html", **page), status


@blueprint.route("/calendar", methods=["GET", "POST"])
@access.policy(administers)
def work_calendar() -> ResponseReturnValue:
    """A year of the working calendar, and a form to change days of it."""
    session, now, form = unit_of_work(), clock.now(), forms.DaysForm()
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            return redirect(change_days(form))
        except Invalid as refusal:
            show_refusal(form, refusal)
    year = calendar_admin.year_of(session, asked_year())
    page = presenters.calendar_page(year, form, now)
    return render_template("admin/calendar.html", **page), status


def change_days(form: forms.DaysForm) -> str:
    """Change the days; where to look at them. Raises Invalid."""
    count = calendar_admin.set_days(
        unit_of_work(),
        access.current_actor(),
        clock.now(),
        form.first_day.data,
        form.last_day.data,
        is_workday=form.kind.data == "work",
        name=clean(form.name.data),
    )
    flash(f"已改 {count} 天。以后开始计算的时限按新的日历，已经给出的时限不变。", "success")
    return url_for("admin.work_calendar", year=form.first_day.data.year)


def asked_year() -> int:
    """The year of the address; this year for any other."""
    this = clock.now().year
    year = request.args.get("year", this, type=int)
    return year if calendar_admin.EARLIEST <= year <= calendar_admin.LATEST else this


@blueprint.post("/calendar/<int:year>/confirm")
@access.policy(administers)
def confirm_year(year: int) -> ResponseReturnValue:
    """Take a year as announced."""
    actor, now = access.current_actor(), clock.now()
    count = calendar_admin.confirm_year(unit_of_work(), actor, now, year)
    flash(f"{year} 年已确认，{count} 天不再是暂定。", "success")
    return redirect(url_for("admin.work_calendar", year=year))


@blueprint.get("/people")
@access.policy(administers)
def people() -> ResponseReturnValue:
    """Who has an account."""
    search = clean(request.args.get("q"))[:50]
    rows = administration.people(unit_of_work(), search)
    more = len(rows) == administration.MOST_SHOWN
    page = presenters.people_page(rows, access.current_actor(), clock.now(), search, more=more)
    return render_template("admin/people.html", **page)


@blueprint.post("/people/<int:user_id>/password")
@access.policy(administers)
def reset_password(user_id: int) -> ResponseReturnValue:
    """A new password, told once."""
    rules = extensions.sign_in_rules().passwords
    actor, now = access.current_actor(), clock.now()
    user, plain = administration.reset_password(unit_of_work(), actor, user_id, rules, now)
    flash(f"{user.name}（{user.login}）的新密码：{plain}　只显示这一次，登录后须修改。", "success")
    return redirect(url_for("admin.people", q=user.login))


@blueprint.post("/people/<int:user_id>/disable")
@access.policy(administers)
def disable(user_id: int) -> ResponseReturnValue:
    """Put an account out of use."""
    user = administration.disable(unit_of_work(), access.current_actor(), clock.now(), user_id)
    flash(f"{user.name}（{user.login}）已停用，所有设备上的登录已退出。", "success")
    return redirect(url_for("admin.people", q=user.login))


@blueprint.post("/people/<int:user_id>/enable")
@access.policy(administers)
def enable(user_id: int) -> ResponseReturnValue:
    """Take an account back into use."""
    user = administration.enable(unit_of_work(), access.current_actor(), clock.now(), user_id)
    flash(f"{user.name}（{user.login}）已启用。", "success")
    return redirect(url_for("admin.people", q=user.login))


@blueprint.route("/people/<int(max=2147483647):user_id>", methods=["GET", "POST"])
@access.policy(administers)
def account(user_id: int) -> ResponseReturnValue:
    """One account: its roles as boxes, and what else may be asked about it."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    refusal, status = None, 200
    if request.method == "POST":
        try:
            user = administration.set_roles(
                session, actor, now, user_id, request.form.getlist("roles")
            )
            flash(f"{user.name} 的角色已保存，立即生效。", "success")
            return redirect(url_for("admin.account", user_id=user_id))
        except (Conflict, Invalid) as error:
            refusal, status = error, error.status
    page = presenters.account_page(session, user_id, actor, request.form, refusal)
    return render_template("admin/account.html", **page), status


@blueprint.get("/looks")
@access.policy(administers)
def looks() -> ResponseReturnValue:
    """Who looked at originals and took files away."""
    return render_template("admin/looks.html", **looks_page(unit_of_work()))
