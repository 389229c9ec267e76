"""Chinese lettering for shop signs and posters; without a font they get plain strokes."""

import importlib.util
from functools import cache
from pathlib import Path

from PIL import ImageFont

from app.demo.scenes.brush import Board, Paint

_FACE = 2  # simplified Chinese in the collection


@cache
def _font_file() -> str | None:
    spec = importlib.util.find_spec("manimgx_fonts_cjk")
    if spec is None or spec.origin is None:
        return None
    found = sorted(Path(spec.origin).parent.glob("*.ttc"))
    return str(found[0]) if found else None


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | None:
    file = _font_file()
    if file is None:
        return None
    font = ImageFont.truetype(file, size, index=_FACE)
    font.set_variation_by_name("Bold")
    return font


def write(board: Board, text: str, x: float, y: float, height: float, fill: Paint) -> None:
    """Letters `height` metres tall, centred on a point of the sheet."""
    size = max(8, round(board.px(height) / 4) * 4)
    font = _font(size)
    if font is not None:
        board.pen.brush(fill).text(board.at(x, y), text, font=font, fill=fill, anchor="mm")
        return
    left = x - height * len(text) / 2
    for place in range(len(text)):
        start = left + place * height
        board.rect(
            start + 0.15 * height, y - 0.35 * height, start + 0.85 * height, y - 0.1 * height, fill
        )
        board.rect(
            start + 0.15 * height, y + 0.1 * height, start + 0.85 * height, y + 0.35 * height, fill
        )
