"""Pictures as answers: private, known by an ETag, made outside of the request's session."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from flask import make_response, request
from flask.wrappers import Response

from app import clock, extensions
from app.domain.refusals import NotFound
from app.door.access import current_actor
from app.door.unit_of_work import unit_of_work
from app.photos.formats import Format
from app.photos.stamp import Stamp
from app.photos.store import PhotoMissing
from app.services import access_log
from app.services.evidence import masks, photos
from app.services.evidence.room import Mask, digest, stamp_of
from app.services.rights import masking

log = logging.getLogger(__name__)

JPEG = "image/jpeg"
THUMB_AGE = 3600  # seconds; a thumbnail never changes, but rights do
EXTENSIONS = {Format.JPEG: "jpg", Format.PNG: "png", Format.WEBP: "webp", Format.HEIC: "heic"}


@dataclass(frozen=True, slots=True)
class Servable:
    """A photo this person may see: its original's hash and format, the words of its stamp."""

    id: str
    sha256: str
    format: Format
    words: Stamp | None = None
    mask: Mask | None = None  # of the copy that may leave the house; None: the picture as it is


def find(photo_id: str, *, with_stamp: bool = False, with_mask: bool = False) -> Servable:
    """The photo, if it exists for whoever asks; NotFound sounds the same for both cases."""
    with extensions.database().reading() as session:
        actor = current_actor()
        photo = photos.load_visible(session, actor, photo_id)
        nameless = masking.stamp_is_nameless(actor, photo)
        words = (
            stamp_of(session, extensions.photos(), photo, nameless=nameless) if with_stamp else None
        )
        mask = masks.mask_of(session, photo.id) if with_mask else None
        return Servable(photo.id, photo.sha256, Format(photo.format), words, mask)


def thumb(photo: Servable) -> Response:
    """The thumbnail, a JPEG of at most 480 pixels without metadata."""
    room, mask = extensions.photos(), photo.mask
    if mask:
        tag = f"{photo.sha256}-thumb-{digest(mask)}"
        answer = _picture(tag, lambda: room.masked_thumb(photo.sha256, mask))
    else:
        answer = _picture(f"{photo.sha256}-thumb", lambda: room.thumb(photo.sha256))
    if mask is None:
        answer.cache_control.max_age = THUMB_AGE
    else:
        answer.cache_control.no_cache = True  # somebody may mask it at any time
    return answer


def card(photo: Servable) -> Response:
    """The square of a list's card, some 4 KB: a page of them must come over a slow line."""
    answer = _picture(f"{photo.sha256}-card", lambda: extensions.photos().card(photo.sha256))
    answer.cache_control.max_age = THUMB_AGE
    return answer


def stamped(photo: Servable) -> Response:
    """The stamped copy, a JPEG without metadata; its stamp changes once, with the number."""
    room = extensions.photos()
    words = photo.words
    if words is None:
        raise ValueError("found without its stamp")
    mask = photo.mask or ()
    tag = f"{photo.sha256}-{words.digest}{f'-{digest(mask)}' if mask else ''}"
    answer = _picture(tag, lambda: room.stamped(photo.sha256, words, mask))
    answer.cache_control.no_cache = True  # ask each time, mostly answered 304
    return answer


def plain(photo: Servable) -> Response:
    """The whole picture without stamp and metadata, to draw a mask on; a view is written down."""
    room = extensions.photos()
    answer = _picture(f"{photo.sha256}-plain", lambda: room.masked(photo.sha256, ()))
    _note_view(access_log.UNSTAMPED, photo)
    answer.cache_control.no_cache = True
    return answer


def original(photo: Servable) -> Response:
    """The original as a download, after a line in the access log."""
    data = _read(lambda: extensions.photos().store.original(photo.sha256))
    _note_view(access_log.ORIGINAL, photo)
    answer = make_response(data)
    answer.content_type = photo.format.content_type
    name = f"{photo.id}.{EXTENSIONS[photo.format]}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.cache_control.private = True
    answer.cache_control.no_store = True
    return answer


def _note_view(kind: str, photo: Servable) -> None:
    """Write down who looked, after all slow work is done."""
    session = unit_of_work(write=True)
    detail = {"sha256": photo.sha256}
    access_log.note_access(session, current_actor(), clock.now(), kind, photo.id, detail)


def _picture(tag: str, read: Callable[[], bytes]) -> Response:
    """A picture, or 304 without touching a file when the browser has it already."""
    if tag in request.if_none_match:
        answer = Response(status=304)
    else:
        answer = make_response(_read(read))
        answer.content_type = JPEG
        answer.headers.set("Content-Disposition", "inline")
    answer.set_etag(tag)
    answer.cache_control.private = True
    answer.vary.add("Cookie")
    return answer


def _read(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except PhotoMissing:
        log.exception("an original that a row names is not in the store")
        raise NotFound("photo.missing", "照片文件不在存储中，请联系系统管理员。") from None
