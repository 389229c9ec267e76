"""Who a request comes from: a session's cookie on pages, a token's bearer on the interface."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Request
from flask_login import UserMixin

from app import clock, extensions
from app.domain.roles import Actor
from app.door import viewing
from app.services.people import accounts, tokens

TOUCH_EVERY = timedelta(minutes=1)
BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Person(UserMixin):  # type: ignore[misc]
    """The person of this request: what rules know of him, and how he came in.

    `viewer` is the system administrator who looks on in the actor's place.
    """

    actor: Actor
    must_change_password: bool
    by_token: bool = False
    viewer: Actor | None = None

    def get_id(self) -> str:
        """The account's id as the session keeps it: that of whoever signed in."""
        return str((self.viewer or self.actor).user_id)


def person_of_session(user_id: str) -> Person | None:
    """The person a session belongs to, in a short session of his own; None if disabled."""
    now = clock.now()
    with extensions.database().reading() as work:
        standing = accounts.standing_of(work, int(user_id), now)
        lent = viewing.lent_actor(work, standing.actor, now) if standing else None
    if standing is None:
        return None
    if lent is not None:
        return Person(lent, must_change_password=False, viewer=standing.actor)
    return Person(standing.actor, standing.must_change_password)


def person_of_request(request: Request) -> Person | None:
    """The person of a bearer token; only the JSON interface takes tokens."""
    header = request.headers.get("Authorization", "")
    if not request.path.startswith("/api/") or not header.lower().startswith(BEARER):
        return None
    now, plain = clock.now(), header[len(BEARER) :].strip()
    database = extensions.database()
    with database.reading() as work:
        token = tokens.find_token(work, plain, now)
        standing = accounts.standing_of(work, token.user_id, now) if token else None
    if token is None or standing is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > TOUCH_EVERY:
        with database.writing() as work:
            tokens.touch_token(work, token.id, now)
    return Person(standing.actor, standing.must_change_password, by_token=True)


def register(app: Flask) -> None:
    """Teach flask-login both ways in."""
    manager = extensions.login_manager
    manager.session_protection = None  # the session is on the server: nothing in it can be forged
    manager.user_loader(person_of_session)
    manager.request_loader(person_of_request)
    manager.init_app(app)
