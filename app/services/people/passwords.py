"""Passwords: Argon2id hashes, and which passwords are good enough."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.refusals import Invalid

# OWASP's second recommendation for Argon2id (19 MiB, 2 passes); at most a few at a time, so that
# a storm of sign-ins takes neither the memory nor both cores.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
AT_ONCE = BoundedSemaphore(4)

LONGEST = 128
SHORTEST = 8
COMMON = frozenset(
    Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split()
)


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a new password must be, and passwords that open nothing here (`never`)."""

    shortest: int = 10
    never: Collection[str] = ()


def hash_password(password: str) -> str:
    """An Argon2id hash with today's parameters; takes some 20 ms."""
    with AT_ONCE:
        return HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether a password belongs to a hash; False for a damaged hash, never an error."""
    with AT_ONCE:
        try:
            return HASHER.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


@lru_cache(maxsize=1)
def nobodys_hash() -> str:
    """A hash that no password opens, so that an unknown name takes as long as a known one."""
    return HASHER.hash("\0nobody")


def require_good(
    password: str, *, rules: PasswordRules, login: str, name: str, where: str = "new"
) -> None:
    """Raise Invalid with a sentence at the field `where` if a password is too easy to guess."""
    sentence = _weakness(password, rules, login, name)
    if sentence:
        raise Invalid("password_weak", sentence, fields={where: sentence})


def _weakness(password: str, rules: PasswordRules, login: str, name: str) -> str:
    lowered = password.lower()
    shortest = max(rules.shortest, SHORTEST)
    if len(password) < shortest:
        return (
            f"密码至少 {shortest} 位，这个只有 {len(password)} 位。几个不相干的词连在一起就很好记。"
        )
    if len(password) > LONGEST:
        return f"密码最长 {LONGEST} 位，请缩短。"
    if "\0" in password:
        return "密码里有无法使用的字符，请换一个。"
    if login.lower() in lowered or (name and name.lower() in lowered):
        return "密码里不要带账号名或姓名，请换一个。"
    if lowered in COMMON or password in rules.never or len(set(lowered)) <= 3:  # noqa: PLR2004
        return "这个密码太常见，别人一猜就中，请换一个。"
    return ""
