"""Draws the home screen's icons from the seal: `python frontend/build/draw_icons.py`."""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parents[1] / "src" / "icons"
BLUE, WHITE = "#1b4f8f", "#ffffff"
GRID = 32  # the seal is drawn on 32 x 32, see src/seal.svg
CORNER, PEN = 7, 4
TICK = ((8.0, 17.5), (13.5, 23.0), (24.5, 10.0))
FINER = 4  # drawn so much larger, then shrunk: smooth edges
SAFE = 0.72  # of the width: what every mask of a home screen leaves


def draw(size: int, *, masked: bool) -> Image.Image:
    """The seal, `size` pixels wide; for masks on a full ground, the tick within the safe circle."""
    side = size * FINER
    scale = side / GRID * (SAFE if masked else 1)
    edge = (side - GRID * scale) / 2
    picture = Image.new("RGBA", (side, side), BLUE if masked else (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if not masked:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), CORNER * scale, fill=BLUE)
    points = [(edge + x * scale, edge + y * scale) for x, y in TICK]
    pen.line(points, fill=WHITE, width=round(PEN * scale), joint="curve")
    radius = PEN * scale / 2
    for x, y in points:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=WHITE)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, size, masked in (
        ("icon-192", 192, False),
        ("icon-512", 512, False),
        ("icon-maskable-512", 512, True),
    ):
        draw(size, masked=masked).save(FOLDER / f"{name}.png", optimize=True)
