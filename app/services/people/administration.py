"""Accounts in the hands of an administrator: who is there, a new password, in or out."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, Invalid, NotFound
from app.domain.roles import ROLE_LABELS, ROLE_MEANINGS, Actor, Role
from app.models import Organisation, User, UserRole
from app.services import admin_history
from app.services.people import accounts
from app.services.people.passwords import PasswordRules

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


def account(session: Session, user_id: int) -> User:
    """One account; NotFound."""
    return _user(session, user_id)


def _has(word: str) -> list[ColumnElement[bool]]:
    columns = (User.login, User.name, Organisation.name, Organisation.short_name)
    return [column.icontains(word, autoescape=True) for column in columns]


def reset_password(
    session: Session, actor: Actor, user_id: int, rules: PasswordRules, now: datetime
) -> tuple[User, str]:
    """Give an account a new password that nobody chose; it must be changed at the next sign-in.

    Ends all its sessions and opens a lock. The password is told once and kept nowhere.
    """
    user = _user(session, user_id)
    plain = new_password()
    while len(plain) < rules.shortest:
        plain = f"{plain}-{new_password()}"
    _tell(session, actor, now, "reset_password", user, "重设密码")
    return accounts.set_password(session, user, plain, rules, now), plain


def new_password() -> str:
    """A random password that can be read out on the telephone; some 79 bits."""
    groups = ("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def disable(session: Session, actor: Actor, now: datetime, user_id: int) -> User:
    """Nobody signs in with this account any more.

    Raises Conflict for one's own and for the last system administrator in use.
    """
    if user_id == actor.user_id:
        raise Conflict("account.own", "不能停用自己的账号，请由另一位系统管理员办理。")
    user = _user(session, user_id)
    if any(row.role == Role.SYSADMIN.value for row in user.roles):
        _require_another_admin(session, user_id)
    _tell(session, actor, now, "disable_account", user, "停用账号")
    return accounts.disable(session, user)


def enable(session: Session, actor: Actor, now: datetime, user_id: int) -> User:
    """The account may sign in again."""
    user = _user(session, user_id)
    user.is_active = True
    session.flush()
    _tell(session, actor, now, "enable_account", user, "启用账号")
    return user


def set_roles(
    session: Session, actor: Actor, now: datetime, user_id: int, wanted: Iterable[str]
) -> User:
    """Give and take roles; the history says which.

    Raises Invalid for none or an unknown one, Conflict where the last system administrator in
    use would be gone, or oneself would no longer be one.
    """
    user = _user(session, user_id)
    roles = set(wanted)
    if not roles or not roles <= {role.value for role in ROLE_MEANINGS}:
        sentence = "请至少选择一个角色；不再使用的账号请停用。"
        raise Invalid("account.roles", sentence, fields={"roles": sentence})
    before = {row.role for row in user.roles}
    admin = Role.SYSADMIN.value
    if admin in before - roles:
        if user_id == actor.user_id:
            raise Conflict(
                "account.own_admin",
                "不能取消自己的系统管理员角色，请由另一位系统管理员办理。",
            )
        _require_another_admin(session, user_id)
    given = [ROLE_LABELS[role] for role in Role if role.value in roles - before]
    taken = [ROLE_LABELS[role] for role in Role if role.value in before - roles]
    if not given and not taken:
        return user
    user.roles = [row for row in user.roles if row.role in roles]
    user.roles += [UserRole(role=role) for role in sorted(roles - before)]
    session.flush()
    did = [f"增加 {'、'.join(given)}"] if given else []
    did += [f"取消 {'、'.join(taken)}"] if taken else []
    _tell(session, actor, now, "set_roles", user, f"角色：{'；'.join(did)}")
    return user


def _require_another_admin(session: Session, user_id: int) -> None:
    """Conflict unless another system administrator is in use; two who do it at once queue up."""
    admins = session.scalars(
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.SYSADMIN.value, User.is_active)
        .order_by(User.id)
        .with_for_update(of=User)
        .execution_options(populate_existing=True)
    )
    if all(admin.id == user_id for admin in admins):
        raise Conflict(
            "account.last_admin", "这是最后一位在用的系统管理员，请先指定另一位再取消或停用。"
        )


def begin_viewing(session: Session, actor: Actor, now: datetime, user_id: int) -> None:
    """Note that an administrator begins to look on as somebody; Conflict where he may not."""
    user = _user(session, user_id)
    if user_id == actor.user_id or any(row.role == Role.SYSADMIN.value for row in user.roles):
        raise Conflict("viewing.admin", "不能以系统管理员的身份查看，请选择其他账号。")
    if not user.is_active:
        raise Conflict("viewing.disabled", "这个账号已停用，启用后才能以他的身份查看。")
    _tell(session, actor, now, "view_as", user, "：开始以其身份查看")


def end_viewing(session: Session, actor: Actor, now: datetime, user_id: int | None) -> None:
    """Note that an administrator no longer looks on as somebody."""
    if user_id is not None:
        _tell(session, actor, now, "view_as_end", _user(session, user_id), "：结束以其身份查看")


def _tell(session: Session, actor: Actor, now: datetime, kind: str, user: User, text: str) -> None:
    told = f"{user.org.short_name} {user.name}（{user.login}）{text}"
    admin_history.record(session, actor, now, admin_history.ACCOUNTS, kind, str(user.id), told)


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("account.unknown", "没有这个账号，请刷新后再试。")
    return user
