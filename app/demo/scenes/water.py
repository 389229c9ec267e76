"""Water, steam, ice."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import math

from app.demo.scenes.brush import patch, ragged, ring
from app.demo.scenes.colour import Rgb, alpha, mix, shade, vary
from app.demo.scenes.covers import barrier, lid
from app.demo.scenes.nature import SNOW
from app.demo.scenes.stage import Kind, Stage

ORANGE: Rgb = (232, 92, 34)
FRESH: Rgb = (58, 58, 62)


def puddle(stage: Stage) -> None:
    """Water standing on the road."""
    rng = stage.rng
    if stage.fixed:
        stage.clean(2.4, 1.3)
        return
    shape = ragged(rng, stage.x, stage.z + 0.25, 2.6, 1.35, 0.14, 34)
    patch(stage.pen, rng, shape, shade(stage.surface, 0.62), mix(stage.sky, (90, 96, 104), 0.25))
    for _ in range(22):
        x, z = rng.uniform(-1.6, 1.6), rng.uniform(-0.6, 1.0)
        stage.spot(
            ragged(rng, x, z, rng.uniform(0.2, 0.7), 0.03, 0.2, 10),
            alpha(mix(stage.sky, (255, 255, 255), 0.5), 90),
        )
    for x in (-1.1, 0.5, 1.2):
        for reach in (0.3, 0.2):
            stage.pen.disc(
                stage.x + x,
                stage.z + 0.2,
                reach,
                reach * 0.55,
                alpha((240, 244, 248) if reach == 0.3 else stage.sky, 110),
            )
    stage.litter(14, 2.0, 1.0, ((150, 104, 52), (178, 136, 62), (230, 230, 226)))


def sewage(stage: Stage) -> None:
    """Foul water coming up out of a cover."""
    rng = stage.rng
    if stage.fixed:
        stage.clean(2.2, 1.2)
        lid(stage, 0, 0.3, 0.5, (112, 108, 104))
        return
    shape = ragged(rng, stage.x, stage.z, 2.1, 1.0, 0.26, 30)
    patch(stage.pen, rng, shape, mix(stage.surface, (70, 66, 44), 0.5), (74, 74, 46))
    lid(stage, 0, 0.3, 0.5, (96, 86, 70))
    for _ in range(26):
        x, z = rng.uniform(-0.6, 0.6), rng.uniform(-0.3, 0.6)
        stage.spot(ragged(rng, x, z, 0.12, 0.06), alpha((150, 146, 110), 150))
    board = stage.board(0, 0.1)
    for _ in range(12):
        board.oval(rng.uniform(-0.35, 0.35), rng.uniform(0.02, 0.16), 0.12, 0.07, (128, 124, 88))
    stage.litter(40, 1.9, 0.8, ((226, 226, 216), (140, 120, 70), (206, 196, 160)))


def burst(stage: Stage) -> None:
    """A water main spouting through the road."""
    rng = stage.rng
    if stage.fixed:
        stage.slab(-1.1, -0.6, 1.1, 0.6, FRESH)
        stage.clean(2.0, 1.1)
        return
    puddle(stage)
    stage.spot(ragged(rng, 0, 0, 0.5, 0.26), (44, 42, 42))
    board = stage.board()
    for _ in range(130):
        angle = rng.gauss(0, 0.3)
        tall = rng.uniform(0.5, 2.3) * (1 - abs(angle) * 0.6)
        tip = (math.sin(angle) * tall * 0.6, tall)
        fall = (tip[0] * 2.1, max(0.05, tall * rng.uniform(0.2, 0.9)))
        board.line(
            [(0, 0.05), (tip[0] * 0.5, tall * 0.7), tip, fall],
            0.02,
            alpha(vary(rng, (228, 238, 246), 0.06), 130),
        )
    for _ in range(120):
        board.oval(
            rng.gauss(0, 0.6), abs(rng.gauss(0.4, 0.7)), 0.025, 0.03, alpha((244, 248, 252), 170)
        )


def steam(stage: Stage) -> None:
    """Steam out of a heating main."""
    rng = stage.rng
    if stage.fixed:
        stage.slab(-1.1, -0.6, 1.1, 0.6, FRESH)
        lid(stage, 1.5, 0.4, 0.42, (112, 108, 104))
        return
    stage.spot(ragged(rng, 0, 0, 1.5, 0.7), shade(stage.surface, 0.6))
    stage.spot(ragged(rng, 0, 0, 0.7, 0.28), (28, 26, 26))
    for dx in (-0.3, 0.15):
        stage.smoke(dx, 0.1, 1.8, (246, 248, 250), 46)
    barrier(stage, -2.0, 0.6)
    barrier(stage, 0.7, 0.6)


def snow(stage: Stage) -> None:
    """Trodden snow and ice on the walk; swept into a bank afterwards."""
    rng = stage.rng
    if stage.fixed:
        stage.clean(2.2, 1.3)
        for x in (-1.9, -1.3, -0.6, 0.2, 0.9, 1.6):
            board = stage.board(x, 1.5)
            board.blob(rng, 0, 0.16, rng.uniform(0.45, 0.65), rng.uniform(0.24, 0.36), SNOW, 0.1)
        return
    for _ in range(20):
        shape = ragged(
            rng,
            rng.uniform(-2, 2),
            rng.uniform(-1.3, 2.2),
            rng.uniform(0.5, 1.5),
            rng.uniform(0.2, 0.6),
        )
        stage.spot(shape, alpha(vary(rng, SNOW, 0.05), 230))
    for _ in range(7):
        shape = ragged(rng, rng.uniform(-1.5, 1.5), rng.uniform(-1, 1.2), 0.6, 0.22)
        stage.spot(shape, alpha((168, 188, 206), 210))
        stage.spot([(x, z + 0.04) for x, z in shape[:8]], alpha((240, 246, 250), 200))
    for step in range(16):
        x, z = -1.6 + step * 0.21, -0.9 + (step % 2) * 0.22 + step * 0.09
        stage.spot(ring(x, z, 0.07, 0.13, 12), (176, 182, 190))


KINDS: dict[str, Kind] = {
    "puddle": Kind(puddle, ("road",), 3.2, 0.3, 2.2),
    "sewage": Kind(sewage, ("pavement", "road"), 2.6, 0.5),
    "burst": Kind(burst, ("road",), 3.2, 2.8, 2.2),
    "steam": Kind(steam, ("road", "pavement"), 2.6, 4.4),
    "snow": Kind(snow, ("pavement",), 3.2, 0.8, 2.4),
}
