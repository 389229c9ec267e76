"""Copies are found among many pictures, and two shots of one corner are not taken for copies."""

import io
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from app.demo.scenes.studio import draw
from app.photos.band import draw_band
from app.photos.likeness import Guess, guesses, likeness
from app.photos.near_copies import NearCopies
from app.photos.side_by_side import compare
from app.photos.typeface import default_typeface
from tests.photos.pictures import saved

CHANCE = np.random.default_rng(3)


@cache
def scene(phase: str, seed: str = "corner", kind: str = "leaves") -> Image.Image:
    return Image.open(io.BytesIO(draw(kind, phase, seed, (640, 480)))).convert("RGB")


def cropped(picture: Image.Image) -> Image.Image:
    return picture.crop((40, 30, picture.width - 25, picture.height - 12))


TRICKS = {
    "brightened": lambda one: ImageEnhance.Brightness(one).enhance(1.3),
    "shrunk": lambda one: one.resize((200, 150)),
    "cropped": cropped,
    "mirrored": ImageOps.mirror,
    "mirrored and cropped": lambda one: cropped(ImageOps.mirror(one)),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_copy_is_found_among_many_and_recognised(trick):
    kept = CHANCE.integers(0, 2**64, (5_000, 2), dtype=np.uint64)
    own = likeness(scene("before"))
    kept[1234] = (own.middle, own.upper)
    copy = TRICKS[trick](scene("before"))

    candidates = NearCopies(kept).candidates(*guesses(copy))

    assert candidates[0].place == 1234
    found = compare(copy, scene("before"), candidates[0].guesses)
    assert found.is_copy
    assert found.guess.mirrored == ("mirrored" in trick)


def test_pictures_added_later_are_found_before_and_after_the_index_is_made_anew(monkeypatch):
    monkeypatch.setattr("app.photos.near_copies.TAIL", 100)
    index = NearCopies(np.empty((0, 2), dtype=np.uint64))
    own = likeness(scene("before"))
    index.add(np.array([(own.middle, own.upper)], dtype=np.uint64))
    assert [one.place for one in index.candidates(*guesses(scene("before")))] == [0]
    index.add(CHANCE.integers(0, 2**64, (200, 2), dtype=np.uint64))
    assert len(index) == 201
    assert [one.place for one in index.candidates(*guesses(scene("before")))] == [0]


def test_an_honest_after_is_neither_copy_nor_edited():
    found = compare(scene("after"), scene("before"))
    assert not found.is_edited


def test_an_after_painted_over_the_before_is_told_with_the_part_that_is_equal():
    forged = scene("before").copy()
    forged.paste(scene("after", "elsewhere").crop((0, 0, 320, 240)), (320, 240))
    found = compare(forged, scene("before"))
    assert found.is_edited
    assert found.blocks[:20].mean() > found.blocks[28:, 28:].mean()
    assert found.guess == Guess(mirrored=False)


LINES = ("整改后 待编号", "2026-11-22 16:04:05 星期日", "防伪码 8K3QX-7ZP2M")
LINK = "HTTPS://XIAOHAO.EXAMPLE.CN/V/8K3QX7ZP2M"


def stamped(picture: Image.Image) -> Image.Image:
    copy = picture.copy()
    draw_band(copy, LINES, default_typeface(), LINK)
    return copy


def painted(part: float, x: float, y: float) -> Image.Image:
    """The before with another corner of itself over this part, at these shares of the room."""
    picture = scene("before").copy()
    wide, high = round(picture.width * part**0.5), round(picture.height * part**0.5)
    left, top = round((picture.width - wide) * x), round((picture.height - high) * y)
    piece = scene("before", "elsewhere").crop((60, 160, 60 + wide, 160 + high))
    picture.paste(piece, (left, top))
    return picture


UNTOUCHED = {
    "compressed": lambda one: Image.open(io.BytesIO(saved(one, quality=30))),
    "brightened": TRICKS["brightened"],
    "shrunk": TRICKS["shrunk"],
    "stamped": stamped,
    "shrunk and stamped": lambda one: stamped(TRICKS["shrunk"](one)),
    "stamped at night": stamped,
}


@pytest.mark.parametrize("trick", UNTOUCHED)
def test_an_untouched_copy_is_the_same_and_not_called_painted_over(trick):
    original = scene("before")
    if "night" in trick:
        original = ImageEnhance.Brightness(original).enhance(0.2)
    found = compare(UNTOUCHED[trick](original), original)
    assert found.is_same
    assert not found.is_edited


@pytest.mark.parametrize("part", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("where", [(0.1, 0.1), (0.5, 0.5), (0.6, 1.0)])
def test_a_small_piece_painted_over_is_told_wherever_it_lies(part, where):
    found = compare(painted(part, *where), scene("before"))
    assert found.is_edited
    assert 0.5 * part < found.patch < 1.6 * part
    assert found.is_same == (part < 0.2)


@pytest.mark.parametrize("colour", ["white", "black", "grey"])
def test_a_piece_covered_with_one_colour_is_told(colour):
    forged = scene("before").copy()
    forged.paste(colour, (200, 250, 400, 400))
    assert compare(forged, scene("before")).is_edited


def test_a_stamp_over_the_forgery_does_not_hide_it():
    assert compare(stamped(painted(0.1, 0.4, 0.5)), scene("before")).is_edited


def test_plain_pictures_say_nothing():
    grey = Image.new("RGB", (640, 480), (120, 120, 120))
    assert compare(grey, grey).equal == 0
