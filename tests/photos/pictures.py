"""Pictures drawn for the tests, and where the collected ones are."""

import io
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageDraw

from app.photos.stamp import StampFacts

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
LINES = (
    "整改前 待编号",
    "2026-11-22 16:04:05 星期日 · 设备时间 15:55:05",
    "抚顺市新抚区站前街道东一路 12 号百货大楼南门前人行道",
    "41.881234,123.957321 (WGS-84) ±15 m",
    "站前街道办事处 张建国",
    "防伪码 8K3QX-7ZP2M",
)
FACTS = StampFacts(
    phase_label="整改前",
    number=None,
    received_at=datetime(2026, 11, 22, 8, 4, 5, tzinfo=UTC),
    org_name="站前街道办事处",
    person_name="张建国",
    code="8K3QX-7ZP2M",
    address="东一路 12 号",
    lat=41.8812345,
    lng=123.957321,
    accuracy_m=14.6,
)


def shared(*parts: str) -> Path:
    """A collected file or folder; the test is skipped where the collection is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no collected pictures at {path}")
    return path


def scene(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    """A picture that is different in each corner, with fine detail."""
    chance = random.Random(width * 10_000 + height)
    picture = Image.new("RGB", (width, height), (120, 150, 180))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width // 3, height // 3), fill=(200, 40, 40))
    pen.rectangle((2 * width // 3, 0, width, height // 4), fill=(40, 160, 60))
    pen.rectangle((0, 2 * height // 3, width // 5, height), fill=(30, 60, 190))
    for _ in range(200):
        x, y = chance.randrange(width), chance.randrange(height)
        pen.ellipse((x, y, x + 9, y + 9), fill=tuple(chance.randrange(256) for _ in range(3)))
    return picture if mode == "RGB" else picture.convert(mode)


def saved(picture: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def photo(width: int = 800, height: int = 600, form: str = "JPEG", **options: object) -> bytes:
    """A drawn photo as a file."""
    return saved(scene(width, height), form, **options)


def opened(data: bytes) -> Image.Image:
    """A finished picture, decoded."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def telling_exif(orientation: int = 1) -> Image.Exif:
    """EXIF that says too much: who made the camera, its serial number, and where it was."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "TellingMaker"
    exif[ExifTags.Base.Model] = "TellingModel"
    exif[ExifTags.Base.Software] = "TellingEditor"
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = "2026:09:24 09:30:01"
    details[ExifTags.Base.BodySerialNumber] = "TellingSerial"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (41.0, 52.0, 52.44)
    gps[ExifTags.GPS.GPSLongitudeRef] = "E"
    gps[ExifTags.GPS.GPSLongitude] = (123.0, 57.0, 26.36)
    return exif


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures at 32 by 24 pixels, 0 to 255."""
    small = [bytes(image.convert("RGB").resize((32, 24)).tobytes()) for image in (one, other)]
    return sum(abs(a - b) for a, b in zip(*small, strict=True)) / len(small[0])
