"""The pictures of the journey: every collected one as it is, the others drawn, each its own."""

from __future__ import annotations

import hashlib
import io
import itertools
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageOps, ImageStat

from app.demo.scenes.studio import draw

COLLECTED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "photos"
ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".heic"}
SIZE = (640, 480)
SCENES = ("rubbish", "soil", "leaves", "spill", "lawn")  # a few corners; the plate tells them apart
BITS, ROWS, BLOCK = 12, 2, 40  # the plate: blocks of pixels that survive a thumbnail
LIGHT, DARK, MIDDLE = 245, 10, 128
ALIKE = 4.0  # mean difference of two small copies of one picture, of 255


@dataclass(frozen=True)
class Picture:
    """A file to upload; `plate` is the number drawn on it, None on a collected one."""

    name: str
    data: bytes
    plate: int | None = None

    @property
    def sha256(self) -> str:
        """What the store will call it."""
        return hashlib.sha256(self.data).hexdigest()


def collected(folder: Path = COLLECTED) -> list[Picture]:
    """Every picture of the collection, HEIC and odd orientations too; none where it is absent."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
    return [Picture(path.name, path.read_bytes()) for path in paths]


class Easel:
    """Draws pictures: each scene once, then with a plate of its own for every picture."""

    def __init__(self) -> None:
        pairs = list(itertools.product(SCENES, ("before", "after")))
        with ProcessPoolExecutor(2) as pool:
            drawn = list(pool.map(_scene, *zip(*pairs, strict=True)))
        self._bases = {
            phase: [Image.open(io.BytesIO(data)).convert("RGB") for (_, each), data in
                    zip(pairs, drawn, strict=True) if each == phase]
            for phase in ("before", "after")
        }  # fmt: skip

    def paint(self, plate: int, phase: str) -> Picture:
        """The picture with this number; no other has the same bytes."""
        bases = self._bases[phase]
        image = bases[plate % len(bases)].copy()
        pen = ImageDraw.Draw(image)
        for bit in range(BITS):
            x, y = _block(bit)
            shade = LIGHT if plate >> bit & 1 else DARK
            pen.rectangle((x, y, x + BLOCK - 1, y + BLOCK - 1), fill=(shade,) * 3)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=82)
        return Picture(f"IMG_{plate:04}.jpg", out.getvalue(), plate)


def _scene(kind: str, phase: str) -> bytes:
    return draw(kind, phase, f"journey {kind}", SIZE)


def _block(bit: int) -> tuple[int, int]:
    column, row = divmod(bit, ROWS)
    return column * BLOCK, row * BLOCK


def read_plate(data: bytes) -> int:
    """The number on a copy of a drawn picture, however small."""
    image = Image.open(io.BytesIO(data)).convert("L").resize(SIZE)
    number = 0
    for bit in range(BITS):
        x, y = _block(bit)
        inner = image.crop((x + 12, y + 12, x + BLOCK - 12, y + BLOCK - 12))
        number |= (ImageStat.Stat(inner).mean[0] > MIDDLE) << bit
    return number


def look_alike(cell: bytes, thumb: bytes) -> bool:
    """Whether the picture of a cell is this thumbnail, the right way up, on white like the cell."""
    small = Image.open(io.BytesIO(cell)).convert("RGB")
    own = ImageOps.pad(Image.open(io.BytesIO(thumb)).convert("RGB"), small.size, color="white")
    pair = [image.resize((40, 30), Image.Resampling.BOX) for image in (small, own)]
    return sum(ImageStat.Stat(ImageChops.difference(*pair)).mean) / 3 < ALIKE
