"""Covers and gratings, and the cones beside them."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import math

from app.demo.scenes.brush import ragged
from app.demo.scenes.colour import Rgb, mix, shade
from app.demo.scenes.nature import fallen_leaves, twigs
from app.demo.scenes.stage import Kind, Stage
from app.demo.scenes.waste import SCRAPS

ORANGE: Rgb = (232, 92, 34)
FRESH: Rgb = (58, 58, 62)


def cone(stage: Stage, dx: float, dz: float) -> None:
    """A traffic cone."""
    board = stage.board(dx, dz)
    stage.shadow(dx, dz, 0.24, 0.13)
    board.rect(-0.2, 0, 0.2, 0.05, (40, 40, 42))
    board.poly([(-0.15, 0.05), (0.15, 0.05), (0.035, 0.7), (-0.035, 0.7)], ORANGE)
    board.poly([(0.03, 0.05), (0.15, 0.05), (0.035, 0.7), (0.0, 0.7)], shade(ORANGE, 0.75))
    for low in (0.24, 0.45):
        reach = 0.15 - 0.115 * (low - 0.05) / 0.65
        board.rect(-reach, low, reach, low + 0.1, (240, 240, 236))


def barrier(stage: Stage, dx: float, dz: float, wide: float = 1.5) -> None:
    """A red and white barrier on two feet."""
    board = stage.board(dx, dz)
    for foot in (0.1, wide - 0.1):
        board.rect(foot - 0.03, 0, foot + 0.03, 0.95, (120, 122, 124))
        board.rect(foot - 0.16, 0, foot + 0.16, 0.05, (70, 70, 72))
    for low in (0.72, 0.38):
        count = 6
        for step in range(count):
            left = wide * step / count
            colour = (206, 40, 36) if step % 2 else (240, 240, 236)
            board.poly(
                [
                    (left, low),
                    (left + wide / count, low),
                    (left + wide / count + 0.06, low + 0.2),
                    (left + 0.06, low + 0.2),
                ],
                colour,
            )


def lid(stage: Stage, dx: float, dz: float, size: float, tone: Rgb) -> None:
    """An iron cover with its pattern."""
    x, z = stage.x + dx, stage.z + dz
    stage.pen.disc(x, z, size * 1.14, size * 1.14, shade(stage.surface, 0.74))
    stage.pen.disc(x, z, size * 1.03, size * 1.03, shade(tone, 0.55))
    stage.pen.disc(x, z, size, size, tone)
    for step, reach in enumerate((0.9, 0.74, 0.56, 0.36)):
        stage.pen.disc(
            x, z, size * reach, size * reach, shade(tone, 0.78 if step % 2 == 0 else 1.1)
        )
    for turn in range(16):
        angle = turn * math.tau / 16
        for reach in (0.46, 0.65, 0.82):
            stage.pen.disc(
                x + size * reach * math.cos(angle),
                z + size * reach * math.sin(angle),
                size * 0.05,
                size * 0.05,
                shade(tone, 1.3),
            )
    stage.pen.disc(x, z, size * 0.2, size * 0.2, shade(tone, 1.18))


def manhole(stage: Stage) -> None:
    """A cover missing or cracked; a new one afterwards."""
    rng = stage.rng
    size = 0.62
    x, z = stage.x, stage.z
    missing = rng.random() < 0.6
    if stage.fixed:
        stage.spot(ragged(rng, 0, 0, 1.0, 0.95, 0.06), mix(stage.surface, FRESH, 0.6))
        lid(stage, 0, 0, size, (118, 114, 110))
        return
    stage.spot(ragged(rng, 0, 0, 0.95, 0.9, 0.16), shade(stage.surface, 0.82))
    if not missing:
        lid(stage, 0, 0, size, (124, 104, 90))
        crack = [(-0.5, 0.1), (-0.15, 0.0), (0.05, 0.16), (0.3, 0.02), (0.56, 0.12)]
        stage.spot([*crack, *[(cx, cz - 0.09) for cx, cz in reversed(crack)]], (14, 14, 14))
        stage.spot([(0.0, 0.1), (0.2, 0.52), (0.42, 0.42), (0.3, 0.05)], (12, 12, 12))
        stage.litter(26, 0.9, 0.6, ((150, 146, 138), (120, 116, 110)))
        cone(stage, -1.15, 0.5)
        return
    stage.pen.disc(x, z, size * 1.12, size * 1.12, (150, 146, 138))
    for step in range(6):
        stage.pen.disc(
            x,
            z - 0.05 * step,
            size * (1 - 0.02 * step),
            size * (1 - 0.05 * step),
            shade((92, 84, 76), 0.9 - 0.16 * step),
        )
    stage.pen.disc(x, z - 0.2, size * 0.86, size * 0.66, (8, 8, 10))
    twigs(stage.board(0.05, 0), rng, 0, -0.1, 0.5, 82, 4, (112, 88, 62))
    stage.board(0.2, 0).poly(
        [(-0.05, 0.75), (0.3, 0.72), (0.28, 0.98), (-0.02, 1.0)], (206, 44, 40)
    )
    stage.litter(20, 1.2, 0.8, ((150, 146, 138), (120, 116, 110)))


def grate(stage: Stage) -> None:
    """A storm drain beside the kerb: broken bars or a whole new grating."""
    rng = stage.rng
    half, deep = 0.85, 0.42
    stage.slab(-half - 0.12, -deep - 0.1, half + 0.12, deep + 0.1, (168, 164, 158))
    stage.slab(-half, -deep, half, deep, (14, 14, 16))
    tone = (126, 126, 128) if stage.fixed else (112, 92, 78)
    broken = {4, 5, 6, 10, 11} if not stage.fixed else set()
    for bar in range(15):
        x = -half + 2 * half * bar / 14
        if bar in broken:
            if rng.random() < 0.6:
                stage.spot(
                    [(x, -deep), (x + 0.05, -deep), (x + 0.22, 0.05), (x + 0.17, 0.05)], tone
                )
            continue
        stage.slab(x - 0.03, -deep, x + 0.03, deep, tone)
        stage.slab(x - 0.03, -deep, x - 0.015, deep, shade(tone, 1.3))
    for z in (-deep, 0.0, deep - 0.05):
        if stage.fixed or z:
            stage.slab(-half, z, half, z + 0.06, shade(tone, 1.1))
    if stage.fixed:
        return
    fallen_leaves(
        stage.pen,
        rng,
        stage.x - 0.5,
        stage.z,
        0.8,
        0.35,
        70,
        ((140, 104, 58), (168, 132, 70), (96, 84, 62)),
    )
    stage.litter(14, 1.0, 0.4, SCRAPS)
    cone(stage, 1.25, 0.1)


KINDS: dict[str, Kind] = {
    "manhole": Kind(manhole, ("road", "pavement"), 1.7, 1.4),
    "grate": Kind(grate, ("kerb",), 1.9, 1.1),
}
