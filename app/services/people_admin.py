"""Accounts in the hands of an administrator: who is there, a new password, in or out."""

import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, NotFound
from app.domain.roles import Actor
from app.models import Organisation, User
from app.services import accounts
from app.services.passwords import PasswordRules

MOST_SHOWN = 200
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another
GROUPS, GROUP = 4, 4


def people(session: Session, search: str = "") -> list[User]:
    """Accounts whose login, name or unit has the words, by unit; 200 at most."""
    wanted = select(User).join(Organisation, Organisation.id == User.org_id)
    for word in search.split()[:5]:
        wanted = wanted.where(or_(*_has(word)))
    order = (Organisation.position, Organisation.path, User.login)
    return list(session.scalars(wanted.order_by(*order).limit(MOST_SHOWN)))


def _has(word: str) -> list[ColumnElement[bool]]:
    columns = (User.login, User.name, Organisation.name, Organisation.short_name)
    return [column.icontains(word, autoescape=True) for column in columns]


def reset_password(
    session: Session, user_id: int, rules: PasswordRules, now: datetime
) -> tuple[User, str]:
    """Give an account a new password that nobody chose; it must be changed at the next sign-in.

    Ends all its sessions and opens a lock. The password is told once and kept nowhere.
    """
    user = _user(session, user_id)
    plain = new_password()
    while len(plain) < rules.shortest:
        plain = f"{plain}-{new_password()}"
    return accounts.set_password(session, user, plain, rules, now), plain


def new_password() -> str:
    """A random password that can be read out on the telephone; some 79 bits."""
    groups = ("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def disable(session: Session, actor: Actor, user_id: int) -> User:
    """Nobody signs in with this account any more. Raises Conflict for one's own."""
    if user_id == actor.user_id:
        raise Conflict("account.own", "不能停用自己的账号，请由另一位系统管理员办理。")
    return accounts.disable(session, _user(session, user_id))


def enable(session: Session, user_id: int) -> User:
    """The account may sign in again."""
    user = _user(session, user_id)
    user.is_active = True
    session.flush()
    return user


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("account.unknown", "没有这个账号，请刷新后再试。")
    return user
