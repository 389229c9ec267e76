"""Textures made once: ground, film grain, clouds, vignette."""

from functools import cache

import numpy as np
from PIL import Image, ImageFilter

MIDDLE = 128  # grey that changes nothing when added with an offset of -128


def _soft_noise(generator: np.random.Generator, width: int, height: int, cell: int) -> Image.Image:
    """Tiles without a seam: two copies each way, of which the middle is kept."""
    small = generator.integers(0, 256, (max(2, height // cell), max(2, width // cell)))
    four = Image.fromarray(np.tile(small, (2, 2)).astype(np.uint8))
    large = four.resize((width * 2, height * 2), Image.Resampling.BICUBIC)
    left, top = width // 2, height // 2
    return large.crop((left, top, left + width, top + height))


@cache
def film_grain() -> Image.Image:
    """RGB, larger than a photo, so that each photo takes another part of it."""
    generator = np.random.default_rng(20261)
    fine = generator.normal(0, 4.2, (1200, 1600, 1))
    tint = generator.normal(0, 2.0, (1200, 1600, 3))
    blotch = np.asarray(_soft_noise(generator, 1600, 1200, 9), dtype=np.float32)[..., None]
    total = MIDDLE + fine + tint + (blotch - MIDDLE) * 0.045
    return Image.fromarray(total.clip(0, 255).astype(np.uint8))


@cache
def ground_texture() -> Image.Image:
    """RGB of 1600 x 700: grit that grows towards the lower edge, the horizon on top."""
    generator = np.random.default_rng(20262)
    height, width = 700, 1600
    grit = generator.normal(0, 1, (1400, 1400)).astype(np.float32)
    wide = np.asarray(_soft_noise(generator, 1400, 1400, 60), dtype=np.float32) / 40 - 3.2
    rows = np.arange(height, dtype=np.float32) + 2
    depth = 1600.0 / rows  # metres times a thousand over pixels, at an eye height of 1.6 m
    across = (np.arange(width) - width / 2)[None, :] * depth[:, None] / 1000
    v = (depth[:, None] * 90).astype(np.int32) % 1400 + np.zeros((1, width), dtype=np.int32)
    u = (across * 90).astype(np.int32) % 1400
    strength = np.clip(rows / 90, 0.25, 1)[:, None]
    total = MIDDLE + (grit[v, u] * 7 + wide[v, u] * 5) * strength
    grey = Image.fromarray(total.clip(0, 255).astype(np.uint8))
    return grey.filter(ImageFilter.GaussianBlur(0.6)).convert("RGB")


@cache
def clouds() -> Image.Image:
    """L of 1600 x 500: soft heaps, denser towards the horizon."""
    generator = np.random.default_rng(20263)
    total = np.zeros((500, 1600), dtype=np.float32)
    for cell, weight in ((220, 0.5), (90, 0.3), (36, 0.2)):
        total += weight * np.asarray(_soft_noise(generator, 1600, 500, cell), dtype=np.float32)
    return Image.fromarray(((total - 110) * 3.2).clip(0, 220).astype(np.uint8))


@cache
def vignette(width: int, height: int) -> Image.Image:
    """RGB to multiply with: white in the middle, a quarter darker in the corners."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    fall = 255 * (1 - 0.17 * np.clip(x * x + y * y - 0.35, 0, 2) / 1.3)
    return Image.fromarray(fall.clip(0, 255).astype(np.uint8)).convert("RGB")
