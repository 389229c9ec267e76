"""What people confirmed while importing, kept for their section: columns of a shape, words."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.models import ImportMemory

SHAPE, WORD = "shape", "word"
LONGEST_KEY = 200
Columns = dict[str, dict[str, str | None]]
Words = dict[tuple[str, str], str]


def remembered_of(session: Session, section_ids: Collection[int]) -> dict[int, Columns]:
    """By section: shape -> key of a column -> its field, None for one that is left out."""
    found: dict[int, Columns] = defaultdict(dict)
    for row in _rows(session, section_ids, SHAPE):
        found[row.section_id][row.key] = dict(row.value)
    return dict(found)


def words_of(session: Session, section_ids: Collection[int]) -> dict[int, Words]:
    """By section: (field, text of a file) -> what it means, "" to leave such cells empty."""
    found: dict[int, Words] = defaultdict(dict)
    for row in _rows(session, section_ids, WORD):
        value = row.value
        found[row.section_id][value["field"], value["raw"]] = value["text"]
    return dict(found)


def remember_columns(
    session: Session,
    actor: Actor,
    now: datetime,
    section_id: int,
    shape: str,
    columns: Mapping[str, str | None],
) -> None:
    """Keep what columns of a shape are; what was said of others of them before stays."""
    row = _row(session, section_id, SHAPE, shape)
    row.value = {**(row.value or {}), **columns}
    row.by_id, row.updated_at = actor.user_id, now
    session.flush()


def remember_word(
    session: Session,
    actor: Actor,
    now: datetime,
    section_id: int,
    field_id: str,
    raw: str,
    text: str,
) -> bool:
    """Keep what a text of a field means; False for one that is too long to come again."""
    key = f"{field_id}:{raw}"
    if not raw or len(key) > LONGEST_KEY:
        return False
    row = _row(session, section_id, WORD, key)
    row.value = {"field": field_id, "raw": raw, "text": text}
    row.by_id, row.updated_at = actor.user_id, now
    session.flush()
    return True


def forget_word(session: Session, section_id: int | None, field_id: str, raw: str) -> None:
    """No longer know what a text of a field means."""
    session.execute(
        delete(ImportMemory).where(
            ImportMemory.section_id == section_id,
            ImportMemory.kind == WORD,
            ImportMemory.key == f"{field_id}:{raw}",
        )
    )


def _rows(session: Session, section_ids: Collection[int], kind: str) -> list[ImportMemory]:
    wanted = select(ImportMemory).where(
        ImportMemory.section_id.in_(section_ids), ImportMemory.kind == kind
    )
    return list(session.scalars(wanted.order_by(ImportMemory.id)))


def _row(session: Session, section_id: int, kind: str, key: str) -> ImportMemory:
    found = session.scalar(
        select(ImportMemory).where(
            ImportMemory.section_id == section_id,
            ImportMemory.kind == kind,
            ImportMemory.key == key,
        )
    )
    if found is None:
        found = ImportMemory(section_id=section_id, kind=kind, key=key, value={})
        session.add(found)
    return found
