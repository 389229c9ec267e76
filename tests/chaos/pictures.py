"""Photos drawn for the purpose: real JPEGs, no two alike, as large as one wants them."""

from __future__ import annotations

import hashlib
import io
import random
import secrets
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

COARSE = (16, 12)
SHAPES = 60
COMMENT = b"\xff\xfe"  # a JPEG segment that no reader looks into
LONGEST_COMMENT = 65_533
WORKERS = 2


@dataclass(frozen=True)
class Kind:
    """How large a picture is, in pixels and in bytes; its noise and quality lead there."""

    size: tuple[int, int]
    weight: int
    noise: float
    quality: int


SMALL = Kind((640, 480), 30_000, 0.0, 58)
LARGE = Kind((1600, 1200), 400_000, 0.13, 74)


@dataclass(frozen=True)
class Drawn:
    """One photo as a file."""

    path: Path
    sha256: str
    size: int

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return self.path.read_bytes()


def draw(number: int, kind: Kind) -> bytes:
    """A JPEG of exactly the kind's weight, where its drawing is not heavier."""
    chance = random.Random(number)
    ground = Image.frombytes("RGB", COARSE, chance.randbytes(COARSE[0] * COARSE[1] * 3))
    image = ground.resize(kind.size, Image.Resampling.BICUBIC)
    pen, (wide, high) = ImageDraw.Draw(image), kind.size
    for _ in range(SHAPES):
        x, y, side = chance.randrange(wide), chance.randrange(high), chance.randrange(8, high // 6)
        colour = tuple(chance.randrange(256) for _ in range(3))
        pen.rectangle((x, y, x + side, y + side // 2), outline=colour, width=3)
    if kind.noise:
        shift = (chance.randrange(wide), chance.randrange(high))
        image = Image.blend(image, ImageChops.offset(grain(kind.size), *shift), kind.noise)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=kind.quality)
    return weighed(out.getvalue(), kind.weight)


@cache
def grain(size: tuple[int, int]) -> Image.Image:
    """A sensor's noise, made once."""
    return Image.effect_noise(size, 90).convert("RGB")


def weighed(data: bytes, weight: int) -> bytes:
    """The same picture with comments that bring it to a weight, if it is lighter."""
    filling = b""
    while (left := weight - len(data) - len(filling)) > len(COMMENT) + 2:
        body = min(left - len(COMMENT) - 2, LONGEST_COMMENT)
        filling += COMMENT + (body + 2).to_bytes(2, "big") + bytes(body)
    return data[:2] + filling + data[2:]


def draw_all(folder: Path, count: int, kind: Kind, growing: int = 0) -> list[Drawn]:
    """So many photos that no run before has drawn, each `growing` bytes heavier than the last."""
    folder.mkdir(parents=True, exist_ok=True)
    first = secrets.randbelow(2**48)  # a picture serves once, and a city may have seen other runs
    with ProcessPoolExecutor(WORKERS) as pool:
        return list(pool.map(partial(_keep, folder, kind, growing, first), range(count)))


def _keep(folder: Path, kind: Kind, growing: int, first: int, number: int) -> Drawn:
    heavier = replace(kind, weight=kind.weight + growing * number)
    data, path = draw(first + number, heavier), folder / f"IMG_{number:05}.jpg"
    path.write_bytes(data)
    return Drawn(path, hashlib.sha256(data).hexdigest(), len(data))
