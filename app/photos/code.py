"""The verification code (防伪码) printed on a stamped photo."""

import hashlib
import hmac
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O, U, so that a code read aloud is not misheard."""

HALF = 5
LENGTH = 2 * HALF
MISREAD = str.maketrans("OIL", "011")


def verification_code(
    key: bytes,
    *,
    photo_id: str,
    sha256: str,
    received_at: datetime,
    lat: float | Decimal | None,
    lng: float | Decimal | None,
    user_id: str | int,
) -> str:
    """The code over a photo's stored facts, as XXXXX-XXXXX (domain.md §8.1).

    The instant counts to the second and a position to 7 places, as they are kept, so that the
    same facts read back from any database give the same code. Raises ValueError for a naive
    instant or an empty key.
    """
    if not key:
        raise ValueError("a verification code needs a key")
    if received_at.tzinfo is None:
        raise ValueError("received_at must be aware")
    instant = received_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    facts = (photo_id, sha256, instant, _degrees(lat), _degrees(lng), str(user_id))
    digest = hmac.new(key, "|".join(facts).encode(), hashlib.sha256).digest()
    bits = int.from_bytes(digest, "big") >> (len(digest) * 8 - LENGTH * 5)
    characters = "".join(ALPHABET[bits >> (5 * place) & 31] for place in reversed(range(LENGTH)))
    return f"{characters[:HALF]}-{characters[HALF:]}"


def normalise(code: str) -> str | None:
    """A code as somebody typed it, as XXXXX-XXXXX; None if it cannot be one.

    Takes lower case, full-width forms, spaces and dashes anywhere, and O, I, L for 0, 1, 1.
    """
    folded = unicodedata.normalize("NFKC", code).upper().translate(MISREAD)
    kept = [
        sign
        for sign in folded
        if not sign.isspace() and unicodedata.category(sign) not in {"Pd", "Cf"} and sign != "−"
    ]
    if len(kept) != LENGTH or any(sign not in ALPHABET for sign in kept):
        return None
    return f"{''.join(kept[:HALF])}-{''.join(kept[HALF:])}"


def _degrees(value: float | Decimal | None) -> str:
    return "" if value is None else format(round(Decimal(str(value)), 7) + 0, ".7f")
