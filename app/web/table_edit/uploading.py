"""Pictures and files dropped onto a cell or sent by its page, and handed out again."""

from io import BytesIO
from typing import Any

from flask import request, url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from app import clock, extensions
from app.domain.refusals import Invalid, NotFound
from app.domain.roles import Actor
from app.door import access, serving
from app.door.unit_of_work import unit_of_work
from app.models import Attachment
from app.photos.formats import Format
from app.photos.stamp import Stamp
from app.photos.store import PhotoMissing
from app.services import access_log
from app.services.cells import uploads
from app.services.cells.file_kinds import MOST_MB
from app.services.cells.files import holds_files
from app.services.cells.story import CellStory
from app.services.cells.weighing import EditOutcome
from app.web import form_fields
from app.web.taken_file import taken_file

FORMATS = {each.content_type: each for each in Format}
ACCEPT = {
    "photos": "image/jpeg,image/png,image/webp,image/heic,.heic",
    "file": ".pdf,.docx,.doc,.wps,.xlsx,.xls,.et,.txt,.csv",
}


def wants_json() -> bool:
    """Whether a script asks rather than a person's browser."""
    return request.accept_mimetypes.best == "application/json"


def take(problem_id: int, field_id: str) -> EditOutcome:
    """Judge and store the files of the request, then put them into the cell.

    The bytes come before the request's own session: decoding is slow, and on SQLite a writer
    holds everybody up.
    """
    actor = access.current_actor()
    with extensions.database().reading() as session:
        kind = uploads.may_take_in(session, actor, problem_id, field_id)
    dropped = [*request.files.getlist("files"), *request.files.getlist("file")]
    sent = [file for file in dropped if file.filename]
    files = [(file.filename or "", file.stream.read()) for file in sent]
    stored = uploads.take_in(extensions.photos(), kind, files)
    key = request.form.get("key") or form_fields.new_key()
    return uploads.add(unit_of_work(), actor, clock.now(), problem_id, field_id, stored, key)


def remove(problem_id: int, field_id: str) -> EditOutcome:
    """Take one out of the cell."""
    session, actor, form = unit_of_work(), access.current_actor(), request.form
    attachment_id = form.get("attachment", "")
    key = form.get("key") or form_fields.new_key()
    if not attachment_id:
        raise Invalid("attachment.none", "请选择要移除的照片或文件。")
    return uploads.take_out(session, actor, clock.now(), problem_id, field_id, attachment_id, key)


def shelf(session: Session, actor: Actor, story: CellStory) -> dict[str, Any] | None:
    """What lies in a cell, for its page; None for other types."""
    if not holds_files(story.field):
        return None
    here = url_for("table_edit.cell", problem_id=story.problem_id, field_id=story.field.id)
    kind = story.field.kind.key
    return {
        "items": items(session, actor, story.problem_id, story.field.id),
        "may_add": story.may_edit,
        "accept": ACCEPT[kind],
        "what": "照片" if kind == "photos" else "文件",
        "most_mb": extensions.settings().photo_limit_mb if kind == "photos" else MOST_MB,
        "add_action": f"{here}/files",
        "remove_action": f"{here}/files/remove",
    }


def items(session: Session, actor: Actor, problem_id: int, field_id: str) -> list[dict[str, Any]]:
    """Each attachment of a cell: id, name, addresses, size."""
    found = uploads.in_cell(session, actor, problem_id, field_id)
    return [_item(each) for each in found]


def serve(attachment_id: str, *, small: bool = False) -> Response:
    """A picture as a copy without what the camera wrote; a file byte for byte, as a download."""
    actor = access.current_actor()
    with extensions.database().reading() as session:
        found = uploads.load_visible_attachment(session, actor, attachment_id)
        words = Stamp(uploads.lines_of(session, found))
    if uploads.is_picture(found):
        picture = serving.Servable(found.id, found.sha256, FORMATS[found.media_type], words)
        return serving.thumb(picture) if small else serving.stamped(picture)
    if small:
        raise NotFound("attachment.no_picture", "这个文件没有缩略图。")
    return _download(found)


def _download(found: Attachment) -> Response:
    try:
        data = extensions.photos().store.original(found.sha256)
    except PhotoMissing:
        raise NotFound("attachment.missing", "文件不在存储中，请联系系统管理员。") from None
    access_log.note_access(
        unit_of_work(write=True), access.current_actor(), clock.now(), "attachment", found.id,
        {"sha256": found.sha256, "name": found.name},
    )  # fmt: skip
    return taken_file(BytesIO(data), found.name, found.media_type)


def _item(of: Attachment) -> dict[str, Any]:
    href = url_for("table_edit.attachment", attachment_id=of.id)
    is_picture = uploads.is_picture(of)
    return {
        "id": of.id,
        "name": of.name,
        "href": href,
        "thumb": f"{href}/thumb" if is_picture else "",
        "size": f"{max(1, of.size // 1024):,} KB",
    }
