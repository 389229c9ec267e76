"""Accounts: signing in with a lock that counts, new passwords, disabling."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL
from app.domain.refusals import Conflict, Invalid, NotFound, TooMany
from app.domain.roles import Actor, Role
from app.models import LoginAttempt, Organisation, User, UserRole
from app.services.actors import actor_of
from app.services.people import login_sessions, passwords
from app.services.people.passwords import PasswordRules
from app.services.upsert import insert_for

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
LONGEST_LOGIN = 64


@dataclass(frozen=True, slots=True)
class Standing:
    """An active account at a request: its actor, and whether a new password is due first."""

    actor: Actor
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in, already counted; `user_id` is None for a name that is no account."""

    login: str
    user_id: int | None
    password_hash: str
    left: int


def standing_of(session: Session, user_id: int, now: datetime) -> Standing | None:
    """The standing of an active account; else None."""
    user = session.get(User, user_id)  # held, so that the actor's question is the same one
    actor = actor_of(session, user_id, now)
    if actor is None or user is None:
        return None
    return Standing(actor, user.must_change_password)


# --- signing in, in three steps ---
#
# 1 `begin_attempt` counts the try before the password is looked at and is committed, so that
#   neither a refusal's rollback nor fifty tries at once escape the count.
# 2 `passes` is slow and holds no lock.
# 3 `complete_attempt` takes the count back.
# app.web.account.sign_in runs the three in their own short transactions.


def normal_login(login: str) -> str:
    """A login as it is stored: phones like to begin with a capital letter."""
    return login.strip().lower()


def begin_attempt(session: Session, login: str, now: datetime) -> Attempt:
    """Count a try; TooMany while the name is locked, whether it is an account or not."""
    login = normal_login(login)
    if not login or len(login) > LONGEST_LOGIN or "\0" in login:
        raise _wrong(MOST_FAILURES)
    user = session.scalar(select(User).where(User.login == login).with_for_update(of=User))
    counter = user or _unknown_name(session, login, now)
    if counter.locked_until is not None and counter.locked_until > now:
        raise _locked(counter.locked_until)
    if counter.locked_until is not None:
        counter.failed_logins, counter.locked_until = 0, None
    counter.failed_logins += 1
    if counter.failed_logins >= MOST_FAILURES:
        counter.locked_until = now + LOCKED_FOR
    left = max(MOST_FAILURES - counter.failed_logins, 0)
    return Attempt(
        login,
        user.id if user else None,
        user.password_hash if user else passwords.nobodys_hash(),
        left,
    )


def passes(attempt: Attempt, password: str, rules: PasswordRules) -> bool:
    """Whether the password opens the account; as slow for a name that is none."""
    right = passwords.matches(attempt.password_hash, password)
    return right and attempt.user_id is not None and password not in rules.never


def complete_attempt(session: Session, attempt: Attempt, password: str) -> User:
    """The password was right: take the count back, renew an outdated hash.

    Raises Invalid for a disabled account, which only its owner gets to hear.
    """
    user = session.get_one(User, attempt.user_id, with_for_update={"of": User})
    if not user.is_active:
        raise Invalid("account_disabled", "这个账号已停用，请联系系统管理员。")
    user.failed_logins, user.locked_until = 0, None
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    return user


def refusal_of(attempt: Attempt, now: datetime) -> Invalid | TooMany:
    """What a person hears whose password was wrong."""
    return _wrong(attempt.left) if attempt.left else _locked(now + LOCKED_FOR)


def _unknown_name(session: Session, login: str, now: datetime) -> LoginAttempt:
    row = {"login": login, "failed_logins": 0, "last_at": now}
    session.execute(insert_for(session, LoginAttempt).values(row).on_conflict_do_nothing())
    attempt = session.get_one(LoginAttempt, login, with_for_update=True)
    attempt.last_at = now
    return attempt


def _wrong(left: int) -> Invalid:
    more = f"还可以再试 {left} 次。" if left < MOST_FAILURES else ""
    return Invalid("sign_in_wrong", f"账号或密码不正确，请检查后重新输入。{more}")


def _locked(until: datetime) -> TooMany:
    at = until.astimezone(LOCAL)
    minutes = int(LOCKED_FOR.total_seconds() // 60)
    return TooMany(
        "sign_in_locked",
        f"连续 {MOST_FAILURES} 次不正确，账号已锁定 {minutes} 分钟，{at:%H:%M} 以后再试，"
        "或请系统管理员重设密码。",
    )


# --- accounts and their passwords ---


def create_user(
    session: Session,
    *,
    login: str,
    name: str,
    org_code: str,
    roles: Iterable[Role],
    password: str,
    rules: PasswordRules,
    now: datetime,
) -> User:
    """A new account that must change the given password at its first sign-in."""
    login = normal_login(login)
    if not login or len(login) > LONGEST_LOGIN or not login.replace("_", "").isalnum():
        raise Invalid("login", f"账号名请用字母、数字和下划线，不超过 {LONGEST_LOGIN} 个字符。")
    if session.scalar(select(User.id).where(User.login == login)) is not None:
        raise Conflict("login_taken", f"账号名 {login} 已有人使用，请换一个。")
    org = session.scalar(select(Organisation).where(Organisation.code == org_code))
    if org is None:
        raise NotFound("organisation_unknown", f"没有编码为 {org_code} 的单位，请核对单位编码。")
    passwords.require_good(password, rules=rules, login=login, name=name)
    user = User(
        login=login,
        name=name.strip(),
        org_id=org.id,
        password_hash=passwords.hash_password(password),
        must_change_password=True,
        created_at=now,
        roles=[UserRole(role=role.value) for role in sorted(set(roles))],
    )
    session.add(user)
    session.flush()
    return user


def user_of_login(session: Session, login: str) -> User:
    """The account of a login; NotFound."""
    user = session.scalar(select(User).where(User.login == normal_login(login)))
    if user is None:
        raise NotFound("login_unknown", f"没有账号 {login}，请核对账号名。")
    return user


def login_of(session: Session, user_id: int) -> str:
    """The login of an account."""
    return session.get_one(User, user_id).login


def change_password(
    session: Session, user_id: int, new: str, again: str, rules: PasswordRules, now: datetime
) -> User:
    """A person's own new password, the current one having been checked; ends all sessions."""
    if new != again:
        sentence = "两次输入的新密码不一样，请重新输入。"
        raise Invalid("password_again", sentence, fields={"again": sentence})
    user = session.get_one(User, user_id)
    if passwords.matches(user.password_hash, new):
        sentence = "新密码与当前密码相同，请换一个。"
        raise Invalid("password_same", sentence, fields={"new": sentence})
    return _store(session, user, new, rules, now, must_change=False)


def set_password(
    session: Session, user: User, new: str, rules: PasswordRules, now: datetime
) -> User:
    """A password set by an administrator: ends all sessions, opens a lock, wants a change."""
    return _store(session, user, new, rules, now, must_change=True)


def _store(
    session: Session,
    user: User,
    new: str,
    rules: PasswordRules,
    now: datetime,
    *,
    must_change: bool,
) -> User:
    passwords.require_good(new, rules=rules, login=user.login, name=user.name)
    user.password_hash = passwords.hash_password(new)
    user.password_changed_at = now
    user.must_change_password = must_change
    user.failed_logins, user.locked_until = 0, None
    login_sessions.end_all(session, user.id)
    return user


def disable(session: Session, user: User) -> User:
    """Nobody signs in with this account any more; whoever is in goes out."""
    user.is_active = False
    login_sessions.end_all(session, user.id)
    return user
