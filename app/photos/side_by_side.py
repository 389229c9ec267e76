"""Two pictures laid over each other: is one a copy of the other, whole or painted over in part."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.photos.likeness import NO_CUT, Box, Grid, Guess
from app.photos.painting_over import largest_patch

# Pixels of the squares that are fitted, with the steps of the search: coarse ones first, where a
# start that is a little off still feels which way to go.
LEVELS = ((48, 0.02, 0.01), (128, 0.01, 0.0025))
FINE, BLOCK = 384, 8  # of those that are compared: here the grain of a sensor still shows
LARGEST_CUT = 0.14
TRIED, CERTAIN = 3, 0.5  # starts that are followed, and the fit at which the others are left
BLUR = 9
BOLD = 3  # standard deviations of the paler grain, beyond which no pixel counts for more
TEXTURED = 2.0  # grey levels by which a block must vary to say anything
EQUAL = 0.8  # correlation of two blocks that show the same pixels
LEAST_BLOCKS = 8
# Shares of equal blocks.  Of 141 drawn honest pairs 140 stay below 0.4, the worst has 0.49.
SAME, COPY, EDITED = 0.8, 0.5, 0.4
# Share of the picture that must differ in one patch for it to be called painted over.
# Of 106 pictures with each trick of evidence-check, untouched copies stay below 0.009 (crops left
# out: one reaches 0.028); 5 % painted over leaves 0.034 to 0.083, 10 % at least 0.036, also where
# the forgery was stamped, brightened or badly compressed afterwards, but for one of 106 that were
# only blurred there (0.016).
PATCH = 0.02


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one picture lies on another.

    `equal` is the share of textured blocks that show the same pixels, `above` the same without
    the lowest third, where a stamp may lie; `guess` how the second would have to be mirrored and
    cut to give the first, `blocks` (48, 48) where they are equal, `patch` the share of the largest
    piece that differs, stamps left out. `is_plain`: nothing to compare.
    """

    equal: float
    above: float
    guess: Guess
    blocks: NDArray[np.bool_]
    patch: float
    is_plain: bool = False

    @property
    def is_same(self) -> bool:
        """Nearly all of it is the same picture, or all of it after losses that left no patch."""
        return self.equal >= SAME or (self.equal >= EDITED and self.patch < PATCH)

    @property
    def is_copy(self) -> bool:
        """Nearly all of it is the same picture."""
        return self.equal >= COPY

    @property
    def is_edited(self) -> bool:
        """A good part of it is the same picture, and in one place there is something else.

        Where that place is small `is_same` holds as well.
        """
        return self.equal >= EDITED and self.patch >= PATCH


def compare(picture: Image.Image, other: Image.Image, guesses: Iterable[Guess] = ()) -> Comparison:
    """Lay `picture` over `other` as well as it goes, starting from whole and from `guesses`.

    A few hundred pixels each are enough; more are shrunk. Takes some 100 ms.
    """
    first, second = picture.convert("L"), other.convert("L")
    starts = {Guess(mirrored=False), *guesses}
    coarse = LEVELS[0][0]
    rough = {start: _fit(_laid(first, start, coarse), second, start.cut) for start in starts}
    best, start, cut = -1.0, Guess(mirrored=False), NO_CUT
    for tried in sorted(rough, key=lambda one: -rough[one])[:TRIED]:
        fit, found = 0.0, tried.cut
        for level in LEVELS:
            fit, found = _refined(_laid(first, tried, level[0]), second, found, level)
        if fit > best:
            best, start, cut = fit, tried, found
        if best > CERTAIN:
            break
    own, laid = _laid(first, start, FINE), _tile(second, cut, FINE)
    return _compared((own, laid), Guess(start.mirrored, cut))


def _laid(picture: Image.Image, guess: Guess, side: int) -> Grid:
    return _tile(ImageOps.mirror(picture) if guess.mirrored else picture, NO_CUT, side)


