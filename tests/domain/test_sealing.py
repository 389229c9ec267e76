"""What a phone seals, and what the server believes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.sealing import Sealed, holds, mac_of, same_place

KEY = "0f" * 32
ISSUED = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
RECEIVED = ISSUED + timedelta(hours=3)
SHA = "a" * 64
SENT = {
    "v": 1, "nonce": "n1", "device": "d1", "sequence": 7, "taken_at": "2026-11-23T02:00:00.123Z",
    "lat": "41.8797000", "lng": "123.9572000", "accuracy": "12.0", "sha256": SHA,
    # HMAC-SHA256 of the text below, by another program
    "mac": "6f2c0d93823319f90251b4d27cee45a7d22b767079eee92e8348e8e19bbd0960",
}  # fmt: skip
TEXT = (
    "v1\nn1\nd1\n7\n2026-11-23T02:00:00.123Z\n41.8797000\n123.9572000\n12.0\n" + SHA
)  # fmt: skip


def believed(sealed: Sealed, **known) -> bool:
    words = {"key": KEY, "issued_at": ISSUED, "received_at": RECEIVED, "sha256": SHA}
    return holds(sealed, **(words | known))


def again(**changes) -> Sealed:
    """Sealed by the phone itself, with other words."""
    sealed = replace(read(), **changes)
    return replace(sealed, mac=mac_of(KEY, sealed.text))


def read(**changes) -> Sealed:
    sealed = Sealed.read(SENT | changes)
    assert sealed is not None
    return sealed


def test_the_text_and_its_seal_are_those_of_the_phone():
    assert read().text == TEXT
    assert mac_of(KEY, TEXT) == SENT["mac"]
    assert believed(read())
    assert believed(read(mac=SENT["mac"].upper()))
    assert read().instant == datetime(2026, 11, 23, 2, 0, 0, 123000, tzinfo=UTC)
    assert (read().place, read().accuracy_m) == ((41.8797, 123.9572), 12.0)


def test_any_word_that_changes_breaks_it():
    for name in ("nonce", "device", "taken_at", "lat", "lng", "accuracy", "mac"):
        assert not believed(read(**{name: SENT[name][:-1] + "9"})), name
    assert not believed(read(sequence=8))
    assert not believed(read(), key="1f" * 32)
    assert not believed(read(), sha256="b" * 64)


def test_the_servers_own_times_bound_the_phones_clock():
    minute = timedelta(minutes=1)
    for at, good in (
        (ISSUED - 2 * minute, True), (ISSUED - 3 * minute, False),
        (RECEIVED + 2 * minute, True), (RECEIVED + 3 * minute, False),
    ):  # fmt: skip
        assert believed(again(taken_at=at.isoformat())) is good, at
    for nothing in ("", "yesterday", "2026-11-23T02:00:00", "0001-01-01T00:00:00+23:00"):
        assert not believed(again(taken_at=nothing)), nothing


def test_what_cannot_be_a_seal_is_none():
    for changes in (
        {"v": 2}, {"sequence": "7"}, {"sequence": True}, {"sequence": 0}, {"sequence": 2**31},
        {"mac": None}, {"lat": 41.8}, {"nonce": "n" * 65},
    ):  # fmt: skip
        assert Sealed.read(SENT | changes) is None, changes
    assert Sealed.read({}) is None


def test_a_place_told_beside_the_seal_must_be_the_sealed_one():
    assert same_place(read(), None)
    assert same_place(read(), (41.87970004, 123.9572))
    assert not same_place(read(), (41.8798, 123.9572))
    assert not same_place(read(lat="", lng=""), (41.8797, 123.9572))
    assert read(lat="nan").place is None
