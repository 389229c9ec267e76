"""The pictures of an import: judged and stored before any row names them, or refused in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid, NotFound
from app.domain.roles import Actor
from app.models import ImportPicture, ImportRun
from app.services.evidence.photos import Received
from app.services.evidence.room import PhotoRoom
from app.services.imports.reading.records import ReadRecord
from app.services.long_work import Sessions
from app.services.upsert import insert_for
from sheets.reading import RawPicture

AT_ONCE = 24  # pictures between two signs of life, written in one transaction
HANDS = 2  # as many as the photo room has processes
BUSY = "photo.busy"
LONGEST_NAME = 200
NOT_TAKEN = "图片“{name}”没有导入：{sentence}"
GONE = "没有找到这张图片，它可能已随导入一起删除。"

Watch = Callable[[int], None]


def take_in_pictures(
    sessions: Sessions,
    room: PhotoRoom,
    run_id: int,
    pictures: Iterable[RawPicture],
    watch: Watch,
) -> dict[str, str]:
    """Put the pictures of a run into the store, each once; what was done before is left alone.

    No transaction is open while pictures are decoded. `watch` is told how many are done after
    every few; what it raises stops the work, and what is done stays. Gives the sentences of the
    refused ones by hash, for `flag_refused`.
    """
    with sessions.writing() as session:
        known = _settled(session, run_id)
    waiting = _each_once(pictures, set(known))
    done = 0
    with ThreadPoolExecutor(max_workers=HANDS) as hands:
        while batch := list(islice(waiting, AT_ONCE)):
            rows = list(hands.map(lambda one: _judged(room, run_id, one), batch))
            with sessions.writing() as session:
                _write(session, rows)
            known |= {str(row["sha256"]): str(row["refused"]) for row in rows}
            done += len(batch)
            watch(done)
    return {sha256: sentence for sha256, sentence in known.items() if sentence}


def flag_refused(record: ReadRecord, refused: Mapping[str, str]) -> None:
    """Take the refused pictures from a record; a flag on their phase says why."""
    kept = []
    for placed in record.pictures:
        sentence = refused.get(placed.picture.sha256)
        if sentence is None:
            kept.append(placed)
            continue
        name = placed.picture.name
        why = NOT_TAKEN.format(name=name, sentence=sentence)
        record.flag(placed.phase or "before", name, why)
    record.pictures = kept


def picture_of(session: Session, actor: Actor, run: ImportRun, sha256: str) -> ImportPicture:
    """A stored picture of a run that this actor was given; raises NotFound.

    The run comes from `import_runs.load_own`, which has asked who may see it.
    """
    if actor.user_id is None:
        raise NotFound("import.picture", GONE)
    found = session.get(ImportPicture, (run.id, sha256))
    if found is None or found.refused:
        raise NotFound("import.picture", GONE)
    return found


def pictures_of(session: Session, run_id: int) -> dict[str, Received]:
    """What the photo room found out about the stored pictures of a run, by hash."""
    rows = session.scalars(
        select(ImportPicture).where(ImportPicture.run_id == run_id, ImportPicture.refused == "")
    )
    return {row.sha256: Received(**row.facts) for row in rows}


def _settled(session: Session, run_id: int) -> dict[str, str]:
    """The sentences of the pictures that need no second look, by hash; empty for stored ones."""
    rows = session.scalars(select(ImportPicture).where(ImportPicture.run_id == run_id))
    return {row.sha256: row.refused for row in rows if row.facts.get("code") != BUSY}


def _each_once(pictures: Iterable[RawPicture], seen: set[str]) -> Iterator[RawPicture]:
    for picture in pictures:
        if picture.sha256 not in seen:
            seen.add(picture.sha256)
            yield picture


def _judged(room: PhotoRoom, run_id: int, picture: RawPicture) -> dict[str, Any]:
    """The row of a picture: stored with what was found out, or the sentence that refuses it."""
    row = {"run_id": run_id, "sha256": picture.sha256, "name": picture.name[:LONGEST_NAME]}
    try:
        received = room.take_in(picture.data)
    except Invalid as refusal:
        return row | {"facts": {"code": refusal.code}, "refused": refusal.sentence}
    return row | {"facts": asdict(received), "refused": ""}


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    insert = insert_for(session, ImportPicture)
    found = {name: insert.excluded[name] for name in ("facts", "refused")}
    session.execute(
        insert.on_conflict_do_update(index_elements=["run_id", "sha256"], set_=found), rows
    )
