"""Frames between the web process and the limited one: a short JSON head, then plain bytes.

The side that decodes pictures is not trusted by the other: nothing is unpickled, every length is
checked before it is read.
"""

import json
from datetime import datetime
from typing import Any, BinaryIO

from app.photos.exif import ExifHints
from app.photos.formats import Format
from app.photos.pipeline import Inspected

LONGEST_HEAD = 64 * 1024
MOST_BLOBS = 2
WORD = 4


class BrokenFrame(Exception):
    """The other side went away, or sent what no honest one would."""


def send(out: BinaryIO, head: dict[str, Any], *blobs: bytes) -> None:
    """Write one frame and flush it; raises OSError when the reader has gone."""
    text = json.dumps({**head, "blobs": [len(blob) for blob in blobs]}).encode()
    out.write(len(text).to_bytes(WORD, "big") + text)
    for blob in blobs:
        out.write(blob)
    out.flush()


def receive(source: BinaryIO, most_bytes: int) -> tuple[dict[str, Any], list[bytes]] | None:
    """Read one frame; None at a clean end. Raises BrokenFrame when cut, over-long or no JSON."""
    word = source.read(WORD)
    if not word:
        return None
    length = int.from_bytes(word, "big")
    if len(word) < WORD or length > LONGEST_HEAD:
        raise BrokenFrame("head")
    try:
        head = json.loads(_exactly(source, length))
        lengths = [int(size) for size in head["blobs"]]
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenFrame("head") from error
    if len(lengths) > MOST_BLOBS or any(size < 0 or size > most_bytes for size in lengths):
        raise BrokenFrame("blobs")
    return head, [_exactly(source, size) for size in lengths]


def pack(inspected: Inspected) -> dict[str, Any]:
    """The facts of a photo as JSON values; its thumbnail and its hash travel apart."""
    hints = inspected.hints
    return {
        "format": inspected.format.value,
        "width": inspected.width,
        "height": inspected.height,
        "taken_at": hints.taken_at.isoformat() if hints.taken_at else None,
        "make": hints.make,
        "model": hints.model,
        "software": hints.software,
        "lat": hints.lat,
        "lng": hints.lng,
    }


def unpack(facts: Any, thumb: bytes, *, sha256: str, byte_size: int) -> Inspected:
    """The facts read back, each of its own type; hash and size are the caller's own counts."""
    try:
        taken_at = facts["taken_at"]
        hints = ExifHints(
            taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
            lat=None if facts["lat"] is None else float(facts["lat"]),
            lng=None if facts["lng"] is None else float(facts["lng"]),
            **{name: facts[name] and str(facts[name]) for name in ("make", "model", "software")},
        )
        return Inspected(
            sha256=sha256,
            format=Format(facts["format"]),
            width=int(facts["width"]),
            height=int(facts["height"]),
            byte_size=byte_size,
            hints=hints,
            thumb=thumb,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenFrame("facts") from error


def _exactly(source: BinaryIO, length: int) -> bytes:
    data = source.read(length)
    if len(data) != length:
        raise BrokenFrame("cut short")
    return data
