"""What a picture looks like in two numbers, by which a copy is found among a million others."""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grid = NDArray[np.float32]
Sums = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the width and the height."""

SIDE = 192  # pixels of the square that a picture is shrunk to before it is looked at
ROWS, COLUMNS = 8, 9
# What a copy still shows when up to a tenth was cut off each side; the second ends above a stamp.
WINDOWS: tuple[Box, Box] = ((0.1, 0.1, 0.9, 0.9), (0.1, 0.1, 0.9, 0.7))
CUTS = (0.0, 0.05, 0.1)
NO_CUT: Box = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two 64-bit difference hashes: of the middle of a picture, and of its upper middle.

    After Neal Krawetz's dHash: a bit says whether a cell is lighter than the one to its left.
    """

    middle: int
    upper: int


@dataclass(frozen=True, slots=True)
class Guess:
    """How a picture might have become another: mirrored, and these shares cut off its sides."""

    mirrored: bool
    cut: Box = NO_CUT


def likeness(image: Image.Image) -> Likeness:
    """The hashes a picture is kept under; any mode, any size."""
    middle, upper = _hashes(_sums(_square(image)), WINDOWS)
    return Likeness(int(middle), int(upper))


def guesses(image: Image.Image) -> tuple[list[Guess], NDArray[np.uint64]]:
    """What the hashes of the original would be, were this a copy: guesses, and (guesses, 2)."""
    found, hashes = [], []
    square = _square(image)
    for mirrored in (False, True):
        sums = _sums(square[:, ::-1] if mirrored else square)
        for cut, windows in _cuts():
            found.append(Guess(mirrored, cut))
            hashes.append(_hashes(sums, windows))
    return found, np.array(hashes, dtype=np.uint64)


@cache
def _cuts() -> tuple[tuple[Box, tuple[Box, Box]], ...]:
    """Each way of cutting with the windows as they would then lie in the copy."""
    boxes = product(CUTS, CUTS, CUTS, CUTS)
    return tuple((cut, (_moved(WINDOWS[0], cut), _moved(WINDOWS[1], cut))) for cut in boxes)


def _moved(window: Box, cut: Box) -> Box:
    left, top, right, bottom = cut
    wide, high = 1 - left - right, 1 - top - bottom
    return (
        (window[0] - left) / wide,
        (window[1] - top) / high,
        (window[2] - left) / wide,
        (window[3] - top) / high,
    )


def _square(image: Image.Image) -> Grid:
    small = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32)


def _sums(square: Grid) -> Sums:
    """Sums of everything above and to the left, from which any cell's brightness follows."""
    sums = np.zeros((SIDE + 1, SIDE + 1))
    sums[1:, 1:] = square.cumsum(0).cumsum(1)
    return sums


def _hashes(sums: Sums, windows: tuple[Box, Box]) -> list[Any]:
    return [_hash(sums, window) for window in windows]


def _hash(sums: Sums, window: Box) -> np.uint64:
    left, top, right, bottom = window
    at = _between(
        sums,
        np.linspace(top * SIDE, bottom * SIDE, ROWS + 1),
        np.linspace(left * SIDE, right * SIDE, COLUMNS + 1),
    )
    cells = at[1:, 1:] - at[:-1, 1:] - at[1:, :-1] + at[:-1, :-1]
    lighter = cells[:, 1:] > cells[:, :-1]
    bits = np.packbits(apart(lighter))
    return np.uint64(int.from_bytes(bits.tobytes(), "big"))


def apart(lighter: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(…, 8, 8) as (…, 64), every second bit of every second row first.

    Neighbouring bits of a picture go together; in each quarter of a hash they shall not, or the
    pictures of a city crowd under few values of that quarter.
    """
    half = ROWS // 2
    parts = lighter.reshape(*lighter.shape[:-2], half, 2, half, 2)
    return np.moveaxis(parts, (-3, -1), (-4, -3)).reshape(*lighter.shape[:-2], ROWS * ROWS)


def _between(sums: Sums, rows: Sums, columns: Sums) -> Sums:
    """The sums at places between pixels."""
    down = np.clip(np.floor(rows).astype(int), 0, SIDE - 1)
    along = np.clip(np.floor(columns).astype(int), 0, SIDE - 1)
    part_down, part_along = (rows - down)[:, None], (columns - along)[None, :]
    upper = (
        sums[np.ix_(down, along)] * (1 - part_along) + sums[np.ix_(down, along + 1)] * part_along
    )
    lower = (
        sums[np.ix_(down + 1, along)] * (1 - part_along)
        + sums[np.ix_(down + 1, along + 1)] * part_along
    )
    found: Sums = upper * (1 - part_down) + lower * part_down
    return found
