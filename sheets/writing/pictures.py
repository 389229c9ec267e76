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
        data = picture.read()
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            if _is_ready(opened, size):
                opened.load()
                return Thumbnail(io.BytesIO(data), opened.width, opened.height)
            opened.draft("RGB", (size[0] * 2, size[1] * 2))  # decodes a JPEG at a part of its size
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None
    upright.thumbnail(size, Image.Resampling.LANCZOS)
    made = io.BytesIO()
    upright.save(made, "JPEG", quality=QUALITY, dpi=(DPI, DPI))
    made.seek(0)
    return Thumbnail(made, upright.width, upright.height)


def _is_ready(opened: Image.Image, size: tuple[int, int]) -> bool:
    """Whether the file is such a thumbnail already, which another encoding would only blur."""
    fits = opened.width <= size[0] and opened.height <= size[1]
    plain = opened.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    dpi = opened.info.get("dpi", (DPI, DPI))
    return opened.format == "JPEG" and fits and plain and dpi in {(DPI, DPI), (1, 1)}
