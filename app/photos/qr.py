"""The QR code of a stamp: the address where anybody can check the photo, as a white square."""

import segno
from PIL import Image

QUIET = 4
"""Modules of white on each side, as ISO/IEC 18004 asks."""

SHARE = 0.11
"""Of the picture's shorter side: large enough to be scanned from a screen across a desk."""

BEST_MODULE, LEAST_MODULE = 3, 2
"""Pixels of one module: what a JPEG carries well, and what it still carries."""


def square(content: str, size: tuple[int, int], most_height: int) -> Image.Image | None:
    """A grey QR picture for a photo of `size` pixels, or None where it would not be readable.

    No higher than `most_height` pixels. An address in capitals takes fewer modules.
    """
    rows = segno.make(content, micro=False, error="m", boost_error=False).matrix
    modules = len(rows) + 2 * QUIET
    wanted = max(BEST_MODULE, round(min(size) * SHARE / modules))
    module = min(wanted, most_height // modules)
    if module < LEAST_MODULE or modules * module > size[0] // 2:
        return None
    small = Image.new("L", (modules, modules), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                small.putpixel((x + QUIET, y + QUIET), 0)
    side = modules * module
    return small.resize((side, side), Image.Resampling.NEAREST)
