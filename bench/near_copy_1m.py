"""Candidates for a copy among a million kept pictures, against comparing with every one."""

import random
import statistics
import time
from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.demo.scenes.studio import KINDS, draw
from app.photos.likeness import COLUMNS, ROWS, apart, guesses, likeness
from app.photos.near_copies import NearCopies
from bench.evidence_check import TRICKS, opened
from bench.figure import Figure

PICTURES, AT_ONCE = 1_000_000, 50_000
SCENES, LOOKS = 20, 40
FALL = 1.3  # of the waves' weight with their number: then hashes differ as those of scenes do
REFERENCE = "every hash of the million compared with every guess (numpy)"


def run() -> Iterator[Figure]:
    """The 95th percentile of a look for a picture, whose own original is among the million."""
    kinds = sorted(KINDS)
    scenes = [opened(draw(kinds[n % len(kinds)], "before", f"near {n}")) for n in range(SCENES)]
    kept = _like_pictures(PICTURES)
    own = [likeness(scene) for scene in scenes]
    kept[:SCENES] = [(one.middle, one.upper) for one in own]
    index = NearCopies(kept)
    ours, plain, found = [], [], 0
    for number in range(LOOKS):
        place = number % SCENES
        ways, hashes = guesses(_trick(scenes[place], number))
        started = time.perf_counter()
        candidates = index.candidates(ways, hashes)
        ours.append(time.perf_counter() - started)
        found += any(one.place == place for one in candidates)
        if number < SCENES // 4:
            started = time.perf_counter()
            _every(kept, hashes)
            plain.append(time.perf_counter() - started)
    late = statistics.quantiles(ours, n=20)[-1]
    yield Figure(
        "near_copy_1m", round(late * 1000, 1), "ms p95", REFERENCE,
        round(late / statistics.median(plain), 4),
    )  # fmt: skip
    share = f"{LOOKS} copies, recompressed, cropped, mirrored"
    yield Figure("near_copy_1m_found", found, "copies", share, round(found / LOOKS, 3))


def _trick(picture: Image.Image, number: int) -> Image.Image:
    tricks = list(TRICKS.values())
    return tricks[number % len(tricks)](picture, random.Random(number))  # noqa: S311 - the same


def _like_pictures(count: int) -> NDArray[np.uint64]:
    """Hashes as pictures have them: light changes slowly, so neighbouring bits go together."""
    chance = np.random.default_rng(7)
    down, along = np.mgrid[0:ROWS, 0:COLUMNS].reshape(2, -1)
    waves = [
        np.cos(np.pi * up * (down + 0.5) / ROWS)
        * np.cos(np.pi * across * (along + 0.5) / COLUMNS)
        / (up**2 + across**2) ** (FALL / 2)
        for up, across in product(range(ROWS), range(COLUMNS))
        if up or across
    ]
    base = np.array(waves, dtype=np.float32)
    hashes = np.empty((count, 2), dtype=np.uint64)
    for start in range(0, count, AT_ONCE):
        for window in range(2):
            size = min(AT_ONCE, count - start)
            light = chance.standard_normal((size, len(base)), dtype=np.float32) @ base
            cells = light.reshape(size, ROWS, COLUMNS)
            bits = np.packbits(apart(cells[:, :, 1:] > cells[:, :, :-1]), axis=1)
            hashes[start : start + size, window] = bits.view(">u8")[:, 0]
    return hashes


def _every(kept: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> int:
    nearest = 64
    for row in wanted:
        nearest = min(nearest, int(np.bitwise_count(kept ^ row).min()))
    return nearest
