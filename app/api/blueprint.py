"""The blueprint: tokens for writing, bodies of a sensible size, answers that can be asked again."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge

from app import extensions
from app.config import MEGABYTE
from app.domain.refusals import NotAllowed, Refusal
from app.door import access, errors
from app.door.unit_of_work import WRITING

PREFIX = "/api/v1"
LARGEST_BODY = MEGABYTE  # bytes of JSON; photos are counted apart
BESIDE_A_PHOTO = 64 * 1024  # bytes of the other fields of its form
TOKEN_NEEDED = "接口的写操作须带访问令牌（Authorization: Bearer …），不接受网页登录。"  # noqa: S105

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)


class TooLarge(Refusal):
    """More than an address takes."""

    status = 413


@blueprint.before_request
def by_token_only() -> None:
    """A session's cookie reads; only a token writes: no page of another site can do that."""
    person = access.current_person()
    if request.method in WRITING and (person is None or not person.by_token):
        raise NotAllowed("token_needed", TOKEN_NEEDED)


@blueprint.before_request
def of_sensible_size() -> None:
    """Nobody sends 200 MB of JSON; one photo is as large as the settings allow."""
    request.max_content_length = _largest()


def _largest() -> int:
    if request.mimetype == "multipart/form-data":
        return extensions.settings().photo_limit_mb * MEGABYTE + BESIDE_A_PHOTO
    return LARGEST_BODY


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """How much it may be."""
    most = extensions.settings().photo_limit_mb
    return errors.refused(
        TooLarge("request_entity_too_large", f"内容太大：JSON 最大 1 MB，一张照片最大 {most} MB。")
    )


@blueprint.errorhandler(CSRFError)
def no_form(_error: CSRFError) -> Response:
    """A cookie without a form's token: it would not have been enough with one either."""
    return errors.refused(NotAllowed("token_needed", TOKEN_NEEDED))


@blueprint.errorhandler(access.NotSignedIn)
def show_the_door(refusal: access.NotSignedIn) -> ResponseReturnValue:
    """A person who opens the page of the interface signs in first; a program is told."""
    if request.endpoint == "api.read_me" and "Authorization" not in request.headers:
        return redirect(url_for("account.sign_in", next=request.path))
    return errors.refused(refusal)


@blueprint.after_request
def known_again(response: Response) -> Response:
    """An ETag on every JSON answer to a GET: 304 when nothing has changed."""
    if request.method == "GET" and response.status_code == 200 and response.is_json:  # noqa: PLR2004
        response.add_etag()
        response.cache_control.private = True
        response.cache_control.no_cache = True
        response.vary.update(("Authorization", "Cookie"))
        response.make_conditional(request.environ)
    return response
