"""Pictures as a phone sends them in a form."""

from __future__ import annotations

import io
from datetime import datetime

from PIL import Image, ImageDraw

from app.domain.calendars import LOCAL

MAKE, MODEL, TIME = 0x010F, 0x0110, 0x0132
GPS, LAT_REF, LAT, LNG_REF, LNG = 0x8825, 1, 2, 3, 4
PLACE = {"lat": "41.8797000", "lng": "123.9572000", "accuracy_m": "12.0"}


def jpeg(number: int, *, taken_at: datetime | None = None, with_position: bool = False) -> bytes:
    """A picture like no other, 640 by 480, with what a camera writes into it."""
    picture = Image.new("RGB", (640, 480), (110 + number % 100, 140, 160))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40 + number % 300, 60, 240 + number % 300, 300), fill=(90, 60, number % 256))
    exif = Image.Exif()
    exif[MAKE], exif[MODEL] = "SHILI", f"Phone {number}"
    if taken_at is not None:
        local = taken_at.astimezone(LOCAL) if taken_at.tzinfo else taken_at
        exif[TIME] = f"{local.year:04}:{local:%m:%d %H:%M:%S}"
    if with_position:
        exif[GPS] = {LAT_REF: "N", LAT: (41.0, 52.0, 46.0), LNG_REF: "E", LNG: (123.0, 57.0, 25.0)}
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80, exif=exif)
    return out.getvalue()


def shot(number: int, name: str = "") -> tuple[io.BytesIO, str]:
    """A picture as the file of a form."""
    return io.BytesIO(jpeg(number)), name or f"IMG_{number}.jpg"


def broken() -> tuple[io.BytesIO, str]:
    """A file that calls itself a picture."""
    return io.BytesIO(b"\xff\xd8\xff" + b"not a picture " * 100), "IMG_broken.jpg"