def _tile(image: Image.Image, cut: Box, side: int) -> Grid:
    """What is left after cutting, as a square of grey levels."""
    left, top, right, bottom = cut
    box = (
        left * image.width,
        top * image.height,
        (1 - right) * image.width,
        (1 - bottom) * image.height,
    )
    small = image.resize((side, side), Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
    return np.asarray(small, dtype=np.float32)


def _fit(own: Grid, other: Image.Image, cut: Box) -> float:
    """How well the fine structure agrees, -1 to 1; light and shade over larger areas do not count.

    So a picture that was brightened still fits, and another corner of the street does not.
    """
    one, two = _fine(own), _fine(_tile(other, cut, len(own)))
    # The white letters of a stamp on a picture of the night are not to outweigh all else.
    most = BOLD * min(float(one.std()), float(two.std()))
    one, two = one.clip(-most, most), two.clip(-most, most)
    return float((one * two).sum() / np.sqrt((one * one).sum() * (two * two).sum() + 1e-6))


def _fine(tile: Grid) -> Grid:
    """The tile without its blurred self."""
    edge = BLUR // 2
    sums = np.pad(np.pad(tile, edge, mode="edge").cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    blurred = sums[BLUR:, BLUR:] - sums[:-BLUR, BLUR:] - sums[BLUR:, :-BLUR] + sums[:-BLUR, :-BLUR]
    fine: Grid = tile - blurred / BLUR**2
    return fine


# Ways to move: each side by itself, then both of a pair together (a shift).
_WAYS = (*np.eye(4), np.array([1.0, 0, -1, 0]), np.array([0, 1.0, 0, -1]))


def _refined(
    own: Grid, other: Image.Image, start: Box, level: tuple[int, float, float]
) -> tuple[float, Box]:
    """How well the two fit at best, and at which cut: by ever smaller steps from `start`."""
    _, step, last = level
    cut, best = np.array(start), _fit(own, other, start)
    while step >= last:
        moved = False
        for way in (sign * each for each in _WAYS for sign in (1, -1)):
            tried = cut + way * step
            if tried.min() < 0 or tried.max() > LARGEST_CUT:
                continue
            fit = _fit(own, other, _box(tried))
            if fit > best:
                best, cut, moved = fit, tried, True
        step = step if moved else step / 2
    return best, _box(cut)


def _box(cut: NDArray[np.float64]) -> Box:
    left, top, right, bottom = (float(side) for side in cut)
    return left, top, right, bottom


def _compared(tiles: tuple[Grid, Grid], guess: Guess) -> Comparison:
    fine = (_fine(tiles[0]), _fine(tiles[1]))
    patch = largest_patch(tiles, fine)
    one, two = (_blocks(each) for each in fine)
    spread_one, spread_two = one.std(axis=1), two.std(axis=1)
    alike = (one * two).mean(axis=1) / (spread_one * spread_two + 1e-6)
    textured = np.maximum(spread_one, spread_two) > TEXTURED
    equal = textured & (alike > EQUAL)
    count = FINE // BLOCK
    above = np.arange(count * count) < count * (count * 2 // 3)
    return Comparison(
        _share(equal, textured),
        _share(equal & above, textured & above),
        guess,
        equal.reshape(count, count),
        patch,
        is_plain=bool(textured.sum() < LEAST_BLOCKS),
    )


def _share(equal: NDArray[np.bool_], textured: NDArray[np.bool_]) -> float:
    return float(equal.sum() / textured.sum()) if textured.sum() >= LEAST_BLOCKS else 0.0


def _blocks(tile: Grid) -> Grid:
    """(2304, 64): each block's pixels without their mean."""
    count = FINE // BLOCK
    blocks = tile.reshape(count, BLOCK, count, BLOCK).transpose(0, 2, 1, 3)
    flat: Grid = blocks.reshape(count * count, BLOCK * BLOCK)
    flat -= flat.mean(axis=1, keepdims=True)
    return flat
