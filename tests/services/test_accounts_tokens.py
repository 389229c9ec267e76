"""Personal access tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.refusals import Invalid, NotFound
from app.models import User
from app.services.actors import actor_of
from app.services.people import tokens
from tests.builders import MONDAY


@pytest.fixture
def session(city_database):
    """A session on the small city."""
    with city_database.session(write=True) as session:
        yield session
        session.rollback()


@pytest.fixture
def actor(city):
    """The reviewer."""
    return city.actors["reviewer"]


def actor_of_token(session, plain, now):
    """Whom a request with this token comes from, as the door asks it."""
    token = tokens.find_token(session, plain, now)
    return actor_of(session, token.user_id, now) if token else None


def test_a_token_stands_for_its_person_and_only_its_hash_is_kept(session, city, actor):
    token, plain = tokens.create_token(session, actor, "办公室电脑", 90, MONDAY)

    assert plain.startswith("xh_")
    assert plain not in {token.token_hash, token.hint}
    assert plain.startswith(token.hint)
    assert actor_of_token(session, plain, MONDAY) == actor


@pytest.mark.parametrize("plain", ["", "xh_", "xh_wrong", "Bearer x", "x" * 5000])
def test_what_is_no_token_stands_for_nobody(session, city, plain):
    assert actor_of_token(session, plain, MONDAY) is None


def test_a_token_ends_on_its_day(session, actor):
    _, plain = tokens.create_token(session, actor, "短期", 1, MONDAY)

    assert actor_of_token(session, plain, MONDAY + timedelta(hours=23)) == actor
    assert actor_of_token(session, plain, MONDAY + timedelta(hours=25)) is None


def test_a_revoked_token_is_dead_and_may_be_revoked_again(session, actor):
    token, plain = tokens.create_token(session, actor, "短期", 1, MONDAY)

    tokens.revoke_token(session, actor, token.id, MONDAY)
    tokens.revoke_token(session, actor, token.id, MONDAY + timedelta(hours=1))

    assert token.revoked_at == MONDAY
    assert actor_of_token(session, plain, MONDAY) is None


def test_a_disabled_person_has_no_tokens_that_work(session, actor):
    _, plain = tokens.create_token(session, actor, "短期", 1, MONDAY)
    session.get_one(User, actor.user_id).is_active = False
    session.flush()

    assert actor_of_token(session, plain, MONDAY) is None


def test_nobody_revokes_or_sees_anothers_token(session, city, actor):
    token, _ = tokens.create_token(session, actor, "短期", 1, MONDAY)

    with pytest.raises(NotFound):
        tokens.revoke_token(session, city.actors["checker"], token.id, MONDAY)
    assert tokens.tokens_of(session, city.actors["checker"]) == []


@pytest.mark.parametrize(("name", "days"), [("", 1), ("x" * 101, 1), ("好", 0), ("好", 366)])
def test_a_token_without_a_purpose_or_an_end_is_refused(session, actor, name, days):
    with pytest.raises(Invalid) as caught:
        tokens.create_token(session, actor, name, days, MONDAY)

    assert caught.value.fields


def test_twenty_valid_tokens_are_enough(session, actor):
    for number in range(tokens.MOST_TOKENS):
        tokens.create_token(session, actor, f"第 {number} 个", 1, MONDAY)

    with pytest.raises(Invalid, match="已有 20 个"):
        tokens.create_token(session, actor, "再一个", 1, MONDAY)
    tokens.create_token(session, actor, "再一个", 1, MONDAY + timedelta(days=2))
