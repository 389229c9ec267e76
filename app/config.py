"""What an installation sets from outside: read once from the environment, then frozen."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self

from app.db import ROOT
from app.services.people.passwords import SHORTEST as LOWEST_PASSWORD_LENGTH

SHORTEST_SECRET = 32
FEWEST_SIGNS = 10
KNOWN_SECRETS = ("secret", "changeme", "change-me", "password", "development", "example", "xiaohao")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
MEGABYTE = 1024 * 1024
LONGEST_ADDRESS = 100  # the QR code on a photo stays readable


class ConfigurationError(RuntimeError):
    """The installation cannot start like this; the text says what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides; durations and sizes carry their unit in the type or name.

    `demo` allows the generated secret, the demo's accounts and a shifted clock, nothing else does.
    `hosts` are the names this site answers to, `address` is where people outside find it
    (`https://name`, for the QR code on photos). Raises ConfigurationError for a secret that anybody
    could guess.
    """

    database_url: str
    instance: Path
    secret_key: str = field(repr=False)
    demo: bool = False
    city: str = "抚顺市"
    hosts: tuple[str, ...] = LOCAL_HOSTS
    address: str = ""
    trusted_proxies: int = 0
    secure_cookies: bool = False
    office_idle: timedelta = timedelta(minutes=30)
    field_idle: timedelta = timedelta(hours=8)
    session_length: timedelta = timedelta(hours=12)
    field_session_length: timedelta = timedelta(hours=24)
    photo_limit_mb: int = 20
    upload_limit_mb: int = 200
    password_length: int = 10
    clock_ahead: timedelta = timedelta()
    photo_code_key_id: str = "1"
    photo_code_keys: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse what must not start."""
        if not self.demo:
            _require_secret(self.secret_key)
        if self.clock_ahead and not self.demo:
            raise ConfigurationError(
                "XIAOHAO_DEMO_CLOCK_AHEAD_SECONDS is for rehearsals of the demo: evidence carries"
                " the true time. Remove it."
            )
        if self.password_length < LOWEST_PASSWORD_LENGTH:
            raise ConfigurationError(
                f"XIAOHAO_PASSWORD_LENGTH must be at least {LOWEST_PASSWORD_LENGTH}."
            )

    @property
    def upload_limit(self) -> int:
        """The largest request body, in bytes."""
        return self.upload_limit_mb * MEGABYTE

    @property
    def photos(self) -> Path:
        """Where the photo store keeps its files."""
        return self.instance / "photos"

    @property
    def uploads(self) -> Path:
        """Where files grow that are sent piece by piece."""
        return self.instance / "uploads"

    @property
    def exports(self) -> Path:
        """Where ledgers are kept."""
        return self.instance / "exports"

    def photo_code_key(self, key_id: str) -> bytes:
        """The key of the photo codes made under `key_id`, older ones included.

        A key that is not set by name is derived from the secret, each id its own.
        """
        given = self.photo_code_keys.get(key_id)
        if given is not None:
            return given.encode()
        text = f"photo-code:{key_id}".encode()
        return hmac.new(self.secret_key.encode(), text, hashlib.sha256).digest()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """The settings of this process.

        With nothing of an installation set (no DATABASE_URL, SECRET_KEY or XIAOHAO_INSTANCE) it
        is the demo on an SQLite file under `instance/`; XIAOHAO_DEMO says so explicitly.
        """
        read = _Reader(os.environ if environment is None else environment)
        bare = not any(map(read.text, ("DATABASE_URL", "SECRET_KEY", "XIAOHAO_INSTANCE")))
        demo = read.flag("XIAOHAO_DEMO", default=bare)
        instance = Path(read.text("XIAOHAO_INSTANCE") or ROOT / "instance").resolve()
        secret = read.text("SECRET_KEY") or (kept_secret(instance) if demo else "")
        hosts = tuple(h.strip() for h in read.text("XIAOHAO_HOSTS").split(",") if h.strip())
        return cls(
            database_url=read.text("DATABASE_URL") or f"sqlite:///{instance / 'xiaohao.sqlite'}",
            instance=instance,
            secret_key=secret,
            demo=demo,
            city=read.text("XIAOHAO_CITY") or "抚顺市",
            hosts=hosts or LOCAL_HOSTS,
            address=read.address("XIAOHAO_ADDRESS"),
            trusted_proxies=read.number("XIAOHAO_TRUSTED_PROXIES", 0),
            secure_cookies=read.flag("XIAOHAO_SECURE_COOKIES", default=False),
            office_idle=timedelta(minutes=read.number("XIAOHAO_OFFICE_IDLE_MINUTES", 30)),
            field_idle=timedelta(hours=read.number("XIAOHAO_FIELD_IDLE_HOURS", 8)),
            session_length=timedelta(hours=read.number("XIAOHAO_SESSION_HOURS", 12)),
            field_session_length=timedelta(hours=read.number("XIAOHAO_FIELD_SESSION_HOURS", 24)),
            photo_limit_mb=read.number("XIAOHAO_PHOTO_LIMIT_MB", 20),
            upload_limit_mb=read.number("XIAOHAO_UPLOAD_LIMIT_MB", 200),
            password_length=read.number("XIAOHAO_PASSWORD_LENGTH", 10),
            clock_ahead=timedelta(seconds=read.shift("XIAOHAO_DEMO_CLOCK_AHEAD_SECONDS")),
            photo_code_key_id=read.text("XIAOHAO_PHOTO_CODE_KEY_ID") or "1",
            photo_code_keys=read.pairs("XIAOHAO_PHOTO_CODE_KEYS"),
        )


