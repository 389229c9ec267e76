"""Pictures for cells: small JPEGs without metadata, decoded one at a time."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from sheets.writing.layout import Picture

QUALITY, DPI = 80, 96  # at 96 dots to the inch a spreadsheet shows a pixel as a pixel
MOST_PIXELS = 60_000_000
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A JPEG and its size in pixels."""

    data: io.BytesIO
    width: int
    height: int


def thumbnail(picture: Picture, size: tuple[int, int]) -> Thumbnail | None:
    """The picture within ``size``, upright; None when it is missing or cannot be decoded."""
    try:
        with Image.open(io.BytesIO(picture.read()), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            opened.draft("RGB", (size[0] * 2, size[1] * 2))  # decodes a JPEG at a part of its size
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None
    upright.thumbnail(size, Image.Resampling.LANCZOS)
    data = io.BytesIO()
    upright.save(data, "JPEG", quality=QUALITY, dpi=(DPI, DPI))
    data.seek(0)
    return Thumbnail(data, upright.width, upright.height)
