"""Pages of one's own account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, extensions
from app.domain.refusals import Invalid, Refusal
from app.door import access, sessions
from app.door.people import person_of_session
from app.door.unit_of_work import unit_of_work
from app.services.people import accounts, login_sessions, tokens
from app.web.account import presenters
from app.web.account.forms import PasswordForm, SignInForm, TokenForm
from app.web.account.sign_in import prove
from app.web.form_errors import show_refusal

blueprint = Blueprint("account", __name__)


@blueprint.route("/login", methods=["GET", "POST"])
@access.public
def sign_in() -> ResponseReturnValue:
    """The way in."""
    form = SignInForm(next=request.args.get("next", ""))
    target = form.next.data if access.is_local_path(form.next.data or "") else url_for("home")
    status = 422 if form.is_submitted() else 200
    if request.method == "GET" and access.current_person() is not None:
        return redirect(target)
    if form.validate_on_submit():
        try:
            let_in(form.login.data, form.password.data, stays=form.stays.data)
            return redirect(target)
        except Refusal as refusal:
            show_refusal(form, refusal)
            status = refusal.status
    return render_template("account/sign_in.html", **presenters.sign_in(form)), status


def let_in(login: str, password: str, *, stays: bool) -> None:
    """Begin a session for the account that the password opens; raises Refusal."""
    user = prove(login, password)
    person = person_of_session(str(user.id))
    if person is not None:
        sessions.start(person, user.password_changed_at, stays=stays)


@blueprint.post("/logout")
@access.policy(access.signed_in)
def sign_out() -> ResponseReturnValue:
    """The way out, on every device."""
    login_sessions.end_all(unit_of_work(), access.current_actor().user_id or 0)
    sessions.stop()
    flash("已退出登录。", "info")
    return redirect(url_for("account.sign_in"))


@blueprint.route("/account/password", methods=["GET", "POST"])
@access.policy(access.signed_in)
def change_password() -> ResponseReturnValue:
    """A new password; it ends every session but the one that goes on here."""
    form = PasswordForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            renew_password(form.current.data, form.new.data, form.again.data)
            flash("密码已修改，其他设备上的登录已全部退出。", "success")
            return redirect(url_for("home"))
        except Refusal as refusal:
            show_refusal(form, refusal)
            status = refusal.status
    rules = extensions.sign_in_rules().passwords
    page = render_template("account/password.html", form=form, shortest=rules.shortest)
    return page, status


def renew_password(current: str, new: str, again: str) -> None:
    """Check the current password like a sign-in, then store the new one; raises Refusal."""
    actor, rules = access.current_actor(), extensions.sign_in_rules().passwords
    with extensions.database().reading() as session:
        login = accounts.login_of(session, actor.user_id or 0)
    try:
        user = prove(login, current)
    except Invalid as refusal:
        sentence = "当前密码不正确，请重新输入。"
        raise Invalid(refusal.code, sentence, fields={"current": sentence}) from refusal
    user = accounts.change_password(unit_of_work(), user.id, new, again, rules, clock.now())
    person = access.current_person()
    if person is not None:
        sessions.start(person, user.password_changed_at)


@blueprint.route("/account/tokens", methods=["GET", "POST"])
@access.policy(access.signed_in)
def token_list() -> ResponseReturnValue:
    """One's tokens; a new one is shown on this answer and never again."""
    form, plain, status = TokenForm(), "", 200
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    if form.validate_on_submit():
        try:
            plain = tokens.create_token(session, actor, form.name.data, form.days.data, now)[1]
        except Refusal as refusal:
            show_refusal(form, refusal)
            status = refusal.status
    elif form.is_submitted():
        status = 422
    rows = [presenters.token(row, now) for row in tokens.tokens_of(session, actor)]
    return render_template("account/tokens.html", form=form, plain=plain, tokens=rows), status


@blueprint.post("/account/tokens/<int:token_id>/revoke")
@access.policy(access.signed_in)
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Stop a token."""
    token = tokens.revoke_token(unit_of_work(), access.current_actor(), token_id, clock.now())
    flash(f"令牌“{token.name}”已停用。", "success")
    return redirect(url_for("account.token_list"))
