"""What a phone seals when the shutter is pressed, and whether what arrived is what was sealed."""

import hashlib
import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

TOLERANCE = timedelta(minutes=2)  # what a phone's clock may be off and still be believed
VERSION = 1
LONGEST = 64  # signs of each part
LARGEST_SEQUENCE = 2**31 - 1
SAME_PLACE = 1e-6  # degrees; what is left after seven decimals
LEAST_EXACT = 100_000  # metres; a place that may be off by more is none


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed, as it was sent: positions are texts, because the seal covers the text."""

    nonce: str
    device: str
    sequence: int
    taken_at: str
    lat: str
    lng: str
    accuracy: str
    sha256: str
    mac: str

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> Self | None:
        """From the JSON of the phone; None for anything that cannot be a seal."""
        names = ("nonce", "device", "taken_at", "lat", "lng", "accuracy", "sha256", "mac")
        texts = {name: sent.get(name) for name in names}
        sequence = sent.get("sequence")
        if sent.get("v") != VERSION or not _is_sequence(sequence):
            return None
        if not all(map(_is_line, texts.values())):
            return None
        return cls(sequence=int(str(sequence)), **{name: str(texts[name]) for name in names})

    @property
    def text(self) -> str:
        """What the seal covers, line by line."""
        parts = (
            f"v{VERSION}", self.nonce, self.device, str(self.sequence), self.taken_at,
            self.lat, self.lng, self.accuracy, self.sha256,
        )  # fmt: skip
        return "\n".join(parts)

    @property
    def instant(self) -> datetime | None:
        """When the shutter was pressed, by the phone's clock; None if that is no instant."""
        try:
            found = datetime.fromisoformat(self.taken_at)
            return found.astimezone(UTC) if found.tzinfo is not None else None
        except (ValueError, OverflowError):  # the latter at the ends of the calendar
            return None

    @property
    def place(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees; None where none was known."""
        lat, lng = _number(self.lat), _number(self.lng)
        if lat is None or lng is None or abs(lat) > 90 or abs(lng) > 180:  # noqa: PLR2004
            return None
        return lat, lng

    @property
    def accuracy_m(self) -> float | None:
        """How far the place may be off, in metres; None where that is no distance."""
        metres = _number(self.accuracy)
        return metres if metres is not None and 0 <= metres <= LEAST_EXACT else None


def mac_of(key: str, text: str) -> str:
    """The seal of a text under a contact's key (hex), as hex."""
    return hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()


def holds(
    sealed: Sealed, *, key: str, issued_at: datetime, received_at: datetime, sha256: str
) -> bool:
    """Whether the seal is of this picture, by this key, and of a time between the two instants.

    The phone's clock counts only as far as the server's own bound it.
    """
    taken = sealed.instant
    if taken is None or sealed.sha256 != sha256:
        return False
    if not issued_at - TOLERANCE <= taken <= received_at + TOLERANCE:
        return False
    return hmac.compare_digest(mac_of(key, sealed.text).encode(), sealed.mac.lower().encode())


def same_place(sealed: Sealed, told: tuple[float, float] | None) -> bool:
    """Whether a place that was told beside the seal is the one that was sealed."""
    if told is None:
        return True
    place = sealed.place
    return place is not None and all(
        abs(one - other) <= SAME_PLACE for one, other in zip(place, told, strict=True)
    )


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _is_line(text: object) -> bool:
    """Also: no two lines in one, which would let one seal cover two meanings."""
    return isinstance(text, str) and len(text) <= LONGEST and text.isprintable()


def _is_sequence(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_SEQUENCE
