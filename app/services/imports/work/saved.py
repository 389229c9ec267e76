"""Imports kept under a name, to be repeated with the next file."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.models import SavedImport
from app.services.imports.work.runs import load_own, person_of, saved_of_id
from sheets.text import one_line

LONGEST = 100


def save(session: Session, actor: Actor, now: datetime, run_id: int, name: str) -> SavedImport:
    """Keep a run's section and settings as one's own; the same name replaces. Raises Invalid."""
    run = load_own(session, actor, run_id)
    clean = one_line(name).strip()[:LONGEST]
    if not clean:
        raise Invalid("import.no_name", "请给这个导入起个名字。", fields={"name": "请填写名称。"})
    found = next((one for one in saved_of(session, actor) if one.name == clean), None)
    if found is None:
        found = SavedImport(
            owner_id=person_of(actor),
            name=clean,
            settings={},
            created_at=now,
        )
        session.add(found)
    found.section_id, found.settings = run.section_id, dict(run.settings)
    session.flush()
    run.saved_id = found.id
    return found


def saved_of(session: Session, actor: Actor) -> list[SavedImport]:
    """One's own, those used last first."""
    return list(
        session.scalars(
            select(SavedImport)
            .where(SavedImport.owner_id == actor.user_id, SavedImport.deleted_at.is_(None))
            .order_by(SavedImport.used_at.desc().nulls_last(), SavedImport.id.desc())
        )
    )


def forget(session: Session, actor: Actor, now: datetime, saved_id: int) -> None:
    """Delete one; runs made with it stay. Raises NotFound."""
    saved_of_id(session, actor, saved_id).deleted_at = now
    session.flush()
