"""Who looked at an original or took a ledger away, and when."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.refusals import NotAllowed
from app.domain.roles import Actor
from app.models import AccessLog

ORIGINAL = "original"
UNSTAMPED = "unstamped"  # the whole picture, to draw a mask on


def note_access(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: str,
    target: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one line; `target` is the id of what was looked at.

    Raises NotAllowed for whoever only looks on in this person's place.
    """
    if actor.lent_to:
        raise NotAllowed(
            "viewing.download",
            f"您正在以 {actor.name} 的身份查看，下载会记在他名下，所以不能下载。请先返回我的账号。",
        )
    session.add(
        AccessLog(
            user_id=actor.user_id, kind=kind, target=target, at=now, detail=dict(detail or {})
        )
    )
    session.flush()