class _Reader:
    """Typed reading of the environment; a value it cannot read names itself."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str) -> str:
        return self._environment.get(name, "").strip()

    def number(self, name: str, default: int) -> int:
        text = self.text(name)
        if not text:
            return default
        if not text.isdecimal():
            raise ConfigurationError(f"{name} must be a whole number, not {text!r}.")
        return int(text)

    def shift(self, name: str) -> int:
        """A whole number that may be negative."""
        text = self.text(name)
        if text and not text.removeprefix("-").isdecimal():
            raise ConfigurationError(f"{name} must be a whole number, not {text!r}.")
        return int(text or 0)

    def flag(self, name: str, *, default: bool) -> bool:
        text = self.text(name).lower()
        if text not in {"", "0", "1", "true", "false", "yes", "no"}:
            raise ConfigurationError(f"{name} must be 1 or 0, not {text!r}.")
        return text in {"1", "true", "yes"} if text else default

    def address(self, name: str) -> str:
        """`https://host` without a slash at its end."""
        text = self.text(name).rstrip("/")
        if text and (not text.startswith(("https://", "http://")) or len(text) > LONGEST_ADDRESS):
            raise ConfigurationError(f"{name} must look like https://xiaohao.example.cn.")
        return text

    def pairs(self, name: str) -> dict[str, str]:
        """`id:key,id:key`"""
        found = {}
        for pair in filter(None, self.text(name).split(",")):
            key_id, _, key = pair.strip().partition(":")
            if not key_id or len(key) < SHORTEST_SECRET:
                raise ConfigurationError(
                    f"{name} wants id:key pairs with keys of {SHORTEST_SECRET} signs or more."
                )
            found[key_id] = key
        return found


def _require_secret(secret: str) -> None:
    hint = (
        "Set SECRET_KEY to a long random text, for example the output of"
        " `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
    )
    if not secret:
        raise ConfigurationError(f"SECRET_KEY is not set. {hint}")
    if len(secret) < SHORTEST_SECRET:
        raise ConfigurationError(f"SECRET_KEY is shorter than {SHORTEST_SECRET} signs. {hint}")
    lowered = secret.lower()
    repeated = any(
        not lowered.replace(known, "").strip("-_ .0123456789") for known in KNOWN_SECRETS
    )
    if repeated or len(set(secret)) < FEWEST_SIGNS:
        raise ConfigurationError(f"SECRET_KEY is one that anybody would guess. {hint}")


def kept_secret(instance: Path) -> str:
    """The demo's own secret, made on the first run; two processes starting at once agree."""
    path = instance / "secret"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        draft = instance / f".secret-{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first, its secret holds
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
