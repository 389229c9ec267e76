"""The smallest picture of a photo: a square for the cards of a list on a phone."""

from PIL import Image, ImageOps

from app.photos.decode import decode
from app.photos.formats import Limits
from app.photos.pipeline import encode

CARD = (192, 192)  # pixels; shown at 104, on screens twice as fine
CARD_QUALITY = 62


def card_picture(thumb: bytes) -> bytes:
    """A JPEG of exactly `CARD`, cut from the middle of a thumbnail of ours; some 4 KB."""
    image = decode(thumb, Limits(min_side=1, max_aspect=10_000)).image
    square = ImageOps.fit(image, CARD, Image.Resampling.BICUBIC)
    return encode(square, CARD_QUALITY)
