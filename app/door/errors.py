"""Every "no" and every failure as an answer: a page with a sentence, or problem+json."""

import errno
import logging
import secrets
import sqlite3
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, jsonify, render_template, request, session
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from app import extensions
from app.domain.refusals import Refusal, TooMany
from app.door import access
from app.photos import arrivals
from app.photos.refusal import PhotoRefused
from sheets.query import TooSlow

log = logging.getLogger(__name__)

NO_ROOM_STATE = "53100"  # PostgreSQL's disk_full
AWAY = "数据库暂时连接不上，刚才的操作没有保存。请过一两分钟再试；一直不行请联系系统管理员。"
DISK_FULL = "服务器的磁盘已满，刚才的操作没有保存。查询仍可使用，请联系系统管理员清理磁盘。"
OLD_FORM = (
    "这一页打开得太久，或已在别处重新登录，刚才的提交没有保存。"
    "请按浏览器的“返回”，刷新页面后再提交一次；已填写的内容还在。"
)
HEADINGS = {
    400: "请求有误",
    401: "请先登录",
    403: "没有权限",
    404: "没有这一页",
    405: "不能这样打开",
    409: "情况已有变化",
    413: "文件太大",
    422: "还不能提交",
    429: "请稍后再试",
    500: "系统出错了",
    503: "暂时无法使用",
}
SENTENCES = {
    400: "这个请求无法识别，请返回上一页重试。",
    404: "地址可能输错了，或者内容已不在您的查看范围内。请从菜单重新进入。",
    405: "这个地址不能直接打开，请从页面上的按钮操作。",
    415: "发送的内容格式不对，请检查后再试。",
    429: "操作太频繁，请稍等一会儿再试。",
}


def answer(
    status: int,
    code: str,
    sentence: str,
    *,
    fields: dict[str, str] | None = None,
    details: dict[str, object] | None = None,
    reference: str = "",
) -> Response:
    """One failure: as problem+json on the interface, as a page elsewhere."""
    if access.is_api():
        return _problem(status, code, sentence, fields or {}, details or {}, reference)
    html = _page(status, sentence, fields or {}, reference)
    return Response(html, status=status, mimetype="text/html")


def _heading(status: int) -> str:
    return HEADINGS.get(status) or HEADINGS[400 if status < 500 else 500]  # noqa: PLR2004


def _problem(
    status: int,
    code: str,
    sentence: str,
    fields: dict[str, str],
    details: dict[str, object],
    reference: str,
) -> Response:
    """RFC 9457, with our stable `code`; `fields` maps a field to its own sentence."""
    body: dict[str, Any] = {
        "type": f"urn:xiaohao:problem:{code}",
        "title": _heading(status),
        "status": status,
        "code": code,
        "detail": sentence,
        "fields": fields,
    }
    if details:
        body["details"] = details
    if reference:
        body["reference"] = reference
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _page(status: int, sentence: str, fields: dict[str, str], reference: str) -> str:
    facts = {
        "status": status,
        "heading": _heading(status),
        "sentence": sentence,
        "fields": [line for line in fields.values() if line != sentence],
        "reference": reference,
    }
    try:
        return render_template("errors/error.html", **facts)
    except Exception:  # a failure about a failure: say it plainly, without the house's look
        log.exception("the page for a failure failed")
        return current_app.jinja_env.get_template("errors/plain.html").render(**facts)


# --- one handler each ---


def refused(refusal: Refusal) -> Response:
    """A rule said no."""
    _drop_good_news()
    response = answer(
        refusal.status,
        refusal.code,
        refusal.sentence,
        fields=refusal.fields,
        details=refusal.details,
    )
    if isinstance(refusal, TooMany) and refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def photo_refused(refusal: PhotoRefused) -> Response:
    """A picture was not taken in; `photo.busy` alone is worth trying again as it is."""
    _drop_good_news()
    status = 503 if refusal.code == "photo.busy" else 422
    return answer(status, refusal.code, refusal.sentence, fields={"photos": refusal.sentence})


def form_too_old(_error: CSRFError) -> Response:
    """The form's token does not belong to this session."""
    return answer(400, "form_too_old", OLD_FORM)


def strange_host(_error: SecurityError) -> Response:
    """A Host header that is not ours: no address may be built from it, so no page of ours."""
    return Response("这个网址不属于本系统。\n", status=400, mimetype="text/plain")


def http_failed(error: HTTPException) -> Response:
    """Whatever HTTP itself has a number for."""
    status = error.code or 500
    sentence = SENTENCES.get(status, SENTENCES[400])
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        limit = extensions.settings().upload_limit_mb
        sentence = (
            f"一次提交的内容超过 {limit} MB。请少选几个文件或几张照片，分几次提交；"
            "照片也可以调低相机的画质。"
        )
    response = answer(status, HTTPStatus(status).name.lower(), sentence)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def database_away(error: DBAPIError | PoolTimeoutError) -> Response:
    """The database does not answer, not in time, or has no room to write."""
    if is_full(error):
        return no_room(OSError(errno.ENOSPC, str(error)))
    _drop_good_news()
    log.error("database away at %s %s: %s", request.method, request.path, error)
    response = answer(503, "database_away", AWAY)
    response.headers["Retry-After"] = "60"
    return response


def is_full(error: Exception) -> bool:
    """Whether a database stopped for want of disk, as either of the two says it."""
    told = getattr(error, "orig", None)
    code, state = getattr(told, "sqlite_errorcode", None), getattr(told, "sqlstate", None)
    return code == sqlite3.SQLITE_FULL or state == NO_ROOM_STATE


def no_room(error: OSError) -> Response:
    """The disk is full: reading goes on, writing waits."""
    if not arrivals.is_full(error):
        raise error
    _drop_good_news()
    log.error("disk full at %s %s", request.method, request.path)
    return answer(503, "disk_full", DISK_FULL)


def too_slow(error: TooSlow) -> Response:
    """Rows took longer to read than anybody waits; pages say so where these would be."""
    if request.path.endswith(".json"):
        return _problem(503, "table.too_slow", error.sentence, {}, {}, "")
    return answer(503, "table.too_slow", error.sentence)


def crashed(_error: InternalServerError) -> Response:
    """Anything else. The traceback is in the log already, the reference joins the two."""
    _drop_good_news()
    reference = secrets.token_hex(4)
    log.error("reference %s: %s %s", reference, request.method, request.path)
    sentence = (
        f"系统出了故障，刚才的操作没有保存。请重试；仍不行请把编号 {reference} 告诉系统管理员。"
    )
    return answer(500, "internal", sentence, reference=reference)


def _drop_good_news() -> None:
    """A view may have flashed 成功 before the commit failed: nobody may read that."""
    if waiting := session.get("_flashes"):
        session["_flashes"] = [news for news in waiting if news[0] != "success"]


def register(app: Flask) -> None:
    """Hand each kind of failure to its handler."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(PhotoRefused, photo_refused)
    app.register_error_handler(CSRFError, form_too_old)
    app.register_error_handler(SecurityError, strange_host)
    app.register_error_handler(HTTPException, http_failed)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(PoolTimeoutError, database_away)
    app.register_error_handler(OSError, no_room)
    app.register_error_handler(TooSlow, too_slow)
    app.register_error_handler(InternalServerError, crashed)
