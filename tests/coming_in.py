"""Comes in as somebody as if he had signed in, for tests that are not about the door."""

from __future__ import annotations

from flask import Flask, session
from werkzeug.http import parse_cookie

from app.door import sessions
from app.door.people import person_of_session
from app.services.people.accounts import user_of_login

COOKIE = sessions.COOKIE


def cookie_of(app: Flask, login: str) -> str:
    """A new session of this account as a browser would bring it along; raises NotFound.

    Typing a password opens three pages and computes a slow hash: a third of a page's test.
    """
    with app.test_request_context("/login"):
        with app.extensions["database"].reading() as work:
            user = user_of_login(work, login)
            known, since = user.id, user.password_changed_at
        person = person_of_session(str(known))
        assert person is not None, f"{login} may not come in"
        sessions.start(person, since)
        answer = app.response_class()
        app.session_interface.save_session(app, session, answer)
    return parse_cookie(answer.headers["Set-Cookie"])[COOKIE]
