"""Files as they arrive with a form: judged by their first bytes and put into the store.

They come before the request's own transaction, piece by piece; a form that is shown again keeps
them, so that nobody has to choose twelve files a second time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from app import extensions
from app.config import MEGABYTE
from app.door import access
from app.services.imports.work.runs import PASTE, TABLE, ZIP, Handed
from app.web.form_fields import clean
from sheets.reading import Limits
from sheets.reading.kinds import not_taken

FILES, PASTED, KEPT, DROPPED = "files", "pasted", "kept", "dropped"
PASTED_NAME = "粘贴的表格"
MOST_MB = Limits().file_bytes // MEGABYTE
HEAD = 16  # bytes that tell what a file is
EMPTY = "是空的，请检查后重新选择。"
TOO_LARGE = f"超过 {MOST_MB} MB。请拆成几个文件，或把里面的照片压缩后再选。"
PICTURE = "是一张照片。台账的照片请打成 zip 压缩包，和表格一起选上。"


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a form brought: the files in the store, and a sentence for each that is not."""

    files: tuple[Handed, ...] = ()
    refused: tuple[str, ...] = ()


def take_in() -> Arrived:
    """The files of the request: those kept from its last showing, the new, and what was pasted.

    Call it before the request's own session is opened.
    """
    files, refused = list(_kept()), []
    for sent in request.files.getlist(FILES):
        if not sent.filename:
            continue
        why = _why_not(sent)
        if why:
            refused.append(f"“{sent.filename}”{why}")
        else:
            files.append(_store(sent))
    return Arrived(tuple(dict.fromkeys(files)), tuple(refused))


def pasted() -> Handed | None:
    """What stood in the box for pasting, in the store; None where it was blank."""
    text = clean(request.form.get(PASTED))
    if not text:
        return None
    data = text.encode()
    return Handed(PASTED_NAME, PASTE, extensions.photos().store.put_original(data), len(data))


def kept_value(handed: Handed) -> str:
    """A stored file as a hidden field of its owner's form; nobody can name another's file."""
    told = [handed.name, handed.kind, handed.sha256, handed.size]
    return _signer().dumps(told)


def _kept() -> Iterator[Handed]:
    dropped = set(request.form.getlist(DROPPED))
    for value in request.form.getlist(KEPT):
        if value in dropped:
            continue
        try:
            name, kind, sha256, size = _signer().loads(value)
        except (BadSignature, ValueError):
            continue  # a form of an earlier sign-in, or nobody's
        yield Handed(name, kind, sha256, size)


def _signer() -> URLSafeSerializer:
    owner = access.current_actor().user_id
    return URLSafeSerializer(extensions.settings().secret_key, salt=f"import-file-{owner}")


def _why_not(sent: FileStorage) -> str:
    """Why a file is not taken, to stand behind its name; the rest is judged when it is read."""
    head = sent.stream.read(HEAD)
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    if not head:
        return EMPTY
    if size > MOST_MB * MEGABYTE:
        return TOO_LARGE
    sentence = not_taken(head)
    if sentence is not None and sentence.startswith("这是图片"):
        return PICTURE
    return f"读不了：{sentence}" if sentence else ""


def _store(sent: FileStorage) -> Handed:
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    sha256 = extensions.photos().store.put_stream(sent.stream)
    name = clean(sent.filename).replace("\\", "/").rpartition("/")[2] or "未命名"
    return Handed(name, ZIP if name.lower().endswith(".zip") else TABLE, sha256, size)
