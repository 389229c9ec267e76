"""Masking: what lies under a rectangle cannot be read out of the copy again."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from app.photos.formats import Limits
from app.photos.masking import cover, masked
from app.photos.sandbox import Sandbox

PLATE = (0.25, 0.4, 0.3, 0.1)
LIMITS = Limits()


def street(text: str) -> Image.Image:
    """A grey street with a number plate."""
    picture = Image.new("RGB", (1600, 1200), (120, 130, 140))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((420, 490, 860, 590), fill=(240, 240, 240))
    for place, sign in enumerate(text):
        pen.rectangle((430 + 60 * place, 500, 440 + 60 * place + ord(sign) % 30, 580), fill="black")
    return picture


def data_of(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95, exif=exif_of_a_camera())
    return out.getvalue()


def exif_of_a_camera() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "SECRETMAKER"
    return exif


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def test_a_rectangle_becomes_a_few_blocks_of_few_colours():
    picture = street("ABCDEFG")
    cover(picture, PLATE)
    part = picture.crop((400, 480, 880, 600))
    assert len(part.getcolors(1_000_000)) <= 5 * 3


def test_two_plates_look_the_same_under_the_mask():
    one, other = street("ABCDEFG"), street("CBAEDGF")
    for picture in (one, other):
        cover(picture, PLATE)
    assert one.tobytes() == other.tobytes()


def test_nothing_outside_the_rectangle_changes():
    before, after = street("ABC"), street("ABC")
    cover(after, PLATE)
    for box in ((0, 0, 1600, 479), (0, 601, 1600, 1200), (881, 0, 1600, 1200), (0, 0, 399, 1200)):
        assert before.crop(box).tobytes() == after.crop(box).tobytes()


@pytest.mark.parametrize(
    "rectangle",
    [(0.9, 0.9, 0.5, 0.5), (-0.2, -0.2, 0.3, 0.3), (0, 0, 1, 1), (0.5, 0.5, 0.0001, 0.0001)],
)
def test_rectangles_at_the_edge_are_cut_to_the_picture(rectangle):
    picture = street("ABC")
    before = picture.tobytes()
    cover(picture, rectangle)
    assert picture.size == (1600, 1200)
    assert picture.tobytes() != before or rectangle[2] < 0.001


def test_a_rectangle_beside_the_picture_is_nothing():
    picture = street("ABC")
    before = picture.tobytes()
    cover(picture, (1.2, 0.1, 0.1, 0.1))
    assert picture.tobytes() == before


def test_the_copy_says_nothing_of_the_camera():
    copy = masked(data_of(street("ABC")), [PLATE], limits=LIMITS)
    assert b"SECRETMAKER" not in copy
    assert not Image.open(io.BytesIO(copy)).getexif()


def test_a_turned_photo_is_masked_where_people_see_it():
    upright = Image.new("RGB", (1200, 1600), "white")
    ImageDraw.Draw(upright).rectangle((0, 0, 300, 200), fill="black")
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side: shown turned right
    out = io.BytesIO()
    upright.transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", quality=95, exif=exif)
    copy = opened(masked(out.getvalue(), [(0.0, 0.0, 0.25, 0.125)], limits=LIMITS))
    assert copy.size == (1200, 1600)
    assert max(copy.getpixel((150, 100))) < 64
    assert min(copy.getpixel((800, 1200))) > 200


def test_it_is_done_in_the_limited_process():
    with Sandbox(size=1) as sandbox:
        copy = opened(sandbox.masked(data_of(street("ABCDEFG")), [PLATE]))
    before = street("ABCDEFG")
    assert copy.crop((440, 500, 860, 580)).tobytes() != before.crop((440, 500, 860, 580)).tobytes()
