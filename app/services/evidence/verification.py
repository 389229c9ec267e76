"""Answers about a 防伪码: does what a stamped picture says agree with what was received?

Nothing that is kept is told, only whether what is asked agrees with it.
"""

import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL
from app.domain.states import State
from app.models import Photo, Problem
from app.photos.code import normalise, verification_code
from app.photos.formats import fingerprint
from app.photos.refusal import PhotoRefused
from app.photos.side_by_side import SAME, Comparison, compare
from app.services.evidence.room import Mask, PhotoRoom

_TIME = re.compile(
    r"(?<!\d)(\d{4})\D+(\d{1,2})\D+(\d{1,2})(?:\D+(\d{1,2})\D(\d{1,2})(?:\D(\d{1,2}))?)?(?!\d)"
)
_DEGREES = re.compile(r"-?\d{1,3}\.\d+")
_NOWHERE = "未定位"
SMALLEST_DEGREE = 1.5e-6  # the stamp prints six places


class Answer(StrEnum):
    """What can be said of one thing that was asked."""

    MATCHES = "matches"
    DIFFERS = "differs"
    CANNOT_TELL = "cannot_tell"

    @property
    def label(self) -> str:
        """The word on the page."""
        return {"matches": "一致", "differs": "不一致", "cannot_tell": "无法判断"}[self.value]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with its sentence."""

    answer: Answer
    text: str


def find(session: Session, room: PhotoRoom, typed: str) -> Photo | None:
    """The photo of a code as somebody typed it; None for a code that no reported photo has.

    A code whose photo no longer agrees with it is none of ours either.
    """
    code = normalise(typed)
    reported = (
        select(Photo)
        .join(Problem, Problem.id == Photo.problem_id)
        .where(Photo.code == code, Problem.state != State.DRAFT.value)
    )
    photo = session.scalar(reported) if code else None
    if photo is None:
        return None
    if photo.code_key_id != room.code_key.key_id:
        return photo  # made with a key that is no longer used: it cannot be reckoned again
    again = verification_code(
        room.code_key.key,
        photo_id=photo.id,
        sha256=photo.sha256,
        received_at=photo.received_at,
        lat=photo.lat,
        lng=photo.lng,
        user_id=photo.owner_id,
    )
    return photo if again == code else None


def about_time(photo: Photo, typed: str) -> Reply:
    """Whether the time on the stamp is that at which the photo was received, as far as typed.

    A photo sent late has two times on its stamp; either will do.
    """
    found = _TIME.search(unicodedata.normalize("NFKC", typed))
    numbers = tuple(int(each) for each in found.groups() if each) if found else ()
    if not _is_time(numbers):
        return Reply(Answer.CANNOT_TELL, "请按水印上的样子填写时间，如 2026-05-06 14:30:00。")
    if numbers == _numbers_of(photo.received_at)[: len(numbers)]:
        return Reply(Answer.MATCHES, "与系统收到这张照片的时间一致。")
    if photo.late and photo.captured_at is not None:
        if numbers == _numbers_of(photo.captured_at)[: len(numbers)]:
            return Reply(Answer.MATCHES, "与手机拍照时封存的时间一致，这张照片是补传的。")
        return Reply(Answer.DIFFERS, "拍摄和收到这张照片都不是这个时间。")
    return Reply(Answer.DIFFERS, "系统收到这张照片不是这个时间。")


def about_place(photo: Photo, typed: str) -> Reply:
    """Whether the position on the stamp is the one that came with the photo."""
    if photo.lat is None or photo.lng is None:
        if _NOWHERE in typed:
            return Reply(Answer.MATCHES, "这张照片没有定位。")
        return Reply(Answer.DIFFERS, "这张照片没有定位，水印上应为“未定位”。")
    degrees = [float(each) for each in _DEGREES.findall(typed)][:2]
    if len(degrees) != 2:  # noqa: PLR2004 - latitude and longitude
        if _NOWHERE in typed:
            return Reply(Answer.DIFFERS, "这张照片有定位。")
        return Reply(Answer.CANNOT_TELL, "请按水印上的样子填写经纬度，如 41.850000,123.900000。")
    near = (
        abs(degrees[0] - photo.lat) <= SMALLEST_DEGREE
        and abs(degrees[1] - photo.lng) <= SMALLEST_DEGREE
    )
    if near:
        return Reply(Answer.MATCHES, "与这张照片的定位一致。")
    return Reply(Answer.DIFFERS, "这张照片不是在这个位置拍的。")


def about_picture(room: PhotoRoom, photo: Photo, data: bytes, mask: Mask = ()) -> Reply:
    """Whether a picture shows what the photo shows; the picture is kept nowhere.

    `mask` is what copies that leave the house hide of the photo.
    """
    if fingerprint(data) == photo.sha256:
        return Reply(Answer.MATCHES, "与系统收到的原图逐字节相同。")
    try:
        sent = room.sandbox.inspect_and_thumb(data).thumb
    except PhotoRefused as refused:
        return Reply(Answer.CANNOT_TELL, refused.sentence)
    found = compare(_opened(sent), _opened(room.thumb(photo.sha256)))
    if _is_same(found):
        return Reply(Answer.MATCHES, "画面与系统收到的照片一致；文件经过压缩、缩小或加盖水印。")
    if mask and _is_same(compare(_opened(sent), _opened(room.masked_thumb(photo.sha256, mask)))):
        return Reply(
            Answer.MATCHES, "与系统对外使用的照片一致：人脸、车牌等已按规定遮挡，其余画面未变。"
        )
    return _doubt(found)


def _doubt(found: Comparison) -> Reply:
    if found.is_edited:
        return Reply(Answer.DIFFERS, "只有一部分画面与系统收到的照片一致，可能被改动过。")
    if found.is_plain:
        return Reply(Answer.CANNOT_TELL, "照片上几乎没有可以比较的内容，无法判断。")
    return Reply(Answer.DIFFERS, "画面与系统收到的照片不一致。")


def _is_same(found: Comparison) -> bool:
    whole = found.is_same or found.above >= SAME
    return whole and not found.is_edited and not found.guess.mirrored


def _numbers_of(instant: datetime) -> tuple[int, ...]:
    """Year to second on a clock of the city."""
    return instant.astimezone(LOCAL).timetuple()[:6]


def _is_time(numbers: tuple[int, ...]) -> bool:
    try:
        datetime(*numbers, tzinfo=LOCAL)  # type: ignore[arg-type, misc]
    except (TypeError, ValueError):
        return False
    return True


def _opened(thumb: bytes) -> Image.Image:
    """Our own thumbnail, made in the limited process: it may be opened here."""
    return Image.open(io.BytesIO(thumb)).convert("RGB")
