"""Pictures and files in cells: taken in, named by a row, given only to who sees the cell."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Attachment
from sheets.catalogue import Field
from sheets.fields import FieldError

PICTURES, FILES = "photos", "file"
AT_ONCE = 1_000
ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that lie in the store, with what their row will say of them."""

    sha256: str
    name: str
    media_type: str
    size: int


def holds_files(field: Field) -> bool:
    """Whether a cell of this field names attachments."""
    return field.kind.key in {PICTURES, FILES}


class OwnFiles:
    """Which attachments belong to which cell: a cell names its own and no others."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cells: dict[tuple[int, str], set[str]] = defaultdict(set)

    def prepare(self, cells: Iterable[tuple[int, Field]]) -> None:
        """Ask at once for the attachments of these cells."""
        fields: dict[str, set[int]] = defaultdict(set)
        for problem_id, field in cells:
            if holds_files(field):
                fields[field.id].add(problem_id)
        for field_id, problem_ids in fields.items():
            for some in _in_turn(sorted(problem_ids)):
                rows = self._session.execute(
                    select(Attachment.problem_id, Attachment.id).where(
                        Attachment.field_id == field_id, Attachment.problem_id.in_(some)
                    )
                )
                for problem_id, attachment_id in rows:
                    self._cells[problem_id, field_id].add(attachment_id)

    def check(self, problem_id: int, field: Field, value: Any) -> None:
        """Raise FieldError where a value names what is not this cell's."""
        if value and not set(value) <= self._cells[problem_id, field.id]:
            raise FieldError(
                f"{field.caption}：只能增减这一格自己的照片或文件，请用上传的方式添加。"
            )


def register(
    session: Session,
    now: datetime,
    owner_id: int,
    problem_id: int,
    field_id: str,
    batch_id: str,
    stored: Sequence[Stored],
) -> list[str]:
    """Write the rows of stored bytes and give their ids; a repeated request finds its own."""
    wanted = {_id_of(batch_id, place, each): each for place, each in enumerate(stored)}
    there = set(session.scalars(select(Attachment.id).where(Attachment.id.in_(wanted))))
    session.add_all(
        Attachment(
            id=attachment_id,
            problem_id=problem_id,
            field_id=field_id,
            owner_id=owner_id,
            name=each.name,
            media_type=each.media_type,
            size=each.size,
            sha256=each.sha256,
            received_at=now,
        )
        for attachment_id, each in wanted.items()
        if attachment_id not in there
    )
    session.flush()
    return list(wanted)


def attachments(session: Session, ids: Sequence[str]) -> list[Attachment]:
    """The attachments of a cell, in its order."""
    rows = {each.id: each for each in _rows(session, ids)}
    return [rows[each] for each in ids if each in rows]


def _rows(session: Session, ids: Sequence[str]) -> Iterator[Attachment]:
    for some in _in_turn(list(ids)):
        yield from session.scalars(select(Attachment).where(Attachment.id.in_(some)))


def _id_of(batch_id: str, place: int, stored: Stored) -> str:
    text = f"{batch_id}|{place}|{stored.sha256}"
    return hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]


def _in_turn(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
