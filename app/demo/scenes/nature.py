"""Trees, bushes and small things that stand along any street."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import math
import random

from app.demo.scenes.brush import Board, Pen, ragged
from app.demo.scenes.colour import Rgb, alpha, mix, shade, vary
from app.demo.scenes.weather import Weather

LEAVES: dict[str, tuple[Rgb, ...]] = {
    "leaf": ((74, 118, 52), (92, 134, 58), (60, 102, 50)),
    "autumn": ((206, 158, 48), (188, 120, 44), (150, 140, 62), (214, 178, 70)),
    "bare": ((140, 122, 92),),
    "snow": ((150, 140, 126),),
}
GRASS: dict[str, Rgb] = {
    "leaf": (98, 132, 66),
    "autumn": (138, 138, 74),
    "bare": (150, 136, 96),
    "snow": (206, 210, 210),
}
SNOW: Rgb = (226, 230, 236)
BARK: Rgb = (98, 84, 72)


def shadow(pen: Pen, x: float, z: float, rx: float, rz: float, dark: int = 14) -> None:
    """A soft shadow on the ground under something."""
    for step in range(7):
        size = 1.25 - step * 0.15
        pen.disc(x, z, rx * size, rz * size, alpha((20, 22, 28), dark))


def tree(pen: Pen, rng: random.Random, x: float, z: float, tall: float, season: str) -> None:
    """A street tree with a whitewashed foot, as northern cities paint them."""
    board = pen.board(x, z)
    thick = tall * 0.022
    board.poly(
        [(-thick, 0), (thick, 0), (thick * 0.55, tall * 0.55), (-thick * 0.55, tall * 0.55)], BARK
    )
    board.poly(
        [(0, 0), (thick, 0), (thick * 0.55, tall * 0.55), (0, tall * 0.55)], shade(BARK, 0.7)
    )
    board.poly(
        [(-thick, 0), (thick, 0), (thick * 0.85, 1.1), (-thick * 0.85, 1.1)], (222, 220, 212)
    )
    if season in {"bare", "snow"}:
        twigs(board, rng, 0, tall * 0.5, tall * 0.24, 90, 5 if board.px(tall) > 320 else 4)
        return
    crown(board, rng, tall, LEAVES[season])


def crown(board: Board, rng: random.Random, tall: float, colours: tuple[Rgb, ...]) -> None:
    """Leaves in clusters, dark beneath and bright on top."""
    middle, wide, high = tall * 0.68, tall * 0.30, tall * 0.32
    count = max(12, min(170, round(board.px(tall) / 6)))
    spread = math.sqrt(60 / count)
    for layer in range(3):
        for _ in range(count):
            turn, reach = rng.uniform(0, math.tau), math.sqrt(rng.random())
            dx = wide * reach * math.cos(turn)
            dy = high * reach * math.sin(turn) + (layer - 1) * high * 0.22
            lit = 0.62 + layer * 0.22 + 0.18 * dy / high - 0.08 * dx / wide
            size = tall * rng.uniform(0.016, 0.042) * (1.3 - 0.25 * layer) * spread
            board.oval(
                dx, middle + dy, size * 1.2, size, shade(vary(rng, rng.choice(colours)), lit)
            )


def twigs(
    board: Board,
    rng: random.Random,
    x: float,
    y: float,
    length: float,
    turn: float,
    depth: int,
    colour: Rgb = BARK,
) -> None:
    """Bare branches that fork until they are thin."""
    if depth == 0:
        return
    angle = math.radians(turn)
    end = (x + length * math.cos(angle), y + length * math.sin(angle))
    board.line([(x, y), end], 0.022 * depth * depth * 0.35 + 0.012, vary(rng, colour, 0.12))
    for side in (-1, 1):
        twigs(
            board,
            rng,
            *end,
            length * rng.uniform(0.66, 0.84),
            turn + side * rng.uniform(12, 34),
            depth - 1,
            colour,
        )
    if depth > 2:
        twigs(board, rng, *end, length * 0.7, turn + rng.uniform(-10, 10), depth - 2, colour)


def bush(pen: Pen, rng: random.Random, x: float, z: float, size: float, season: str) -> None:
    """A low shrub."""
    board = pen.board(x, z)
    colours = LEAVES[season] if season in {"leaf", "autumn"} else ((112, 100, 80), (92, 96, 66))
    for step in range(40):
        dx, dy = rng.uniform(-size, size), rng.uniform(0.05, size * 0.9)
        lit = 0.6 + 0.5 * dy / size + step / 200
        board.oval(dx, dy, size * 0.16, size * 0.13, shade(vary(rng, rng.choice(colours)), lit))


def lamp_post(pen: Pen, x: float, z: float, tall: float, arm: float, tone: Rgb) -> None:
    """A street lamp whose arm reaches `arm` metres to the right."""
    board = pen.board(x, z)
    board.tube(0, 0, tall, 0.075, tone)
    board.tube(0, 0, 0.5, 0.13, shade(tone, 0.9))
    board.line([(0, tall), (arm * 0.4, tall + 0.35), (arm, tall + 0.45)], 0.08, shade(tone, 0.85))
    board.poly(
        [
            (arm * 0.85, tall + 0.36),
            (arm * 1.4, tall + 0.4),
            (arm * 1.35, tall + 0.55),
            (arm * 0.85, tall + 0.52),
        ],
        (206, 208, 208),
    )


def parked_car(pen: Pen, x: float, z: float, colour: Rgb) -> None:
    """A car seen from its side."""
    shadow(pen, x, z, 2.3, 0.8)
    board = pen.board(x, z)
    body = [
        (-2.2, 0.32),
        (2.2, 0.32),
        (2.25, 0.72),
        (1.9, 0.92),
        (1.2, 0.98),
        (0.65, 1.42),
        (-0.85, 1.46),
        (-1.55, 1.0),
        (-2.2, 0.9),
    ]
    board.poly(body, colour)
    board.poly([(-2.2, 0.32), (2.2, 0.32), (2.22, 0.55), (-2.2, 0.55)], shade(colour, 0.66))
    board.poly([(-2.18, 0.84), (2.0, 0.84), (1.9, 0.92), (-2.18, 0.9)], shade(colour, 1.25))
    board.poly([(-1.35, 1.0), (1.0, 1.0), (0.58, 1.36), (-0.8, 1.4)], (58, 70, 82))
    board.poly([(-1.1, 1.16), (0.85, 1.16), (0.58, 1.36), (-0.8, 1.4)], (112, 128, 142))
    board.rect(-0.22, 0.95, -0.12, 1.42, shade(colour, 0.8))
    for wheel in (-1.35, 1.35):
        board.oval(wheel, 0.33, 0.36, 0.36, (34, 34, 36))
        board.oval(wheel, 0.33, 0.22, 0.22, (150, 152, 156))
        board.oval(wheel, 0.33, 0.08, 0.08, (70, 70, 74))
    board.oval(2.1, 0.72, 0.14, 0.09, (244, 236, 206))
    board.oval(-2.12, 0.78, 0.1, 0.1, (186, 36, 34))


def fallen_leaves(
    pen: Pen,
    rng: random.Random,
    x: float,
    z: float,
    rx: float,
    rz: float,
    count: int,
    colours: tuple[Rgb, ...],
) -> None:
    """Leaves or scraps strewn about a point."""
    spots = []
    for _ in range(count):
        turn, reach = rng.uniform(0, math.tau), math.sqrt(rng.random())
        spots.append((x + rx * reach * math.cos(turn), z + rz * reach * math.sin(turn)))
    for sx, sz in sorted(spots, key=lambda spot: -spot[1]):
        size = rng.uniform(0.035, 0.085)
        colour = vary(rng, rng.choice(colours), 0.2)
        pen.ground(ragged(rng, sx, max(sz, 1.4), size, size, 0.4, 6), colour)


def wet_sheen(pen: Pen, weather: Weather, x: float, z: float, rx: float, rz: float) -> None:
    """Ground just washed: a faint reflection of the sky."""
    glow = mix(weather.low, (120, 130, 140), 0.4)
    for step in range(5):
        size = 1 - step * 0.16
        pen.disc(x, z, rx * size, rz * size, alpha(glow, 12))
