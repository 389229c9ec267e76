"""Lamps, benches and bars that break and are mended."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import math

from app.demo.scenes.brush import Board, Point
from app.demo.scenes.colour import Rgb, alpha, shade, vary
from app.demo.scenes.covers import cone
from app.demo.scenes.stage import Kind, Stage
from app.demo.scenes.waste import SCRAPS

STEEL: Rgb = (150, 156, 162)


def turned(points: list[Point], degrees: float) -> list[Point]:
    """The points turned about the foot of their sheet."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x * cos - y * sin, x * sin + y * cos) for x, y in points]


def lamp(stage: Stage) -> None:
    """A street lamp leaning with its head hanging; upright and lit afterwards."""
    rng = stage.rng
    stage.shadow(0, 0, 0.5, 0.2)
    board = stage.board()
    tone = rng.choice(((86, 104, 96), (120, 126, 132), (60, 66, 74)))
    fallen = rng.choice((-1, 1)) * rng.uniform(11, 15)
    lean = 0.0 if stage.fixed else fallen
    pole: list[Point] = [(-0.09, 0), (0.09, 0), (0.06, 3.3), (-0.06, 3.3)]
    board.poly(turned(pole, lean), tone)
    board.poly(turned([(0.02, 0), (0.09, 0), (0.06, 3.3), (0.02, 3.3)], lean), shade(tone, 0.7))
    board.poly(
        turned([(-0.16, 0), (0.16, 0), (0.14, 0.55), (-0.14, 0.55)], lean), shade(tone, 0.85)
    )
    for side in (-1, 1):
        board.line(turned([(0, 3.0), (side * 0.4, 3.25), (side * 0.62, 3.2)], lean), 0.06, tone)
        tip = turned([(side * 0.62, 3.05)], lean)[0]
        if stage.fixed:
            for step in range(6):
                board.oval(*tip, 0.62 - step * 0.09, 0.62 - step * 0.09, alpha((255, 236, 170), 26))
            globe(board, tip, (255, 246, 214))
        elif side > 0:
            low = (tip[0] + 0.1, tip[1] - 0.6)
            board.line(
                [turned([(0.62, 3.2)], lean)[0], (tip[0] + 0.16, tip[1] - 0.2), low],
                0.025,
                (30, 30, 32),
            )
            globe(board, low, (120, 118, 110))
            board.poly(
                [
                    (low[0] - 0.1, low[1] - 0.05),
                    (low[0] + 0.06, low[1] + 0.12),
                    (low[0] + 0.16, low[1] - 0.1),
                ],
                (20, 20, 22),
            )
        else:
            board.line([tip, (tip[0] - 0.12, tip[1] - 0.3)], 0.02, (40, 40, 42))
    if not stage.fixed:
        board.rect(-0.08, 0.25, 0.05, 0.5, (16, 16, 18))
        board.line([(0, 0.3), (0.28, 0.16), (0.36, 0.04)], 0.025, (200, 50, 40))
        stage.litter(16, 0.8, 0.4, ((226, 226, 220), (190, 196, 200)))
        cone(stage, -1.0, 0)
        cone(stage, 1.05, -0.1)


def globe(board: Board, centre: Point, colour: Rgb) -> None:
    """A lamp's glass with its cap."""
    x, y = centre
    board.oval(x, y, 0.19, 0.2, shade(colour, 0.85))
    board.oval(x - 0.04, y + 0.04, 0.11, 0.12, colour)
    board.poly(
        [(x - 0.16, y + 0.15), (x + 0.16, y + 0.15), (x + 0.05, y + 0.26), (x - 0.05, y + 0.26)],
        (70, 74, 78),
    )


def bench(stage: Stage) -> None:
    """A bench with broken slats; whole and varnished afterwards."""
    rng = stage.rng
    stage.shadow(0, 0.1, 1.3, 0.4)
    board = stage.board(-1.15, 0)
    wood = (176, 112, 58) if stage.fixed else (140, 114, 86)
    for leg in (0.12, 2.0):
        board.poly([(leg, 0), (leg + 0.14, 0), (leg + 0.14, 0.44), (leg, 0.44)], (50, 54, 58))
        board.poly(
            [(leg + 0.06, 0.44), (leg + 0.16, 0.44), (leg + 0.34, 1.0), (leg + 0.26, 1.0)],
            (58, 62, 66),
        )
    gone = set() if stage.fixed else {1, 4}
    for slat in range(6):
        back = slat >= 3
        y = 0.62 + (slat - 3) * 0.15 if back else 0.44 + slat * 0.05
        x = 0.16 + (slat - 3) * 0.05 if back else slat * 0.06
        if slat in gone:
            board.poly(
                [(x, y), (x + 0.8, y - 0.02), (x + 0.66, y + 0.06), (x, y + 0.1)], shade(wood, 0.8)
            )
            board.poly(
                [(x + 1.5, y - 0.16), (x + 2.2, y), (x + 2.2, y + 0.09), (x + 1.46, y - 0.06)],
                shade(wood, 0.9),
            )
            continue
        board.rect(x, y, x + 2.24, y + 0.1, vary(rng, wood, 0.06))
        board.rect(x, y, x + 2.24, y + 0.02, shade(wood, 0.62))
    if not stage.fixed:
        for dx, turn in ((-0.6, 0.1), (0.5, -0.08)):
            piece = stage.board(dx, -0.5)
            piece.poly(
                [(0, 0.02), (0.9, 0.02 + turn), (0.9, 0.1 + turn), (0, 0.1)], shade(wood, 0.95)
            )
        stage.litter(20, 1.2, 0.5, (wood, *SCRAPS))


def fitness(stage: Stage) -> None:
    """Exercise bars with one side down; mended afterwards."""
    blue, yellow = (40, 104, 180), (240, 190, 40)
    stage.slab(-2.3, -0.7, 2.3, 1.2, (176, 92, 78))
    stage.slab(-2.2, -0.6, 2.2, 1.1, (96, 140, 96))
    for dx in (-1.5, 0.5):
        stage.shadow(dx + 0.5, 0, 0.7, 0.2)
        board = stage.board(dx, 0)
        sound = stage.fixed or dx > 0
        board.tube(0, 0, 1.9, 0.06, blue)
        if sound:
            board.tube(1.2, 0, 1.9, 0.06, blue)
            board.line([(0, 1.85), (1.2, 1.85)], 0.08, yellow)
            for x in (0.35, 0.85):
                board.line([(x, 1.82), (x, 1.15)], 0.025, (90, 92, 96))
                board.hoop(x, 1.05, 0.11, 0.03, yellow)
        else:
            board.poly(turned([(1.14, 0), (1.26, 0), (1.26, 1.7), (1.14, 1.7)], -34), blue)
            board.line([(0, 1.85), (0.5, 1.2), (0.9, 0.3)], 0.08, yellow)
            board.hoop(0.7, 0.14, 0.12, 0.03, yellow)
    if not stage.fixed:
        cone(stage, -0.2, -0.6)


KINDS: dict[str, Kind] = {
    "lamp": Kind(lamp, ("pavement",), 1.9, 4.2),
    "bench": Kind(bench, ("pavement", "grass"), 1.9, 1.3),
    "fitness": Kind(fitness, ("grass", "pavement_across"), 2.7, 2.3),
}
