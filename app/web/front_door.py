"""The first address, and the one that watches over the others."""

from flask import Flask, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import extensions
from app.door import access
from app.web import navigation


@access.policy(access.signed_in)
def home() -> ResponseReturnValue:
    """Where one's work begins."""
    target = navigation.home_of(access.current_actor())
    return redirect(target) if target else render_template("account/nothing.html")


@access.public
def health() -> ResponseReturnValue:
    """`ok`, or 503 while the database does not answer."""
    try:
        with extensions.database().reading() as session:
            session.execute(text("select 1"))
    except DBAPIError:
        return "database away\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


def register(app: Flask) -> None:
    """Hang both up."""
    app.add_url_rule("/", "home", home)
    app.add_url_rule("/healthz", "health", health)
