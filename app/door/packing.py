"""Text leaves packed for those who take it so: a page on a slow line is a fifth as long."""

import gzip
import io
import secrets
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request
from flask.wrappers import Response
from werkzeug.security import safe_join

PACKED = frozenset(
    {
        "text/html", "text/css", "text/plain", "text/javascript", "text/csv", "image/svg+xml",
        "application/json", "application/problem+json", "application/manifest+json",
    }
)  # fmt: skip
LEAST = 1000  # bytes; less is not worth it
QUICK, SMALL = 5, 9  # levels: a page made for one person, a file that never changes
LONGEST_NAME = 100
STATIC = "static"
OK = 200


def pack(response: Response) -> Response:
    """The answer, packed where that helps.

    The name inside the gzip head is of random length, so that the length of a page does not tell
    whether something typed stands beside something secret (BREACH; the remedy is Django's).
    """
    if not _is_wanted(response):
        return response
    response.vary.add("Accept-Encoding")
    built = request.endpoint == STATIC
    if built and request.accept_encodings["br"] and (data := _built_copy()) is not None:
        return _packed_as(response, "br", data)
    if not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    data = response.get_data()
    name = 0 if built else secrets.randbelow(LONGEST_NAME)
    return _packed_as(response, "gzip", _file(data) if built else _packed(data, QUICK, name))


def _packed_as(response: Response, encoding: str, data: bytes) -> Response:
    response.direct_passthrough = False
    response.call_on_close(getattr(response.response, "close", _nothing))
    response.set_data(data)
    response.headers["Content-Encoding"] = encoding
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)  # the same page, other bytes
    return response


def _nothing() -> None:
    """What was not opened needs no closing."""


def _built_copy() -> bytes | None:
    """What the build packed beside a file of its own, better than there is time for here."""
    folder, name = current_app.static_folder, (request.view_args or {}).get("filename", "")
    copy = safe_join(folder, f"{name}.br") if folder else None
    try:
        return Path(copy).read_bytes() if copy else None
    except OSError:
        return None


def _is_wanted(response: Response) -> bool:
    if response.status_code < OK or response.mimetype not in PACKED:
        return False
    if response.status_code in {204, 206, 304} or "Content-Encoding" in response.headers:
        return False
    if request.endpoint == STATIC:
        return request.method == "GET"
    return not response.is_streamed and (response.content_length or 0) >= LEAST


@lru_cache(maxsize=64)
def _file(data: bytes) -> bytes:
    """Built files are packed once a process."""
    return _packed(data, SMALL, 0)


def _packed(data: bytes, level: int, name: int) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile("x" * name, "wb", level, out, mtime=0) as file:
        file.write(data)
    return out.getvalue()


def register(app: Flask) -> None:
    """Pack what goes out."""
    app.after_request(pack)
