"""Where two pictures laid over each other show different things: the largest patch of it."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from app.photos.likeness import Grid, Sums

Flags = NDArray[np.bool_]

BLOCK = 8  # pixels
ROUND = 3  # blocks each way that are judged together
UNLIKE = 0.4  # correlation of the grain, below which two places show different things
TEXTURED = 2.0  # grey levels by which one of the two must vary there
# A picture that was made darker or lighter has lost its grain beyond the first, where the other was
# beyond the second; white paint on a grey street is a difference.
DARK, DARKISH = 4, 40
BRIGHT, BRIGHTISH = 248, 180
FOOT = 0.75  # of the height: a stamp begins below (domain.md §8.1: 22 % at most)
STAMP_DARKENS = 0.85  # brightness of half a row against the same row of the other, at most
EDGE = 2  # rows above a stamp that its edge reaches into


def largest_patch(pictures: tuple[Grid, Grid], fine: tuple[Grid, Grid]) -> float:
    """The share of the picture that the largest connected patch of differences takes.

    `pictures` are two squares of grey levels, `fine` the same without light and shade. A stamp at
    the foot of one of them is left out where it is known by its band across the whole width; a
    patch there without such a band counts like any other.
    """
    blocks = [_blocks(each) for each in fine]
    sides = ((0, 1), (0, 0), (1, 1))
    both, one, two = (_around((blocks[a] * blocks[b]).sum(axis=2)) for a, b in sides)
    alike = both / np.sqrt(one * two + 1e-3)
    spread = np.sqrt(np.maximum(one, two) / _around(np.full(one.shape, BLOCK**2, np.float32)))
    light = [_blocks(each).mean(axis=2) for each in pictures]
    darker, lighter = np.minimum(*light), np.maximum(*light)
    black = (darker < DARK) & (lighter < DARKISH)
    white = (lighter > BRIGHT) & (darker > BRIGHTISH)
    differs = (alike < UNLIKE) & (spread > TEXTURED) & ~black & ~white
    differs[_first_stamped(light[0], light[1]) :] = False
    return float(_largest(differs) / differs.size)


def _first_stamped(one: Grid, two: Grid) -> int:
    """The row of blocks with which a stamp's band begins in either, or the number of rows."""
    rows, foot = len(one), round(len(one) * FOOT)
    first = rows
    for above, below in ((one, two), (two, one)):
        ratio = (above + DARK) / (below + DARK)
        ratio /= np.median(ratio[:foot])
        darker = np.flatnonzero(np.median(ratio[foot:], axis=1) < STAMP_DARKENS)
        if darker.size:
            first = min(first, foot + int(darker[0]) - EDGE)
    return first


def _largest(flags: Flags) -> int:
    """How many flags the largest group of neighbours has."""
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(flags), strict=True)}
    largest = 0
    while left:
        group, edge = 0, [left.pop()]
        while edge:
            y, x = edge.pop()
            group += 1
            for near in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                if near in left:
                    left.remove(near)
                    edge.append(near)
        largest = max(largest, group)
    return largest


def _blocks(tile: Grid) -> Grid:
    """(rows, columns, 64): the pixels of each block."""
    count = len(tile) // BLOCK
    parts = tile.reshape(count, BLOCK, count, BLOCK).transpose(0, 2, 1, 3)
    flat: Grid = parts.reshape(count, count, BLOCK * BLOCK)
    return flat


def _around(blocks: Grid) -> Sums:
    """Each block's figure added to those of its neighbours."""
    near = sliding_window_view(np.pad(blocks, ROUND // 2), (ROUND, ROUND))
    found: Sums = near.sum(axis=(2, 3), dtype=np.float64)
    return found
