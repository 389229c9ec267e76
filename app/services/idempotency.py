"""Repeated requests: the same key from the same person changes nothing and gets the same answer."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, Invalid
from app.domain.roles import Actor
from app.models import IdempotencyKey
from app.services.upsert import insert_for

KEY_MAX = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that is ours for this transaction, or the result an earlier request left."""

    session: Session
    row_id: int | None = None
    earlier: dict[str, Any] | None = None

    def keep(self, result: Mapping[str, Any]) -> None:
        """Store the result under the key, in the same transaction as what it did."""
        if self.row_id is not None:
            self.session.execute(
                update(IdempotencyKey)
                .where(IdempotencyKey.id == self.row_id)
                .values(result=dict(result))
            )


def request_fingerprint(parts: Mapping[str, Any]) -> str:
    """What was asked for, as a hash: the same key with another request is refused."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def result_of(session: Session, actor: Actor, key: str) -> dict[str, Any] | None:
    """What an earlier request under this key came to; None where there was none.

    For senders who cannot tell whether an answer got lost: they ask before they say it all again.
    """
    return session.scalar(
        select(IdempotencyKey.result).where(
            IdempotencyKey.actor_id == actor.user_id, IdempotencyKey.key == key
        )
    )


def claim(
    session: Session, actor: Actor, key: str | None, parts: Mapping[str, Any], now: datetime
) -> Claim:
    """Take the key before anything is done.

    A copy of the request waits here until the first one has committed, and then finds its
    result. Raises Conflict if the key was used for another request, Invalid if it is too long.
    """
    if not key or actor.user_id is None:
        return Claim(session)
    if len(key) > KEY_MAX:
        raise Invalid("idempotency.key_too_long", f"Idempotency-Key 最多 {KEY_MAX} 个字符。")
    fingerprint = request_fingerprint(parts)
    row_id = session.scalar(
        insert_for(session, IdempotencyKey)
        .values(actor_id=actor.user_id, key=key, fingerprint=fingerprint, result={}, created_at=now)
        .on_conflict_do_nothing(index_elements=["actor_id", "key"])
        .returning(IdempotencyKey.id)
    )
    if row_id is not None:
        return Claim(session, row_id=row_id)
    row = session.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.actor_id == actor.user_id, IdempotencyKey.key == key
        )
    ).one()
    if row.fingerprint != fingerprint:
        raise Conflict(
            "idempotency.key_reused", "这个请求编号已用于另一个内容不同的请求，请换一个编号。"
        )
    return Claim(session, earlier=row.result)
