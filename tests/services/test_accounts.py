"""Signing in, and the passwords one signs in with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.domain.refusals import Conflict, Invalid, NotFound, Refusal, TooMany
from app.domain.roles import Role
from app.models import LoginAttempt, LoginSession, User
from app.services.people import accounts, login_sessions, passwords
from app.services.people.passwords import PasswordRules
from tests.builders import MONDAY
from tests.cities import PASSWORD as RIGHT

RULES = PasswordRules()


@pytest.fixture
def session(city_database: Database) -> Iterator[Session]:
    """A session on the small city."""
    with city_database.session(write=True) as session:
        yield session
        session.rollback()


@pytest.fixture
def user(session: Session) -> User:
    """The account `reviewer`, whose password is RIGHT."""
    return accounts.user_of_login(session, "reviewer")


def sign_in(session: Session, login: str, password: str, now=MONDAY, rules=RULES) -> User:
    """The three steps, in one session."""
    attempt = accounts.begin_attempt(session, login, now)
    if not accounts.passes(attempt, password, rules):
        raise accounts.refusal_of(attempt, now)
    return accounts.complete_attempt(session, attempt, password)


def fail(session: Session, login: str, times: int, now=MONDAY) -> list[Refusal]:
    """The refusals of so many wrong passwords."""
    refusals = []
    for _ in range(times):
        with pytest.raises(Refusal) as caught:
            sign_in(session, login, "wrong", now)
        refusals.append(caught.value)
    return refusals


def test_the_right_password_opens_the_account(session, user):
    assert sign_in(session, "reviewer", RIGHT).id == user.id
    assert user.failed_logins == 0


def test_a_phone_that_begins_with_a_capital_letter_signs_in_too(session, user):
    assert sign_in(session, " Reviewer ", RIGHT).id == user.id


@pytest.mark.parametrize("login", ["reviewer", "nobody_here"])
def test_five_failures_lock_a_name_for_a_quarter_of_an_hour_known_or_not(session, user, login):
    refusals = fail(session, login, 5)

    assert [type(refusal) for refusal in refusals] == [Invalid] * 4 + [TooMany]
    assert refusals[0].sentence == "账号或密码不正确，请检查后重新输入。还可以再试 4 次。"
    assert "09:15 以后再试" in refusals[4].sentence
    with pytest.raises(TooMany):
        sign_in(session, login, RIGHT, MONDAY + timedelta(minutes=14))


def test_a_known_and_an_unknown_name_hear_the_same_words(session, user):
    known, unknown = (fail(session, login, 5) for login in ("reviewer", "nobody_here"))

    assert [r.sentence for r in known] == [r.sentence for r in unknown]


def test_after_the_lock_the_right_password_opens_again(session, user):
    fail(session, "reviewer", 5)

    assert sign_in(session, "reviewer", RIGHT, MONDAY + timedelta(minutes=16)).id == user.id
    assert user.locked_until is None


def test_after_the_lock_there_are_five_new_tries(session, user):
    fail(session, "reviewer", 5)

    refusals = fail(session, "reviewer", 5, MONDAY + timedelta(minutes=16))
    assert [r.status for r in refusals] == [422, 422, 422, 422, 429]


def test_signing_in_takes_earlier_failures_back(session, user):
    for _ in range(3):
        fail(session, "reviewer", 4)
        sign_in(session, "reviewer", RIGHT)


def test_tries_at_once_cannot_escape_the_count(session, user):
    attempts = [accounts.begin_attempt(session, "reviewer", MONDAY) for _ in range(5)]

    assert [attempt.left for attempt in attempts] == [4, 3, 2, 1, 0]
    with pytest.raises(TooMany):
        accounts.begin_attempt(session, "reviewer", MONDAY)


@pytest.mark.parametrize("login", ["", "x" * 65, "null\0byte"])
def test_a_name_that_cannot_be_one_is_refused_like_any_wrong_one(session, login):
    with pytest.raises(Invalid, match="账号或密码不正确"):
        accounts.begin_attempt(session, login, MONDAY)

    assert session.scalars(select(LoginAttempt)).all() == []


def test_an_unknown_name_is_checked_against_a_hash_that_costs_the_same(session):
    attempt = accounts.begin_attempt(session, "nobody_here", MONDAY)

    assert attempt.user_id is None
    assert attempt.password_hash.split("$")[3] == passwords.hash_password("x").split("$")[3]
    assert not accounts.passes(attempt, "\0nobody", RULES)


def test_a_disabled_account_says_so_only_to_its_owner(session, user):
    accounts.disable(session, user)

    with pytest.raises(Invalid, match="已停用"):
        sign_in(session, "reviewer", RIGHT)
    assert "密码不正确" in fail(session, "reviewer", 1)[0].sentence
    assert accounts.standing_of(session, user.id, MONDAY) is None


def test_a_hash_with_old_parameters_is_renewed_at_sign_in(session, user):
    old = passwords.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
    user.password_hash = old.hash(RIGHT)

    sign_in(session, "reviewer", RIGHT)

    assert "m=19456" in user.password_hash
    assert sign_in(session, "reviewer", RIGHT).id == user.id


def test_a_damaged_hash_opens_nothing_and_breaks_nothing(session, user):
    user.password_hash = "!"

    assert fail(session, "reviewer", 1)[0].status == 422


def test_the_demos_password_opens_nothing_outside_the_demo(session, user):
    outside = PasswordRules(never=(RIGHT,))

    with pytest.raises(Invalid):
        sign_in(session, "reviewer", RIGHT, rules=outside)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short-one", "至少 10 位，这个只有 9 位"),
        ("x" * 129, "最长 128 位"),
        ("my reviewer 2026", "不要带账号名"),
        ("我是审核员，记住了啊啊", "不要带账号名或姓名"),
        ("Password123", "太常见"),
        ("1qaz2wsx3edc", "太常见"),
        ("111222111222", "太常见"),
        ("long enough\0but odd", "无法使用的字符"),
        ("Xiaohao-Shili-2026", "太常见"),
    ],
)
def test_a_weak_password_is_refused_with_a_sentence_at_its_field(password, said):
    rules = PasswordRules(never=("Xiaohao-Shili-2026",))

    with pytest.raises(Invalid) as caught:
        passwords.require_good(password, rules=rules, login="reviewer", name="审核员")

    assert said in caught.value.fields["new"]


@pytest.mark.parametrize("password", ["correct horse", "路灯·井盖·梧桐·石阶·白墙", "kq7.bn2-xw"])
def test_a_good_password_needs_no_special_signs(password):
    passwords.require_good(password, rules=RULES, login="reviewer", name="审核员")


def test_the_floor_of_eight_holds_whatever_the_setting_says():
    with pytest.raises(Invalid, match="至少 8 位"):
        passwords.require_good("kq7.bn2", rules=PasswordRules(shortest=1), login="a", name="甲")


def test_a_new_password_ends_every_session_of_the_person_and_nobody_elses(session, user):
    other = accounts.user_of_login(session, "checker")
    for number, owner in enumerate((user, user, other)):
        login_sessions.begin(
            session, f"{number}" * 64, owner.id, {}, MONDAY, MONDAY + timedelta(hours=1)
        )

    accounts.change_password(session, user.id, "全新的密码 2027", "全新的密码 2027", RULES, MONDAY)

    left = session.scalars(select(LoginSession.user_id)).all()
    assert left == [other.id]
    assert sign_in(session, "reviewer", "全新的密码 2027").password_changed_at == MONDAY


def test_two_different_new_passwords_are_refused(session, user):
    with pytest.raises(Invalid) as caught:
        accounts.change_password(
            session, user.id, "全新的密码 2027", "全新的密码 2028", RULES, MONDAY
        )

    assert caught.value.fields.keys() == {"again"}


def test_the_old_password_is_not_a_new_one(session, user):
    with pytest.raises(Invalid, match="与当前密码相同"):
        accounts.change_password(session, user.id, RIGHT, RIGHT, RULES, MONDAY)


def test_a_password_set_by_an_administrator_must_be_changed_and_opens_the_lock(session, user):
    fail(session, "reviewer", 5)

    accounts.set_password(session, user, "临时密码 七月十五日", RULES, MONDAY)

    assert sign_in(session, "reviewer", "临时密码 七月十五日").must_change_password
    standing = accounts.standing_of(session, user.id, MONDAY)
    assert standing is not None
    assert standing.must_change_password


def make_user(session: Session, **changes: object) -> User:
    """A new account in 站前街道, with changes."""
    facts: dict = {
        "login": "zhanqian_2",
        "name": "站前新人",
        "org_code": "210402001",
        "roles": [Role.REPORTER, Role.UNIT_USER],
        "password": "临时密码 七月十五日",
        "rules": RULES,
        "now": MONDAY,
    }
    return accounts.create_user(session, **(facts | changes))


def test_a_new_account_signs_in_and_must_change_its_password(session, user):
    made = make_user(session, login="Zhanqian_2")

    standing = accounts.standing_of(session, made.id, MONDAY)
    assert standing is not None
    assert standing.must_change_password
    assert standing.actor.org_name == "站前街道"
    assert standing.actor.roles == {Role.REPORTER, Role.UNIT_USER}
    assert sign_in(session, "zhanqian_2", "临时密码 七月十五日").id == made.id


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"login": "reviewer"}, Conflict),
        ({"login": "a b"}, Invalid),
        ({"login": ""}, Invalid),
        ({"org_code": "999"}, NotFound),
        ({"password": "12345678"}, Invalid),
    ],
)
def test_an_account_that_cannot_be_is_refused(session, user, changes, kind):
    with pytest.raises(kind):
        make_user(session, **changes)


def test_the_sweep_takes_what_has_expired_and_old_failures_of_unknown_names(session, user):
    for number, hours in enumerate((-1, 1)):
        login_sessions.begin(
            session, f"{number}" * 64, None, {}, MONDAY, MONDAY + timedelta(hours=hours)
        )
    fail(session, "old_name", 1, MONDAY - timedelta(days=2))
    fail(session, "new_name", 1)

    login_sessions.sweep(session, MONDAY)

    assert session.scalars(select(LoginSession.token_hash)).all() == ["1" * 64]
    assert session.scalars(select(LoginAttempt.login)).all() == ["new_name"]


def test_an_ended_session_is_not_brought_back_by_a_late_answer(session, user):
    login_sessions.begin(session, "a" * 64, user.id, {}, MONDAY, MONDAY + timedelta(hours=1))
    login_sessions.end_all(session, user.id)

    assert not login_sessions.save(session, "a" * 64, MONDAY, {"x": 1})
    assert login_sessions.find(session, "a" * 64, MONDAY) is None
