"""Photos that come with a form: judged and stored, then their rows, and only then the form.

The rows have a short transaction of their own: a form that is refused keeps its photos, so that
nobody stands in the rain and photographs the same corner twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app import clock, extensions
from app.domain.refusals import Refusal, TooMany
from app.door.access import current_actor
from app.services.evidence import allowance, intake
from app.services.evidence.photos import Received, Shot
from app.services.world import load_rules

ALBUM, UNTOLD = "album", ""  # without a script nobody tells: album, where that is allowed


@dataclass(frozen=True, slots=True)
class Arrived:
    """The photos of a form: ids in order, and a sentence for each file that was not taken in."""

    ids: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def take_in(shot: Shot, field: str = "photos") -> Arrived:
    """Take in the files of a multipart form, beside the photos that are here already.

    Read are `<field>` (files), `<field>_from` (camera or album, one a file), `photo_ids` (sent
    before and shown again) and `drop_ids` (of these, no longer wanted). Call it before the
    request's own session is opened: decoding is slow, and on SQLite a writer holds everybody up.
    """
    kept = kept_ids()
    files = [file for file in request.files.getlist(field) if file.filename]
    with extensions.database().reading() as session:
        rules = load_rules(session)
        full = _no_room(session) if files else ""
    if full:
        return Arrived(kept, (full,))
    if len(kept) + len(files) > rules.photos_per_phase:
        most = rules.photos_per_phase
        return Arrived(kept, (f"每次最多 {most} 张照片，现在有 {len(kept) + len(files)} 张。",))
    refused: list[str] = []
    stored = _store(files, refused)
    sources = request.form.getlist(f"{field}_from")
    told = sources if len(sources) == len(files) else [UNTOLD] * len(files)
    ids = list(kept)
    with extensions.database().writing() as session:
        intake.place(session, current_actor(), extensions.photos(), kept, shot)
        for index, received in stored:
            album = told[index] == ALBUM or (told[index] == UNTOLD and rules.album_allowed)
            own = replace(shot, album=album, device_at=intake.camera_time(received))
            _keep(session, index, received, own, ids, refused)
    return Arrived(tuple(dict.fromkeys(ids)), tuple(refused))


def _no_room(session: Session) -> str:
    """Why these files may not come in today, before they are judged and stored; else nothing."""
    try:
        allowance.require_room(session, current_actor(), clock.now(), request.content_length or 0)
    except TooMany as refusal:
        return refusal.sentence
    return ""


def kept_ids() -> tuple[str, ...]:
    """The photos a form brings along from its last showing."""
    dropped = set(dropped_ids())
    ids = (photo_id for photo_id in request.form.getlist("photo_ids") if photo_id not in dropped)
    return tuple(dict.fromkeys(ids))


def dropped_ids() -> tuple[str, ...]:
    """The photos a person has crossed out."""
    return tuple(request.form.getlist("drop_ids"))


def _store(files: Sequence[FileStorage], refused: list[str]) -> list[tuple[int, Received]]:
    room = extensions.photos()
    stored = []
    for index, file in enumerate(files):
        try:
            stored.append((index, room.take_in(file.stream.read())))
        except Refusal as refusal:
            refused.append(f"第 {index + 1} 张：{refusal.sentence}")
    return stored


def _keep(
    session: Session,
    index: int,
    received: Received,
    shot: Shot,
    ids: list[str],
    refused: list[str],
) -> None:
    try:
        photo = intake.keep(
            session, current_actor(), clock.now(), extensions.photos(), received, shot
        )
        ids.append(photo.id)
    except Refusal as refusal:
        refused.append(f"第 {index + 1} 张：{refusal.sentence}")
