"""Files sent piece by piece (tus 1.0): a broken line goes on where it broke.

A blueprint of its own: the pages' camera sends here as well, with a session's cookie and a form's
token, which the rest of the interface does not take.
"""

import logging
from collections.abc import Mapping

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import http_date

from app import clock, extensions
from app.api import upload_bytes, upload_headers
from app.api.blueprint import PREFIX
from app.api.operations import operation
from app.api.photos import TAG, photographs
from app.api.shapes.uploads import UploadAnswer, UploadPage
from app.config import MEGABYTE
from app.domain.refusals import Refusal
from app.domain.sending import UploadState
from app.door import access, errors, lines
from app.models import Upload
from app.photos.arrivals import is_full
from app.services.evidence import uploads

log = logging.getLogger(__name__)
blueprint = Blueprint("uploads", __name__, url_prefix=f"{PREFIX}/uploads")

MOST_KEYS = 200
BESIDE_A_PIECE = 64 * 1024  # bytes
FULL = 507
NO_ROOM = "服务器的磁盘已满，暂时收不下照片。照片还在手机里，请稍后再传，并告诉系统管理员清理磁盘。"
EMPTY = 204  # the status of an answer without a body


class Gone(Refusal):
    """A file whose time is over."""

    status = 410


@blueprint.before_request
def of_sensible_size() -> None:
    """A piece is no larger than a photo may be; a line that dies meanwhile is noticed."""
    lines.watch()
    request.max_content_length = _most() + BESIDE_A_PIECE


def _most() -> int:
    return extensions.settings().photo_limit_mb * MEGABYTE


@blueprint.route("", methods=["OPTIONS"])
@blueprint.route("/<upload_id>", methods=["OPTIONS"])
@access.policy(access.signed_in)
def capabilities(upload_id: str = "") -> Response:  # noqa: ARG001 the same for every file
    """What this server can do of tus; the same for every file."""
    return _answer(
        EMPTY,
        {
            "Tus-Version": upload_headers.VERSION,
            "Tus-Max-Size": _most(),
            "Tus-Extension": upload_headers.EXTENSIONS,
            "Tus-Checksum-Algorithm": ",".join(upload_headers.ALGORITHMS),
        },
    )


@blueprint.post("")
@access.policy(photographs)
@operation(TAG, "", status=201, refuses=(400, 403, 409, 412, 413, 415, 429, 460, 507))
def create_upload() -> Response:
    """登记分段上传的文件

    tus 1.0 协议。Upload-Length 是文件的字节数，Upload-Metadata 可以写 filename、filetype、key、
    sha256、phase（before 或 after）、shot、seal。同一个人的同一个 key 得到同一个地址，不会重复。
    答复的 Location 是这个文件的地址。请求里可以带上开头的内容。
    """
    upload_headers.check_version(request.headers)
    row = _begin(upload_headers.announced(request.headers, _most()))
    headers: dict[str, object] = {"Location": url_for("uploads.show_upload", upload_id=row.id)}
    if request.mimetype == upload_headers.STREAM:
        here = upload_bytes.offset_now(row)
        checksum = upload_headers.checksum_of(request.headers)
        offset = upload_bytes.receive(row, 0, here=here, checksum=checksum)
        headers |= {"Upload-Offset": offset}
    return _answer(201, headers | _dates(row))


def _begin(announced: uploads.Announced) -> Upload:
    """The row, in a short transaction of its own; a known one is found without writing."""
    actor, now, database = access.current_actor(), clock.now(), extensions.database()
    with database.reading() as session:
        row = uploads.known_as(session, actor, announced)
    if row is not None and not uploads.has_expired(row, now):
        return row
    with database.writing() as session:
        return uploads.begin(session, actor, announced, now)


@blueprint.get("")
@access.policy(photographs)
@operation(TAG, UploadPage)
def find_uploads() -> UploadPage:
    """按编号查分段上传

    用 key=…（可以多个，最多 200 个）查自己的文件走到哪一步；没有的不在答复里。
    """
    keys = [key for key in request.args.getlist("key") if key.isprintable()][:MOST_KEYS]
    with extensions.database().reading() as session:
        rows = uploads.own_by_key(session, access.current_actor(), keys)
    return UploadPage(uploads=[_tell(row) for row in rows])


@blueprint.route("/<upload_id>", methods=["HEAD"])
@access.policy(photographs)
def upload_offset(upload_id: str) -> Response:
    """From which byte to go on."""
    upload_headers.check_version(request.headers)
    row = _load(upload_id)
    _must_live(row)
    offset = upload_bytes.offset_now(row)
    told = {"Upload-Metadata": row.told} if row.told else {}
    return _answer(200, {"Upload-Offset": offset, "Upload-Length": row.size} | told | _dates(row))


@blueprint.get("/<upload_id>")
@access.policy(photographs)
@operation(TAG, UploadAnswer, refuses=(404,))
def show_upload(upload_id: str) -> UploadAnswer:
    """分段上传的情况

    走到哪一步；收下后有照片编号，没有收下的有原因。
    """
    return _tell(_load(upload_id))


