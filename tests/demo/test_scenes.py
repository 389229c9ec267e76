"""Drawn pictures: repeatable, different from each other, and like a phone's in size."""

import hashlib
import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from app.demo.scenes import KINDS, draw

TAKEN = datetime(2026, 10, 12, 2, 30, tzinfo=UTC)


def test_the_same_arguments_draw_the_same_bytes():
    one = draw("rubbish", "before", 7, taken_at=TAKEN)
    assert one == draw("rubbish", "before", 7, taken_at=TAKEN)


def test_before_after_other_takes_and_other_corners_all_differ():
    pictures = [
        draw("manhole", "before", 1),
        draw("manhole", "after", 1),
        draw("manhole", "after", 1, take=1),
        draw("manhole", "before", 1, close=True),
        draw("manhole", "before", 2),
        draw("manhole", "after", 1, take=2, fixed=False),
    ]
    pixels = {hashlib.sha256(Image.open(io.BytesIO(p)).tobytes()).hexdigest() for p in pictures}
    assert len(pixels) == len(pictures)


def test_a_picture_is_a_jpeg_of_a_phones_size_with_its_time():
    picture = draw("bikes", "before", 3, taken_at=TAKEN)
    assert 90_000 < len(picture) < 420_000
    image = Image.open(io.BytesIO(picture))
    assert (image.format, image.size) == ("JPEG", (1280, 960))
    assert image.getexif().get_ifd(0x8769)[0x9003] == "2026:10:12 10:30:00"


def test_another_size_is_drawn_on_request():
    assert Image.open(io.BytesIO(draw("lamp", "after", 3, (640, 480)))).size == (640, 480)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_shows_something_that_is_gone_or_mended_afterwards(kind):
    pictures = [
        Image.open(io.BytesIO(draw(kind, "before", 5, taken_at=TAKEN, fixed=fixed))).resize(
            (64, 48)
        )
        for fixed in (False, True)
    ]
    before, after = (picture.convert("L").tobytes() for picture in pictures)
    changed = sum(abs(one - two) > 16 for one, two in zip(before, after, strict=True))
    assert changed >= 10
