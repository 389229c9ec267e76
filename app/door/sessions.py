"""Server-side sessions: the cookie is a random token, everything else stays in the database."""

import hashlib
import hmac
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, g, session
from flask.sessions import SessionInterface, SessionMixin
from flask.wrappers import Response
from flask_login import login_user
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import CallbackDict

from app import clock, extensions
from app.door.people import Person
from app.services.people import login_sessions

log = logging.getLogger(__name__)

COOKIE = "xh_session"
IDLE = "_idle_seconds"
STAYS = "_stays"  # the cookie outlives the browser, though never its session
STRANGER_LENGTH = timedelta(hours=12)  # a sign-in page left open over a morning still works
TOUCH_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
LONGEST_COOKIE = 64


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """A session's data, and what is to become of it when the answer goes out."""

    def __init__(self, data: dict[str, Any] | None = None, token_hash: str | None = None) -> None:
        super().__init__(data, _note_change)
        self.token_hash = token_hash
        self.user_id: int | None = None
        self.modified = False
        self.accessed = False
        self.renewed = False  # wants a new token, see start()
        self.over = False  # the cookie that came with it is worth nothing any more
        self.last_seen_at: datetime | None = None
        self.expires_at: datetime | None = None


def _note_change(changed: ServerSession) -> None:
    changed.modified = True


class DatabaseSessions(SessionInterface):
    """Flask's way to sessions, over the login_session table."""

    def open_session(self, app: Flask, request: Request) -> ServerSession | None:
        """The session of the cookie; an empty one without; None while the database is away."""
        if app.static_url_path and request.path.startswith(f"{app.static_url_path}/"):
            return ServerSession()
        token = request.cookies.get(COOKIE, "")
        if not token or len(token) > LONGEST_COOKIE:
            return ServerSession()
        try:
            return _load(token)
        except DBAPIError as error:
            log.exception("a session could not be read")
            g.database_gone = error
            return None

    def save_session(self, _app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed, in a short transaction of its own, after the request's commit."""
        if not isinstance(session, ServerSession):
            return
        try:
            _save(session, response)
        except DBAPIError:  # the answer is true all the same
            log.exception("a session could not be saved")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _load(token: str) -> ServerSession:
    now = clock.now()
    with extensions.database().reading() as work:
        row = login_sessions.find(work, _hash(token), now)
        idle = timedelta(seconds=row.data.get(IDLE, 0)) if row else timedelta()
        if row is None or (idle and now - row.last_seen_at > idle):
            found = ServerSession()
            found.over = True
            return found
        found = ServerSession(dict(row.data), row.token_hash)
        found.user_id, found.last_seen_at = row.user_id, row.last_seen_at
        found.expires_at = row.expires_at
    return found


def _save(session: ServerSession, response: Response) -> None:
    now, database = clock.now(), extensions.database()
    if session.accessed:
        response.vary.add("Cookie")
    if session.renewed or (session.token_hash is None and session.modified and session):
        token = secrets.token_urlsafe(TOKEN_BYTES)
        expires_at = session.expires_at if session.renewed else None
        with database.writing() as work:
            if session.token_hash is not None:
                login_sessions.end(work, session.token_hash)
            login_sessions.begin(
                work,
                _hash(token),
                session.user_id,
                dict(session),
                now,
                expires_at or now + STRANGER_LENGTH,
            )
        stays = expires_at - now if expires_at and session.get(STAYS) else None
        _set_cookie(response, token, stays)
    elif session.over:
        response.delete_cookie(COOKIE, path="/")
    elif session.token_hash is not None and (session.modified or _is_stale(session, now)):
        with database.writing() as work:
            data = dict(session) if session.modified else None
            if not login_sessions.save(work, session.token_hash, now, data):
                response.delete_cookie(COOKIE, path="/")


def _is_stale(session: ServerSession, now: datetime) -> bool:
    return session.last_seen_at is None or now - session.last_seen_at > TOUCH_EVERY


def _set_cookie(response: Response, token: str, stays: timedelta | None) -> None:
    secure = extensions.settings().secure_cookies
    response.set_cookie(
        COOKIE, token, max_age=stays, path="/", httponly=True, samesite="Lax", secure=secure
    )


# --- for the pages of accounts ---


def start(
    person: Person, password_changed_at: datetime | None, *, stays: bool | None = None
) -> None:
    """Sign a person in on this device under a new token; what the old session held is dropped.

    `stays`: also after the browser was closed, within the session's own limits; None leaves it
    as it was on this device.
    """
    settings, now = extensions.settings(), clock.now()
    outdoors = login_sessions.works_outdoors(person.actor)
    idle = settings.field_idle if outdoors else settings.office_idle
    length = settings.field_session_length if outdoors else settings.session_length
    current = _current()
    stays = bool(current.get(STAYS)) if stays is None else stays
    current.clear()
    current.user_id = person.actor.user_id
    current.expires_at = now + length
    current.renewed, current.over = True, False
    current[IDLE] = int(idle.total_seconds())
    if stays:
        current[STAYS] = True
    current["csrf_token"] = _csrf_seed(person, password_changed_at)
    login_user(person)


def stop() -> None:
    """Forget the session of this device; ending the rows is the service's part."""
    current = _current()
    current.clear()
    current.user_id, current.token_hash = None, None
    current.modified, current.renewed, current.over = False, False, True


def has_expired() -> bool:
    """True if the request came with a session that is over."""
    return isinstance(_plain(), ServerSession) and _current().over


def _csrf_seed(person: Person, password_changed_at: datetime | None) -> str:
    """The same for each session of a person until the password changes.

    So a form that was open when the session ran out can still be sent after signing in again in
    another window: nothing typed is lost.
    """
    text = f"csrf:{person.get_id()}:{password_changed_at}"
    key = extensions.settings().secret_key.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _plain() -> SessionMixin:
    return cast("SessionMixin", session._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


def _current() -> ServerSession:
    return cast("ServerSession", _plain())


def register(app: Flask) -> None:
    """Use these sessions."""
    app.session_interface = DatabaseSessions()

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        """What libraries keep in `g` is one request's, even where a test holds the context open."""
        for name in ("database_gone", "csrf_token", "csrf_valid", "_login_user"):
            g.pop(name, None)
