"""What an installation may and may not start with."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

import pytest

from app.config import LOCAL_HOSTS, ConfigurationError, Settings, kept_secret
from app.db import ROOT

GOOD = secrets.token_urlsafe(48)


def settings(**environment: str) -> Settings:
    """The settings of these variables and no others."""
    return Settings.from_environment(environment)


def test_a_bare_checkout_is_the_demo_on_a_file_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setattr("app.config.ROOT", tmp_path)

    found = settings()

    assert found.demo
    assert found.database_url == f"sqlite:///{tmp_path / 'instance' / 'xiaohao.sqlite'}"
    assert found.hosts == LOCAL_HOSTS
    assert len(found.secret_key) >= 48


@pytest.mark.parametrize(
    "environment",
    [
        {"DATABASE_URL": "postgresql://city/xiaohao"},
        {"XIAOHAO_INSTANCE": "/srv/xiaohao"},
        {"XIAOHAO_DEMO": "0"},
    ],
)
def test_anything_of_an_installation_wants_its_own_secret(environment):
    with pytest.raises(ConfigurationError, match="SECRET_KEY is not set"):
        settings(**environment)


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("x7f-short", "shorter than 32"),
        ("change-me-change-me-change-me-change-me", "anybody would guess"),
        ("secret" * 8, "anybody would guess"),
        ("a" * 64, "anybody would guess"),
        ("0123456789" * 4, "anybody would guess"),
    ],
)
def test_a_secret_that_anybody_could_guess_does_not_start(secret, said):
    with pytest.raises(ConfigurationError, match=said):
        settings(SECRET_KEY=secret)
    with pytest.raises(ConfigurationError, match=said):
        Settings("sqlite://", Path("x"), secret)


def test_a_long_random_secret_starts(tmp_path):
    found = settings(
        SECRET_KEY=GOOD,
        DATABASE_URL="postgresql://city/xiaohao",
        XIAOHAO_INSTANCE=str(tmp_path),
        XIAOHAO_HOSTS="xiaohao.fushun.example, 10.0.0.8",
        XIAOHAO_OFFICE_IDLE_MINUTES="15",
        XIAOHAO_SECURE_COOKIES="1",
    )

    assert not found.demo
    assert found.hosts == ("xiaohao.fushun.example", "10.0.0.8")
    assert found.office_idle == timedelta(minutes=15)
    assert found.secure_cookies
    assert GOOD not in repr(found)


@pytest.mark.parametrize(
    "environment",
    [
        {"XIAOHAO_TRUSTED_PROXIES": "-1"},
        {"XIAOHAO_UPLOAD_LIMIT_MB": "many"},
        {"XIAOHAO_SECURE_COOKIES": "perhaps"},
        {"XIAOHAO_PHOTO_CODE_KEYS": "1:short"},
        {"XIAOHAO_PASSWORD_LENGTH": "7"},
    ],
)
def test_a_value_that_cannot_be_read_is_named(environment):
    (name,) = environment

    with pytest.raises(ConfigurationError, match=name):
        settings(SECRET_KEY=GOOD, **environment)


def test_the_demos_secret_is_made_once_and_for_the_owner_only(tmp_path):
    first = kept_secret(tmp_path / "instance")

    assert kept_secret(tmp_path / "instance") == first
    assert (tmp_path / "instance" / "secret").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "instance").iterdir()] == ["secret"]


def test_each_key_of_the_photo_codes_is_its_own_and_stays_the_same():
    found = settings(SECRET_KEY=GOOD, XIAOHAO_PHOTO_CODE_KEYS=f"old:{'k' * 40}")

    assert found.photo_code_key("old") == b"k" * 40
    assert found.photo_code_key("1") == found.photo_code_key("1")
    assert found.photo_code_key("1") != found.photo_code_key("2")
    assert GOOD.encode() not in found.photo_code_key("1")


def test_the_demos_password_opens_the_demo_only(tmp_path):
    from app.demo.people import DEMO_PASSWORD
    from app.factory import create_app

    url = f"sqlite:///{tmp_path / 'none.sqlite'}"
    demo = create_app(Settings(url, tmp_path, "any", demo=True)).extensions["sign_in_rules"]
    city = create_app(Settings(url, tmp_path, GOOD)).extensions["sign_in_rules"]

    assert demo.demo_password == DEMO_PASSWORD
    assert demo.demo_accounts
    assert DEMO_PASSWORD in city.passwords.never
    assert not city.demo_accounts


def test_the_checkout_keeps_its_instance_out_of_the_code():
    assert (ROOT / "instance" / ".gitkeep").exists()
