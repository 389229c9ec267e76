"""Every route says who may come in, and one guard asks; a route that does not say so stays shut.

@blueprint.get("/pool")
@policy(holds(Role.REVIEWER))
def pool() -> str: ...
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import extensions
from app.domain.refusals import NotAllowed, Refusal
from app.domain.roles import Actor, Role
from app.door import sessions, viewing
from app.door.people import Person

Gate = Callable[[Actor], bool]
View = TypeVar("View", bound=Callable[..., Any])

MARK = "access_policy"
BODY_MARK = "access_body"
BODY_OF_STRANGERS = 64 * 1024  # bytes; hardly anything is uploaded before one is known
PROGRAMS = ("/api/", "/phone/")
WITHOUT_DATABASE = frozenset({"static", "health"})
WHILE_PASSWORD_IS_OLD = frozenset({"account.change_password", "account.sign_out"})


class UnguardedRouteError(RuntimeError):
    """A route without a policy: the application does not start."""


class NotSignedIn(Refusal):
    """Nobody has signed in, or no longer."""

    status = 401


# --- what a route says ---


def policy(gate: Gate) -> Callable[[View], View]:
    """Mark a view: only actors for whom `gate` holds. Its docstring names them in Chinese."""
    if not (gate.__doc__ or "").strip():
        raise UnguardedRouteError(f"{gate!r} does not say in its docstring who may come in")

    def mark(view: View) -> View:
        setattr(view, MARK, gate)
        return view

    return mark


def public(view: View) -> View:
    """Mark a view: anybody, signed in or not."""
    setattr(view, MARK, anybody)
    return view


def public_with_upload(most: Callable[[], int]) -> Callable[[View], View]:
    """Mark a view: anybody, and a stranger may send a body of so many bytes."""

    def mark(view: View) -> View:
        setattr(view, BODY_MARK, most)
        return public(view)

    return mark


def anybody(_actor: Actor) -> bool:
    """任何人"""
    return True


def signed_in(_actor: Actor) -> bool:
    """已登录人员"""
    return True


def holds(*roles: Role) -> Gate:
    """The gate for those who hold any of the roles."""

    def gate(actor: Actor) -> bool:
        return actor.has(*roles)

    gate.__doc__ = "、".join(role.label for role in roles)
    return gate


def gate_of(app: Flask, endpoint: str) -> Gate | None:
    """The gate of an endpoint; None if there is no such endpoint or it has none."""
    view = app.view_functions.get(endpoint)
    gate: Gate | None = getattr(view, MARK, None)
    return gate


def require_policies(app: Flask) -> None:
    """Raise UnguardedRouteError naming every endpoint that does not say who may come in."""
    missing = sorted(name for name in app.view_functions if gate_of(app, name) is None)
    if missing:
        raise UnguardedRouteError("no policy: " + ", ".join(missing))


# --- who is there ---


def current_person() -> Person | None:
    """Who is signed in, loaded once a request; None for a stranger."""
    person: Person = current_user._get_current_object()  # noqa: SLF001 the person, not the proxy
    return person if person.is_authenticated else None


def current_actor() -> Actor:
    """The actor of this request; raises NotSignedIn where a public page is seen by a stranger."""
    person = current_person()
    if person is None:
        raise NotSignedIn("not_signed_in", "请先登录。")
    return person.actor


def may(gate: Gate) -> bool:
    """Whether the person in front of this page passes a gate; for buttons and menus."""
    person = current_person()
    return person is not None and gate(person.actor)


def is_local_path(target: str) -> bool:
    """True for an address inside this site: a redirect after sign-in goes nowhere else."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(ord(sign) < ord(" ") for sign in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


# --- the guard ---


def is_api() -> bool:
    """True where every answer is JSON: the interface, and the addresses of a phone's store."""
    return request.path.startswith(PROGRAMS)


def guard() -> ResponseReturnValue | None:
    """Let the request in, or answer it: first who, then whether he may, then the form's token."""
    if request.endpoint is None:
        return None  # no such address: the answer follows
    if "database_gone" in g and request.endpoint not in WITHOUT_DATABASE:
        raise g.database_gone
    gate = gate_of(current_app, request.endpoint)
    g.pop("viewing_as", None)
    if gate is anybody:
        view = current_app.view_functions[request.endpoint]
        most: Callable[[], int] = getattr(view, BODY_MARK, lambda: BODY_OF_STRANGERS)
        request.max_content_length = most()
        extensions.csrf.protect()
        return None
    person = current_person()
    if person is None:
        return _turn_away()
    if person.viewer is not None:
        g.viewing_as = person.actor  # the banner on every page
        viewing.require_reading(person.actor)
    if person.must_change_password and request.endpoint not in WHILE_PASSWORD_IS_OLD:
        return _ask_for_new_password()
    if gate is None or not gate(person.actor):
        raise NotAllowed("not_allowed", _whose(gate) + "如工作需要，请联系系统管理员。")
    if not person.by_token:
        extensions.csrf.protect()
    return None


def _whose(gate: Gate | None) -> str:
    """Whom a place is for; a gate that says it in English is for programmers to read."""
    who = (gate.__doc__ or "").strip().splitlines()[0].rstrip("。") if gate else ""
    if not who or who.isascii():
        return "您的账号没有这项权限。"
    return f"这里供{who}使用，您的账号没有这项权限。"


def _turn_away() -> ResponseReturnValue:
    if request.endpoint == "account.sign_out":
        return redirect(url_for("account.sign_in"))
    if is_api():
        raise NotSignedIn("not_signed_in", "请先登录，或在请求头中带上有效的访问令牌。")
    if request.method in {"GET", "HEAD"}:
        target = request.full_path.rstrip("?")
        wanted = target if target != "/" else None
        over = "1" if sessions.has_expired() else None
        return redirect(url_for("account.sign_in", next=wanted, over=over))
    raise NotSignedIn(
        "session_over",
        "登录已过期，刚才的提交没有保存。请在新窗口登录，再回到原来的页面重新提交，已填写的内容还在。",
    )


def _ask_for_new_password() -> ResponseReturnValue:
    sentence = "首次登录或密码重设后，请先修改密码。"
    if is_api() or request.method not in {"GET", "HEAD"}:
        raise NotAllowed("must_change_password", sentence)
    flash(sentence, "info")
    return redirect(url_for("account.change_password"))


def register(app: Flask) -> None:
    """Put the guard at the door. The route of built files is everybody's."""
    public(app.view_functions["static"])
    app.before_request(guard)
    app.add_template_global(may, "may")
