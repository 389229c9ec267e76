"""The small picture that stands in a cell of the Excel ledger."""

from PIL import Image

from app.photos.decode import decode
from app.photos.formats import Limits
from app.photos.pipeline import THUMB_QUALITY, encode, shrink

CELL = (160, 120)


def ledger_thumb(data: bytes, size: tuple[int, int] = CELL) -> bytes:
    """A JPEG of exactly `size` pixels: the whole picture, centred on white like the cell itself.

    Takes a thumbnail of ours or an original; every picture comes out equal in size, so that a
    ledger's rows are even. Raises PhotoRefused.
    """
    picture = shrink(decode(data, Limits(min_side=1, max_aspect=10_000)).image, size)
    cell = Image.new("RGB", size, "white")
    cell.paste(picture, ((size[0] - picture.width) // 2, (size[1] - picture.height) // 2))
    return encode(cell, THUMB_QUALITY)
