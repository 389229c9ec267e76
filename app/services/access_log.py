"""Who looked at an original or took a ledger away, and when."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.models import AccessLog

ORIGINAL = "original"


def note_access(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: str,
    target: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one line; `target` is the id of what was looked at."""
    session.add(
        AccessLog(
            user_id=actor.user_id, kind=kind, target=target, at=now, detail=dict(detail or {})
        )
    )
    session.flush()
