"""Parts of a picture made unrecognisable for good, in a copy that leaves the house."""

from collections.abc import Sequence
from math import ceil, floor

from PIL import Image

from app.photos.decode import decode
from app.photos.formats import Limits
from app.photos.pipeline import encode

Rectangle = tuple[float, float, float, float]
"""Left, top, width and height, as parts of the upright picture from 0 to 1."""

QUALITY = 88
BLOCKS = 5
"""Blocks along a rectangle's longer side: a face or a number plate leaves no more than these."""

SMALLEST_BLOCK = 0.02
"""Of the picture's shorter side: a small rectangle becomes one block or a few."""

COLOURS = 4
"""Steps of a channel that remain, so that neighbouring letters cannot be told by their tint."""


def masked(data: bytes, rectangles: Sequence[Rectangle], *, limits: Limits | None = None) -> bytes:
    """A JPEG without metadata in which the rectangles are a few blocks of colour.

    Raises PhotoRefused. With no rectangles it is the picture as it is, upright and clean.
    """
    image = decode(data, limits or Limits()).image
    for rectangle in rectangles:
        cover(image, rectangle)
    return encode(image, QUALITY)


def cover(image: Image.Image, rectangle: Rectangle) -> None:
    """Pixelate one rectangle of an RGB picture in place, whole pixels outward."""
    box = _box(image, rectangle)
    if box is None:
        return
    part = image.crop(box)
    longer = max(part.size)
    block = max(longer / BLOCKS, min(image.size) * SMALLEST_BLOCK, 1)
    cells = (max(1, round(part.width / block)), max(1, round(part.height / block)))
    small = part.resize(cells, Image.Resampling.BOX).point(_coarse)
    image.paste(small.resize(part.size, Image.Resampling.NEAREST), box[:2])


def _coarse(value: int) -> int:
    step = 256 // COLOURS
    return value // step * step + step // 2


def _box(image: Image.Image, rectangle: Rectangle) -> tuple[int, int, int, int] | None:
    """Pixels that a rectangle touches, within the picture; None where it lies outside."""
    left, top, width, height = rectangle
    box = (
        max(0, floor(left * image.width)),
        max(0, floor(top * image.height)),
        min(image.width, ceil((left + width) * image.width)),
        min(image.height, ceil((top + height) * image.height)),
    )
    return box if box[0] < box[2] and box[1] < box[3] else None
