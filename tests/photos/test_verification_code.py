"""The code printed on a stamp, and reading it back."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from app.photos.code import ALPHABET, normalise, verification_code

KEY = b"a key of the server, kept apart"
AT = datetime(2026, 11, 22, 8, 4, 5, 987_654, tzinfo=UTC)
FACTS = {
    "photo_id": "p-1",
    "sha256": "a" * 64,
    "received_at": AT,
    "lat": 41.8812345,
    "lng": 123.957321,
    "user_id": 7,
}


def code(key: bytes = KEY, **changes: object) -> str:
    return verification_code(key, **{**FACTS, **changes})


def test_a_code_is_five_and_five_of_crockfords_characters() -> None:
    halves = code().split("-")
    assert [len(half) for half in halves] == [5, 5]
    assert set("".join(halves)) <= set(ALPHABET)


def test_the_code_is_the_first_fifty_bits_of_the_keyed_hash() -> None:
    # Worked out apart from the product: HMAC-SHA256 of the line below, in base32.
    # p-1|aaaa…|2026-11-22T08:04:05Z|41.8812345|123.9573210|7
    import base64
    import hashlib
    import hmac

    line = f"p-1|{'a' * 64}|2026-11-22T08:04:05Z|41.8812345|123.9573210|7"
    rfc = base64.b32encode(hmac.new(KEY, line.encode(), hashlib.sha256).digest()).decode()[:10]
    crockford = rfc.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET))
    assert code() == f"{crockford[:5]}-{crockford[5:]}"


@pytest.mark.parametrize(
    "change",
    [
        {"photo_id": "p-2"},
        {"sha256": "b" * 64},
        {"received_at": AT + timedelta(seconds=1)},
        {"lat": 41.8812346},
        {"lng": None},
        {"user_id": 8},
        {"key": b"another key"},
    ],
)
def test_every_fact_and_the_key_change_the_code(change: dict[str, object]) -> None:
    assert code(**change) != code()


def test_facts_read_back_from_a_database_give_the_same_code() -> None:
    beijing = AT.astimezone(timezone(timedelta(hours=8))).replace(microsecond=0)
    again = code(received_at=beijing, lat=Decimal("41.88123450"), lng=123.9573210, user_id="7")
    assert again == code()


def test_minus_nothing_is_nothing() -> None:
    assert code(lat=-0.0) == code(lat=0.0) == code(lat=-0.00000001)


@pytest.mark.parametrize(
    "typed",
    ["8k3qx-7zp2m", " 8K3QX 7ZP2M ", "８Ｋ３ＱＸ－７ＺＰ２Ｍ", "8K3QX7ZP2M", "8K3QX—7ZP2M"],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert normalise(typed) == "8K3QX-7ZP2M"


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert normalise("oOiIl-LABCD") == "00111-1ABCD"


@pytest.mark.parametrize("typed", ["", "8K3QX-7ZP2", "8K3QX-7ZP2MM", "8K3QX-7ZP2U", "防伪码八三"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalise(typed) is None


def test_a_missing_key_or_a_naive_instant_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="key"):
        code(key=b"")
    with pytest.raises(ValueError, match="aware"):
        code(received_at=AT.replace(tzinfo=None))
