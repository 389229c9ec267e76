"""以…身份查看: a system administrator reads the pages as somebody else, and changes nothing."""

from dataclasses import replace
from datetime import datetime

from flask import request, session
from sqlalchemy.orm import Session

from app.domain.policy import may_change_settings
from app.domain.refusals import NotAllowed
from app.domain.roles import Actor
from app.services import actors

KEY = "view_as"  # in the session of the administrator, on the server
MEANWHILE = frozenset({"rights.leave", "table.stop"})  # changing nothing, they may be sent
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def begin(user_id: int) -> None:
    """From the next request on this session reads as that account."""
    session[KEY] = user_id


def end() -> None:
    """From the next request on this session is its owner's again."""
    session.pop(KEY, None)


def lent_actor(work: Session, own: Actor, now: datetime) -> Actor | None:
    """The actor in whose place the owner of this session looks on, while he still may."""
    user_id = session.get(KEY)
    if not isinstance(user_id, int) or not may_change_settings(own):
        return None
    other = actors.actor_of(work, user_id, now)
    if other is None or may_change_settings(other):
        return None
    return replace(other, lent_to=own.name)


def require_reading(actor: Actor) -> None:
    """Raise NotAllowed for anything but reading while somebody looks on in the actor's place."""
    if request.method in READING or request.endpoint in MEANWHILE:
        return
    raise NotAllowed(
        "viewing.read_only",
        f"您正在以 {actor.name} 的身份查看，只能看，不能办理。请先点“返回我的账号”。",
    )
