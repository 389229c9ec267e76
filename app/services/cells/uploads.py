"""Uploads into cells: may they come in, where they are kept, and who gets them back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.refusals import Invalid, NotFound, Refusal
from app.domain.roles import Actor
from app.models import Attachment, Organisation, Problem, User
from app.photos.formats import Format
from app.photos.stamp import LOCAL, plain
from app.services.cells import batches, checks, file_kinds
from app.services.cells import files as cell_files
from app.services.cells.checks import Edit, Exactly
from app.services.cells.edits import edit_cells, first_answer, weigh
from app.services.cells.files import PICTURES, Stored
from app.services.cells.story import cell_story, field_seen
from app.services.cells.weighing import EditOutcome, must_fit, write
from app.services.cells.writing import KEY, TABLE
from app.services.evidence.room import PhotoRoom
from app.services.scope import load_visible
from sheets.editing import has_own_column, read_cells
from sheets.storage import hold_fields

MOST_AT_ONCE = 20
UPLOAD = "upload"


def may_take_in(session: Session, actor: Actor, problem_id: int, field_id: str) -> str:
    """The type of the cell, `photos` or `file`, before a byte is judged; raises Refusal."""
    story = cell_story(session, actor, problem_id, field_id)
    if not cell_files.holds_files(story.field):
        raise Invalid("cell.no_files", f"“{story.field.caption}”不能放照片或文件。")
    if not story.may_edit:
        code = checks.NOT_ALLOWED
        raise Invalid(f"cell.{code}", f"您不能往“{story.field.caption}”这一格放照片或文件。")
    return story.field.kind.key


def take_in(room: PhotoRoom, kind: str, files: Sequence[tuple[str, bytes]]) -> list[Stored]:
    """Judge names and bytes and put the bytes into the store; touches no database.

    All or none. Raises Invalid with a sentence for each file that cannot be kept.
    """
    if not files:
        raise Invalid("files.none", "请选择要上传的照片或文件。")
    if len(files) > MOST_AT_ONCE:
        raise Invalid("files.too_many", f"一次最多上传 {MOST_AT_ONCE} 个，请分几次。")
    stored, wrong = [], []
    for place, (name, data) in enumerate(files, start=1):
        try:
            stored.append(
                _picture(room, name, data) if kind == PICTURES else _file(room, name, data)
            )
        except Refusal as refusal:
            wrong.append(
                f"第 {place} 个：{refusal.sentence}" if len(files) > 1 else refusal.sentence
            )
    if wrong:
        raise Invalid("files.refused", "".join(wrong))
    return stored


def add(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    field_id: str,
    stored: Sequence[Stored],
    batch_id: str,
) -> EditOutcome:
    """Put stored bytes into a cell, after what is there; sent again it changes nothing."""
    if actor.user_id is None:
        raise ValueError("an attachment has an owner")
    content = [problem_id, field_id, [each.sha256 for each in stored]]
    claimed = batches.claim(session, actor, now, batch_id, UPLOAD, content)
    if claimed.earlier is not None:
        return first_answer(session, actor, claimed)
    hold_fields(session, {field_id})
    before = _held(session, actor, problem_id, field_id)
    new = cell_files.register(session, now, actor.user_id, problem_id, field_id, batch_id, stored)
    edit = Edit(problem_id, field_id, [*before, *new], Exactly(before or None))
    weighed = weigh(session, actor, batch_id, [edit])
    must_fit(weighed.outcome)
    return write(session, actor, now, claimed, UPLOAD, weighed)


def take_out(
    session: Session,
    actor: Actor,
    now: datetime,
    problem_id: int,
    field_id: str,
    attachment_id: str,
    batch_id: str,
) -> EditOutcome:
    """Take one picture or file out of a cell; its bytes stay for the history and for 撤销."""
    hold_fields(session, {field_id})
    before = _held(session, actor, problem_id, field_id)
    rest = [each for each in before if each != attachment_id]
    edit = Edit(problem_id, field_id, rest, Exactly(before or None))
    done = edit_cells(session, actor, now, batch_id, [edit], "clear")
    must_fit(done)
    return done


def in_cell(session: Session, actor: Actor, problem_id: int, field_id: str) -> list[Attachment]:
    """What lies in a cell, in its order; NotFound where the actor does not see it."""
    load_visible(session, actor, problem_id)
    return cell_files.attachments(session, _held(session, actor, problem_id, field_id))


def load_visible_attachment(session: Session, actor: Actor, attachment_id: str) -> Attachment:
    """An attachment of a cell this actor sees, also one taken out since; else NotFound."""
    found = session.get(Attachment, attachment_id)
    if found is not None:
        try:
            load_visible(session, actor, found.problem_id)
            field_seen(session, actor, found.field_id)
        except NotFound:
            found = None
    if found is None:
        raise NotFound("attachment.not_found", "没有找到这个文件，或者您不能查看它。")
    return found


def is_picture(attachment: Attachment) -> bool:
    """Whether it is shown as a picture rather than handed out as a file."""
    return attachment.media_type.startswith("image/")


def lines_of(session: Session, attachment: Attachment) -> tuple[str, ...]:
    """What the copy of a picture in a cell says of itself: which problem, when, by whom."""
    problem = session.get_one(Problem, attachment.problem_id)
    owner = session.get_one(User, attachment.owner_id)
    org = session.get_one(Organisation, owner.org_id)
    at = attachment.received_at.astimezone(LOCAL)
    return tuple(
        plain(line)
        for line in (
            f"表格照片 {problem.number or '待编号'}",
            f"{at:%Y-%m-%d %H:%M:%S} 上传",
            f"{org.name} {owner.name}",
        )
    )


def _held(session: Session, actor: Actor, problem_id: int, field_id: str) -> tuple[str, ...]:
    """The ids in a cell now."""
    field = field_seen(session, actor, field_id)
    if not (cell_files.holds_files(field) and has_own_column(field)):
        raise Invalid("cell.no_files", f"“{field.caption}”不能放照片或文件。")
    cells = read_cells(session.connection(), TABLE, KEY, [problem_id], [field])
    return tuple(cells.get(problem_id, {}).get(field_id) or ())


def _picture(room: PhotoRoom, name: str, data: bytes) -> Stored:
    received = room.take_in(data)
    media_type = Format(received.format).content_type
    return Stored(received.sha256, file_kinds.plain_name(name), media_type, received.size)


def _file(room: PhotoRoom, name: str, data: bytes) -> Stored:
    judged = file_kinds.judge(data, name)
    sha256 = room.store.put_original(data)
    return Stored(sha256, judged.name, judged.media_type, len(data))
