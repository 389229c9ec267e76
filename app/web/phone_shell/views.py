"""The page of what waits on a phone, and the files that browsers ask for by fixed addresses."""

from flask import Blueprint, Response, jsonify, render_template, send_from_directory
from flask.typing import ResponseReturnValue

from app import extensions
from app.door import access
from app.web import assets, navigation
from app.web.phone_shell import presenters

blueprint = Blueprint("phone_shell", __name__)

ONE_DAY = 24 * 3600  # seconds


@blueprint.get("/outbox")
@access.policy(navigation.sends_from_a_phone)
def outbox() -> ResponseReturnValue:
    """What lies on this phone; the browser fills it in, the server has none of it yet."""
    return render_template("phone_shell/outbox.html")


@blueprint.get("/sw.js")
@access.public
def worker() -> Response:
    """The service worker, from the root because it looks after every page."""
    answer = send_from_directory(assets.STATIC, assets.asset_path("sw.js"))
    answer.mimetype = "text/javascript"
    answer.headers["Cache-Control"] = "no-cache"  # a new version is found at the next visit
    return answer


@blueprint.get("/app.webmanifest")
@access.public
def manifest() -> Response:
    """What a phone needs to put the site among its applications."""
    answer = jsonify(presenters.manifest(extensions.settings().city))
    answer.mimetype = "application/manifest+json"
    answer.cache_control.public = True
    answer.cache_control.max_age = ONE_DAY
    return answer
