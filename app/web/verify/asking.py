"""Questions about a photo put to the services, in plain values for the page."""

import logging
from threading import BoundedSemaphore

from sqlalchemy.orm import Session

from app import extensions
from app.door.unit_of_work import unit_of_work
from app.models import Photo
from app.photos.store import PhotoMissing
from app.services.evidence import masks, verification
from app.services.evidence.verification import Answer, Reply
from app.web.verify.forms import QuestionForm

log = logging.getLogger(__name__)
PATIENCE = 5.0  # seconds
ONE_AT_A_TIME = BoundedSemaphore(1)
ICONS = {"matches": "circle-check", "differs": "alert-triangle", "cannot_tell": "info-circle"}


def find(session: Session, code: str) -> Photo | None:
    """The photo of a code."""
    return verification.find(session, extensions.photos(), code)


def replies(photo: Photo, form: QuestionForm) -> list[dict[str, str]]:
    """An answer to each thing that was filled in."""
    found: list[tuple[str, Reply]] = []
    if form.time.data and form.time.data.strip():
        found.append(("时间", verification.about_time(photo, form.time.data)))
    if form.place.data and form.place.data.strip():
        found.append(("位置", verification.about_place(photo, form.place.data)))
    if form.picture.data:
        found.append(("画面", _about_picture(photo, form.picture.data.read())))
    return [_plain(what, reply) for what, reply in found]


def _about_picture(photo: Photo, data: bytes) -> Reply:
    """One picture at a time: strangers never take all limited processes from those at work."""
    if not ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        return Reply(Answer.CANNOT_TELL, "现在核对照片的人较多，请过一会儿再试。")
    try:
        mask = masks.mask_of(unit_of_work(), photo.id)
        return verification.about_picture(extensions.photos(), photo, data, mask)
    except PhotoMissing:
        log.exception("an original that a row names is not in the store")
        return Reply(Answer.CANNOT_TELL, "系统暂时读不到这张照片的文件，无法比较画面。")
    finally:
        ONE_AT_A_TIME.release()


def _plain(what: str, reply: Reply) -> dict[str, str]:
    answer = reply.answer
    return {
        "what": what,
        "answer": answer.value,
        "label": answer.label,
        "icon": ICONS[answer.value],
        "text": reply.text,
    }
