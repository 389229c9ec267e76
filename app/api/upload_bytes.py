"""The bytes of a file sent piece by piece: onto the disk as they come, and the check at the end.

No session is open while bytes come: they may take minutes.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from flask import request
from werkzeug.exceptions import ClientDisconnected

from app import clock, extensions
from app.api.upload_headers import Checksum, TooLarge
from app.domain.refusals import Conflict, Refusal, TooMany
from app.domain.sending import UploadState
from app.door import access
from app.models import Upload
from app.photos.arrivals import Arrival
from app.services.evidence import uploads

PIECE = 16 * 1024  # bytes; the server hands over whole pieces, so what a kill costs is one
MOST_AT_ONCE = 16  # files of one person in one process of the server, which has 64 threads
AGAIN_AFTER = 10  # seconds
_COMING: Counter[int] = Counter()
_LOCK = Lock()
MOVED_ON = "这个文件刚刚由另一个请求接着传了，请先问清已收到多少字节，再接着传。"


class WrongBytes(Refusal):
    """What came is not what was announced: tus gives it a number of its own."""

    status = 460


def offset_now(row: Upload) -> int:
    """How many bytes are safely on disk; a file that is whole is settled on the way."""
    if row.state != UploadState.RECEIVING.value:
        return row.size
    if extensions.arrivals().size(row.id) == 0:
        return 0
    with extensions.arrivals().open(row.id) as arrival:
        length = arrival.sync()
        if length < row.size:
            return length
        return row.size if _settle(row, arrival) else 0


def receive(row: Upload, at: int, *, here: int = 0, checksum: Checksum | None = None) -> int:
    """Add the request's body to the file from byte `at`; the offset that is on disk then.

    Of the body the bytes up to `here` are known. A connection that breaks leaves what had come,
    but of a piece with a checksum all or nothing. Raises Conflict when the file is not that
    far, or further; WrongBytes when it is whole and not what was announced.
    """
    if at + (request.content_length or 0) > row.size:
        raise TooLarge("upload.too_much", "发送的内容比事先说明的文件大，请检查 Upload-Length。")
    if row.state != UploadState.RECEIVING.value:
        _must_be(row.size, max(at, here))
        return row.size
    with one_of_few(row.owner_id), extensions.arrivals().open(row.id) as arrival:
        _must_be(arrival.length(), max(at, here))
        try:
            if checksum is None:
                _pour(arrival, at, here, row.size)
            else:
                _add_checked(arrival, at, here, row.size, checksum)
        finally:
            length = arrival.sync()
        if length == row.size and not _settle(row, arrival):
            raise WrongBytes(
                "upload.wrong_hash", "收到的文件与手机里的不一致，已清除，请从头再传一次。"
            )
    return length


@contextmanager
def one_of_few(owner_id: int) -> Iterator[None]:
    """While a file of this person comes; raises TooMany where that many come already.

    Each slow line holds a thread of the server, and the others want some as well.
    """
    with _LOCK:
        if _COMING[owner_id] >= MOST_AT_ONCE:
            raise TooMany(
                "upload.too_many_lines",
                f"您正在同时传 {MOST_AT_ONCE} 个文件，请等其中一个传完再传。",
                retry_after=AGAIN_AFTER,
            )
        _COMING[owner_id] += 1
    try:
        yield
    finally:
        with _LOCK:
            _COMING[owner_id] -= 1
            if not _COMING[owner_id]:
                del _COMING[owner_id]


def _pour(arrival: Arrival, at: int, here: int, size: int) -> None:
    while at < size and (piece := _read(min(PIECE, size - at))):
        _append_fresh(arrival, at, here, piece)
        at += len(piece)


def _add_checked(arrival: Arrival, at: int, here: int, size: int, checksum: Checksum) -> None:
    data = bytearray()
    while len(data) < size - at and (piece := _read(min(PIECE, size - at - len(data)))):
        data += piece
    if len(data) < (request.content_length or 0):
        return  # cut off: nobody can tell whether what came is right
    if not checksum.fits(bytes(data)):
        raise WrongBytes("upload.wrong_checksum", "这一段与校验值不一致，没有保存，请重新发送。")
    _append_fresh(arrival, at, here, bytes(data))


def _append_fresh(arrival: Arrival, at: int, here: int, data: bytes) -> None:
    """Of bytes that begin at `at` those that are not here yet."""
    fresh = data[max(0, here - at) :]
    if fresh and not arrival.append(max(at, here), fresh):
        raise Conflict("upload.moved_on", MOVED_ON)


def _read(most: int) -> bytes:
    try:
        return request.stream.read(most)
    except ClientDisconnected:
        return b""


def _must_be(length: int, at: int) -> None:
    if length != at:
        raise Conflict("upload.offset", f"已收到 {length} 字节，请从这里接着传。")


def _settle(row: Upload, arrival: Arrival) -> bool:
    """The whole file is here: right, and it waits to be judged; or wrong, and it is dropped."""
    sha256 = arrival.sha256()
    if row.sha256 and row.sha256 != sha256:
        arrival.clear_unless(row.sha256, row.size)
        return False
    with extensions.database().writing() as session:
        done = uploads.all_here(session, row.id, sha256, clock.now())
    if not done:  # another request was quicker, or it was taken back
        with extensions.database().reading() as session:
            uploads.load_own(session, access.current_actor(), row.id)
    row.state, row.sha256 = UploadState.RECEIVED.value, sha256
    return True
