"""Questions about a photo put to the services, in plain values for the page."""

from sqlalchemy.orm import Session

from app import extensions
from app.door.unit_of_work import unit_of_work
from app.models import Photo
from app.services.evidence import masks, verification
from app.services.evidence.verification import Reply
from app.web.verify.forms import QuestionForm

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
        data, mask = form.picture.data.read(), masks.mask_of(unit_of_work(), photo.id)
        reply = verification.about_picture(extensions.photos(), photo, data, mask)
        found.append(("画面", reply))
    return [_plain(what, reply) for what, reply in found]


def _plain(what: str, reply: Reply) -> dict[str, str]:
    answer = reply.answer
    return {
        "what": what,
        "answer": answer.value,
        "label": answer.label,
        "icon": ICONS[answer.value],
        "text": reply.text,
    }
