"""Addresses for a phone's own store; every answer is JSON, also every "no"."""

from flask import Blueprint, jsonify, request
from flask.wrappers import Response
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge

from app.config import MEGABYTE
from app.domain.refusals import Refusal
from app.domain.roles import Role
from app.door import access
from app.web.phone import contact, message, reports

blueprint = Blueprint("phone", __name__, url_prefix="/phone")

LARGEST_BODY = MEGABYTE  # bytes
SIGN_IN = "/login?next=/outbox"
OVER = "登录已过期，请重新登录。手机里的照片和记录都还在，登录后接着发送。"
OLD_TOKEN = "登录已变化，请稍后再发送，或重新打开页面。手机里的照片和记录都还在。"  # noqa: S105

photographs = access.holds(Role.REPORTER, Role.UNIT_USER, Role.BRIGADE_USER, Role.BRIGADE_ADMIN)


@blueprint.get("/contact")
@access.policy(access.signed_in)
def show_contact() -> Response:
    """Who the phone works for, what it seals with, and what is allowed."""
    return jsonify(contact.tell(request.args.get("device", "")))


@blueprint.post("/reports")
@access.policy(photographs)
def send_report() -> tuple[Response, int]:
    """A report, a draft, a rectification or more evidence, as a phone kept it."""
    body, status = reports.receive(message.read(request.get_data()))
    return jsonify(body), status


@blueprint.before_request
def of_sensible_size() -> None:
    """Photos come another way: what was typed is small."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge


@blueprint.errorhandler(access.NotSignedIn)
def sign_in_first(_refusal: access.NotSignedIn) -> tuple[Response, int]:
    """No redirect: the phone shows the way and keeps what it has."""
    return jsonify(signed_in=False, login=SIGN_IN, sentence=OVER), 401


@blueprint.errorhandler(CSRFError)
def token_too_old(_error: CSRFError) -> tuple[Response, int]:
    """The token of another session: a new contact brings the right one."""
    return jsonify(state="refused", code="form_too_old", sentence=OLD_TOKEN, errors={}), 400


@blueprint.errorhandler(Refusal)
def refused(refusal: Refusal) -> tuple[Response, int]:
    """A rule said no."""
    body = {
        "state": "refused",
        "code": refusal.code,
        "sentence": refusal.sentence,
        "errors": {name: [line] for name, line in refusal.fields.items()},
        "photos": {},
    }
    return jsonify(body), refusal.status
