"""Personal access tokens of the JSON interface: shown once, kept as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid, NotFound
from app.domain.roles import Actor
from app.models import ApiToken

PREFIX = "xh_"
LONGEST_NAME = 100
LONGEST_DAYS = 365
MOST_TOKENS = 20


def hash_of(plain: str) -> str:
    """SHA-256 as hex: a token is 32 random bytes, so a slow hash would add nothing."""
    return hashlib.sha256(plain.encode()).hexdigest()


def create_token(
    session: Session, actor: Actor, name: str, days: int, now: datetime
) -> tuple[ApiToken, str]:
    """A new token and its plain text, which is shown once and kept nowhere; valid `days` days."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(
            "token_name",
            "请写明令牌的用途。",
            fields={"name": f"请写明令牌的用途，不超过 {LONGEST_NAME} 个字。"},
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(
            "token_days",
            f"有效期为 1 到 {LONGEST_DAYS} 天。",
            fields={"days": f"请填 1 到 {LONGEST_DAYS} 之间的天数。"},
        )
    if len([token for token in tokens_of(session, actor) if is_valid(token, now)]) >= MOST_TOKENS:
        raise Invalid("token_many", f"有效的令牌已有 {MOST_TOKENS} 个，请先停用不再使用的。")
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=actor.user_id,
        name=name,
        token_hash=hash_of(plain),
        hint=plain[:7],
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    return token, plain


def tokens_of(session: Session, actor: Actor) -> list[ApiToken]:
    """An actor's tokens, newest first."""
    newest_first = select(ApiToken).order_by(ApiToken.created_at.desc(), ApiToken.id.desc())
    return list(session.scalars(newest_first.where(ApiToken.user_id == actor.user_id)))


def is_valid(token: ApiToken, now: datetime) -> bool:
    """Neither revoked nor expired."""
    return token.revoked_at is None and token.expires_at > now


def revoke_token(session: Session, actor: Actor, token_id: int, now: datetime) -> ApiToken:
    """Stop one's own token; stopping it again changes nothing. NotFound for anybody else's."""
    token = session.get(ApiToken, token_id)
    if token is None or token.user_id != actor.user_id:
        raise NotFound("token_unknown", "没有这个令牌，请刷新页面后再看。")
    if token.revoked_at is None:
        token.revoked_at = now
    return token


def find_token(session: Session, plain: str, now: datetime) -> ApiToken | None:
    """The valid token of this plain text."""
    if not plain.startswith(PREFIX):
        return None
    token = session.scalar(select(ApiToken).where(ApiToken.token_hash == hash_of(plain)))
    return token if token is not None and is_valid(token, now) else None


def touch_token(session: Session, token_id: int, now: datetime) -> None:
    """Note that a token was used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
