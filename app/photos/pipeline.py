"""From an upload's bytes to its facts, its thumbnail and its stamped copy."""

import io
from dataclasses import dataclass

from PIL import Image

from app.photos.band import draw_band
from app.photos.decode import LARGEST_SIDE, WANTED_SHORT, Decoded, decode
from app.photos.exif import ExifHints
from app.photos.formats import Format, Limits, fingerprint
from app.photos.typeface import Typeface, default_typeface

STAMP_QUALITY = 82
THUMB_QUALITY = 80
THUMB_SIDE = 480


@dataclass(frozen=True, slots=True)
class Inspected:
    """An upload that is a photo: pixels of the original turned upright, and a thumbnail JPEG."""

    sha256: str
    format: Format
    width: int
    height: int
    byte_size: int
    hints: ExifHints
    thumb: bytes


@dataclass(frozen=True, slots=True)
class Processed:
    """An upload's facts and its stamped copy, a JPEG in sRGB that carries no metadata."""

    inspected: Inspected
    stamped: bytes


def inspect_and_thumb(
    data: bytes, *, limits: Limits | None = None, sha256: str | None = None
) -> Inspected:
    """Decode once for the facts and a thumbnail (JPEG, longest side 480); raises PhotoRefused."""
    return _inspected(data, decode(data, limits or Limits()), sha256)


def stamp_copy(
    data: bytes,
    lines: tuple[str, ...],
    *,
    link: str = "",
    limits: Limits | None = None,
    typeface: Typeface | None = None,
) -> bytes:
    """The stamped copy alone, for a photo whose facts are known; raises PhotoRefused."""
    return _stamped(decode(data, limits or Limits()).image, lines, link, typeface)


def process(
    data: bytes,
    lines: tuple[str, ...],
    *,
    link: str = "",
    limits: Limits | None = None,
    typeface: Typeface | None = None,
    sha256: str | None = None,
) -> Processed:
    """Facts, thumbnail and stamped copy from one decode; raises PhotoRefused.

    `sha256` saves a second pass over bytes that the caller has already hashed.
    """
    decoded = decode(data, limits or Limits())
    inspected = _inspected(data, decoded, sha256)  # before the stamp is drawn over the picture
    return Processed(inspected, _stamped(decoded.image, lines, link, typeface))


def encode(image: Image.Image, quality: int) -> bytes:
    """A JPEG with nothing in it but the picture."""
    clean = image.copy() if image.info else image
    clean.info = {}
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=quality)
    return out.getvalue()


def shrink(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    """The picture fitted inside `box`, coarse halving first; never enlarged."""
    scale = min(box[0] / image.width, box[1] / image.height)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    coarse = image.reduce(int(1 / scale)) if scale <= 1 / 2 else image
    return coarse if coarse.size == size else coarse.resize(size, Image.Resampling.BICUBIC)


def _inspected(data: bytes, decoded: Decoded, sha256: str | None) -> Inspected:
    return Inspected(
        sha256=sha256 or fingerprint(data),
        format=decoded.format,
        width=decoded.width,
        height=decoded.height,
        byte_size=len(data),
        hints=decoded.hints,
        thumb=encode(shrink(decoded.image, (THUMB_SIDE, THUMB_SIDE)), THUMB_QUALITY),
    )


def _stamped(
    image: Image.Image, lines: tuple[str, ...], link: str, typeface: Typeface | None
) -> bytes:
    shorter, longer = sorted(image.size)
    scale = min(WANTED_SHORT / shorter, LARGEST_SIDE / longer)
    if scale > 1:
        # A picture smaller than a screen is enlarged: its stamp would be unreadable otherwise.
        size = (round(image.width * scale), round(image.height * scale))
        image = image.resize(size, Image.Resampling.BICUBIC)
    draw_band(image, lines, typeface or default_typeface(), link)
    return encode(image, STAMP_QUALITY)
