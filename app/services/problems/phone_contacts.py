"""What a phone takes along into the field: the nonce of its last contact and the key to it."""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.domain.sealing import TOLERANCE
from app.models import PhoneContact

SAME_FOR = timedelta(hours=1)  # within it a phone gets the nonce it has
KEPT_FOR = timedelta(days=60)  # a phone that was away for longer seals anew
DEVICE = re.compile(r"[A-Za-z0-9_-]{8,64}")
KEY_BYTES = 32
ID_BYTES = 16


def check_device(device: str) -> str:
    """The phone's own name for itself; raises Invalid."""
    if not DEVICE.fullmatch(device):
        raise Invalid(
            "phone.device", "手机的标识不对，请刷新页面后再试。", fields={"device": "标识不对"}
        )
    return device


def current(session: Session, actor: Actor, device: str, now: datetime) -> PhoneContact | None:
    """The nonce this phone got within the hour, and not from a clock that was put back since."""
    return session.scalar(
        select(PhoneContact)
        .where(
            PhoneContact.user_id == actor.user_id,
            PhoneContact.device == device,
            PhoneContact.issued_at > now - SAME_FOR,
            PhoneContact.issued_at <= now + TOLERANCE,
        )
        .order_by(PhoneContact.issued_at.desc())
        .limit(1)
    )


def issue(session: Session, actor: Actor, device: str, now: datetime) -> PhoneContact:
    """A new nonce, or the one that another request of the same phone got a moment ago."""
    if actor.user_id is None:
        raise ValueError("a phone is somebody's")
    known = current(session, actor, device, now)
    if known is not None:
        return known
    contact = PhoneContact(
        id=secrets.token_hex(ID_BYTES),
        user_id=actor.user_id,
        device=check_device(device),
        key=secrets.token_hex(KEY_BYTES),
        issued_at=now,
    )
    session.add(contact)
    session.flush()
    return contact


def forget_old(session: Session, now: datetime) -> int:
    """Drop the nonces of phones that have not been seen for long; how many."""
    gone = session.scalars(
        delete(PhoneContact)
        .where(PhoneContact.issued_at < now - KEPT_FOR)
        .returning(PhoneContact.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