@blueprint.patch("/<upload_id>")
@access.policy(photographs)
@operation(TAG, "", status=204, refuses=(400, 403, 404, 409, 410, 412, 413, 415, 429, 460, 507))
def send_piece(upload_id: str) -> Response:
    """接着发送文件内容

    tus 1.0 协议。Upload-Offset 是从第几个字节接着传，要与 HEAD 的答复相同。
    答复的 Upload-Offset 是已经写到磁盘的字节数；传完时核对 sha256，不一致的清除后从头再传（460）。
    """
    upload_headers.check_version(request.headers)
    upload_headers.check_kind(request.mimetype)
    row, at = _load(upload_id), upload_headers.offset_of(request.headers)
    checksum = upload_headers.checksum_of(request.headers)
    _must_live(row)
    offset = upload_bytes.receive(row, at, checksum=checksum)
    return _answer(EMPTY, {"Upload-Offset": offset} | _dates(row))


@blueprint.delete("/<upload_id>")
@access.policy(photographs)
@operation(TAG, "", status=204, refuses=(403, 404, 409, 412))
def take_back_upload(upload_id: str) -> Response:
    """撤回分段上传

    还没有成为照片的文件可以撤回，已收到的内容随即删除。
    """
    upload_headers.check_version(request.headers)
    with extensions.database().writing() as session:
        uploads.take_back(session, access.current_actor(), upload_id)
    extensions.arrivals().drop(upload_id)
    return _answer(EMPTY, {})


@blueprint.post("/<upload_id>")
@access.policy(photographs)
@operation(TAG, "", status=204, refuses=(400, 403, 404, 409, 412, 413, 415, 429, 460, 507))
def override_upload(upload_id: str) -> ResponseReturnValue:
    """代替 PATCH 和 DELETE

    有的网络不让 PATCH、DELETE 通过：用 POST 加上 X-HTTP-Method-Override，办法和答复相同。
    """
    method = request.headers.get("X-HTTP-Method-Override", "").upper()
    if method not in OVERRIDES:
        raise upload_headers.BadRequest(
            "upload.method", "请用 PATCH 发送内容，或用 X-HTTP-Method-Override 说明操作。"
        )
    return OVERRIDES[method](upload_id)


OVERRIDES = {"PATCH": send_piece, "DELETE": take_back_upload, "HEAD": upload_offset}


def _load(upload_id: str) -> Upload:
    with extensions.database().reading() as session:
        return uploads.load_own(session, access.current_actor(), upload_id)


def _must_live(row: Upload) -> None:
    if uploads.has_expired(row, clock.now()):
        raise Gone("upload.expired", "这个文件很久没有接着传，已经过期，请重新发送。")


def _tell(row: Upload) -> UploadAnswer:
    whole = row.state != UploadState.RECEIVING.value
    photo = row.photo_id
    return UploadAnswer(
        id=row.id,
        key=row.key,
        state=UploadState(row.state),
        offset=row.size if whole else min(extensions.arrivals().size(row.id), row.size),
        size=row.size,
        sha256=row.sha256,
        photo_id=photo,
        thumb_href=url_for("photos.thumb", photo_id=photo) if photo else None,
        refusal=row.refusal,
    )


def _dates(row: Upload) -> dict[str, object]:
    """Until when bytes are waited for; the hash, once the file is whole."""
    if row.state == UploadState.RECEIVING.value:
        return {"Upload-Expires": http_date(row.expires_at)}
    return {"Upload-Sha256": row.sha256}


def _answer(status: int, headers: Mapping[str, object]) -> Response:
    response = Response(status=status)
    response.headers.pop("Content-Type")
    for name, value in headers.items():
        response.headers[name] = str(value)
    return response


@blueprint.after_request
def speaks_tus(response: Response) -> Response:
    """Every answer names the protocol, a refusal too."""
    response.headers["Tus-Resumable"] = upload_headers.VERSION
    if response.status_code == upload_headers.OtherVersion.status:
        response.headers["Tus-Version"] = upload_headers.VERSION
    return response


@blueprint.errorhandler(OSError)
def no_room(error: OSError) -> Response:
    """The disk is full: what has come stays, the rest waits in the phone."""
    if not is_full(error):
        raise error
    log.error("disk full at an upload")
    return errors.answer(FULL, "disk_full", NO_ROOM)


@blueprint.errorhandler(OperationalError)
def database_away(error: OperationalError) -> Response:
    """The database has no room, or does not answer."""
    if errors.is_full(error):
        return errors.answer(FULL, "disk_full", NO_ROOM)
    return errors.database_away(error)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """A body larger than any photo."""
    most = extensions.settings().photo_limit_mb
    return errors.refused(
        upload_headers.TooLarge("upload.too_large", f"一张照片最大 {most} MB，请调低画质后再传。")
    )


@blueprint.errorhandler(CSRFError)
def token_too_old(_error: CSRFError) -> Response:
    """A cookie without the token of its session."""
    sentence = "缺少页面令牌或令牌已失效，请重新打开页面后再发送；照片还在手机里。"
    return errors.answer(400, "form_too_old", sentence)
