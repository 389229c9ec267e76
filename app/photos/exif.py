"""The few hints read from a photo's EXIF, never trusted and never an error."""

import math
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from app.photos.stamp import plain

LONGEST_HINT = 80
ORIENTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a stored picture upright, by EXIF orientation; 0, 1 and nonsense need nothing."""


@dataclass(frozen=True, slots=True)
class ExifHints:
    """What the camera claims: its local time without a zone, its make, degrees WGS-84."""

    taken_at: datetime | None = None
    make: str | None = None
    model: str | None = None
    software: str | None = None
    lat: float | None = None
    lng: float | None = None

    @property
    def has_position(self) -> bool:
        """Whether the file carried a position; its absence is no suspicion, phones strip it."""
        return self.lat is not None


def read(image: Image.Image) -> tuple[ExifHints, int]:
    """The hints and the orientation (1 when absent or nonsense); never raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _read(image.getexif())
        except Exception:  # a hint is not worth a photo, whatever a parser meets
            return ExifHints(), 1


def read_block(block: bytes | None) -> ExifHints:
    """The hints of a bare EXIF block, as HEIC keeps it; never raises."""
    holder = Image.new("L", (1, 1))
    if block:
        holder.info["exif"] = block
    return read(holder)[0]


def _read(exif: Image.Exif) -> tuple[ExifHints, int]:
    orientation = exif.get(ExifTags.Base.Orientation, 1)
    details = _directory(exif, ExifTags.IFD.Exif)
    lat, lng = _position(_directory(exif, ExifTags.IFD.GPSInfo))
    hints = ExifHints(
        taken_at=_instant(
            details.get(ExifTags.Base.DateTimeOriginal)
            or details.get(ExifTags.Base.DateTimeDigitized)
            or exif.get(ExifTags.Base.DateTime)
        ),
        make=_text(exif.get(ExifTags.Base.Make)),
        model=_text(exif.get(ExifTags.Base.Model)),
        software=_text(exif.get(ExifTags.Base.Software)),
        lat=lat,
        lng=lng,
    )
    return hints, orientation if orientation in ORIENTATIONS else 1


def _directory(exif: Image.Exif, tag: int) -> Mapping[int, Any]:
    # One directory may be broken while the orientation beside it is sound.
    with suppress(Exception):
        found = exif.get_ifd(tag)
        if isinstance(found, dict):
            return found
    return {}


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return (plain(value)[:LONGEST_HINT] or None) if isinstance(value, str) else None


def _instant(value: object) -> datetime | None:
    text = _text(value)
    with suppress(ValueError):
        return datetime.strptime(text or "", "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - EXIF has no zone
    return None


def _position(gps: Mapping[int, Any]) -> tuple[float | None, float | None]:
    lat = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), 90)
    lng = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), 180)
    return (None, None) if lat is None or lng is None else (lat, lng)


def _degrees(parts: Any, hemisphere: object, most: int) -> float | None:
    with suppress(TypeError, ValueError, ZeroDivisionError, OverflowError):
        degrees, minutes, seconds = (float(part) for part in parts)
        value = degrees + minutes / 60 + seconds / 3600
        if math.isfinite(value) and 0 <= value <= most:
            return round(-value if _text(hemisphere) in {"S", "W"} else value, 7)
    return None
