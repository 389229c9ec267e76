"""Bicycles, cars and locks where they should not be."""

import math

from app.demo.scenes.brush import Board, Point
from app.demo.scenes.colour import Rgb, mix, shade
from app.demo.scenes.covers import cone
from app.demo.scenes.nature import parked_car
from app.demo.scenes.place import CARS
from app.demo.scenes.stage import Kind, Stage

FRUIT: tuple[tuple[str, Rgb], ...] = (
    ("苹果", (196, 52, 44)),
    ("橘子", (238, 138, 30)),
    ("白菜", (170, 196, 110)),
    ("葡萄", (96, 52, 110)),
    ("香蕉", (234, 202, 72)),
    ("西红柿", (206, 60, 40)),
)
CANOPY: tuple[tuple[Rgb, Rgb], ...] = (
    ((206, 44, 40), (240, 236, 226)),
    ((36, 94, 168), (244, 214, 70)),
    ((30, 128, 84), (238, 238, 230)),
)
BIKES: tuple[Rgb, ...] = (
    (40, 110, 190),
    (206, 60, 50),
    (60, 60, 66),
    (70, 140, 90),
    (222, 190, 60),
)


def bike(board: Board, x: float, y: float, turn: float, colour: Rgb) -> None:
    """A bicycle turned by `turn` degrees about its rear wheel's foot."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def at(px: float, py: float) -> Point:
        return x + px * cos - py * sin, y + px * sin + py * cos

    for wheel in (0.33, 1.38):
        cx, cy = at(wheel, 0.33)
        board.hoop(cx, cy, 0.33, 0.045, (36, 36, 38))
        board.hoop(cx, cy, 0.29, 0.012, (170, 172, 176))
        for spoke in range(6):
            dx, dy = 0.28 * math.cos(spoke * math.pi / 6), 0.28 * math.sin(spoke * math.pi / 6)
            board.line([(cx - dx, cy - dy), (cx + dx, cy + dy)], 0.008, (150, 152, 156))
    frame = [at(0.33, 0.33), at(0.72, 0.3), at(1.22, 0.82), at(0.6, 0.8), at(0.72, 0.3)]
    board.line(frame, 0.05, colour)
    board.line([at(0.33, 0.33), at(0.6, 0.8)], 0.04, colour)
    board.line([at(1.38, 0.33), at(1.18, 1.0)], 0.04, shade(colour, 0.8))
    board.line([at(1.06, 1.04), at(1.3, 1.0)], 0.04, (40, 40, 42))
    board.line([at(0.6, 0.8), at(0.57, 0.92)], 0.03, (90, 90, 94))
    board.line([at(0.45, 0.93), at(0.72, 0.93)], 0.08, (36, 34, 34))
    a, b, c, d = at(1.22, 0.7), at(1.5, 0.7), at(1.46, 0.95), at(1.24, 0.95)
    board.poly([a, b, c, d], mix(colour, (200, 200, 200), 0.4))


def bikes(stage: Stage, colours: tuple[Rgb, ...] = BIKES) -> None:
    """Bicycles fallen over one another; in a row afterwards."""
    rng = stage.rng
    picks = [rng.choice(colours) for _ in range(8)]
    if stage.fixed:
        for edge in (-2.4, 2.3):
            stage.slab(edge, -0.8, edge + 0.06, 1.2, (236, 236, 230))
        for place, colour in enumerate(picks):
            row = stage.board(-2.3 + place * 0.42, 0.9 - place * 0.16)
            stage.shadow(-1.5 + place * 0.42, 0.9 - place * 0.16, 0.8, 0.12)
            bike(row, 0, 0, 0, colour)
        return
    stage.shadow(0, 0.1, 2.2, 0.8)
    poses = (
        (-2.2, 0.9, 0, 12),
        (-1.0, 0.75, 0, -14),
        (0.5, 0.8, 0, 8),
        (-1.9, 0.35, 0.1, 38),
        (0.9, 0.3, 0.45, -30),
        (-0.5, 0.0, 0.15, 24),
        (-2.0, -0.35, 0.08, -4),
        (0.2, -0.45, 0.35, -22),
    )
    for colour, (dx, dz, lift, turn) in zip(picks, poses, strict=True):
        bike(stage.board(dx, dz), 0, lift, turn + rng.uniform(-5, 5), colour)


def share_bikes(stage: Stage) -> None:
    """One company's bicycles in a heap."""
    bikes(stage, (stage.rng.choice(((30, 120, 210), (240, 196, 40), (60, 190, 140))),))


def cars(stage: Stage) -> None:
    """A car on the pavement; bollards afterwards."""
    rng = stage.rng
    if stage.fixed:
        for place in range(6):
            dx = -2.5 + place
            stage.shadow(dx, 0.2, 0.2, 0.1)
            post = stage.board(dx, 0.2)
            post.tube(0, 0, 0.8, 0.09, (206, 206, 202))
            post.rect(-0.09, 0.55, 0.09, 0.68, (206, 44, 40))
            post.oval(0, 0.8, 0.09, 0.05, (226, 226, 222))
        return
    parked_car(stage.pen, stage.x - 1.1, stage.z + 1.6, rng.choice(CARS))
    parked_car(stage.pen, stage.x + 0.5, stage.z + 0.1, rng.choice(CARS))


def locks(stage: Stage) -> None:
    """Private parking locks and cones; an open bay afterwards."""
    for edge in (-2.3, 0.0, 2.2):
        stage.slab(edge, -1.2, edge + 0.1, 1.8, (232, 232, 226))
    stage.slab(-2.3, 1.7, 2.3, 1.82, (232, 232, 226))
    if stage.fixed:
        return
    for dx in (-1.15, 1.1):
        stage.shadow(dx, 0, 0.5, 0.2)
        board = stage.board(dx, 0)
        board.rect(-0.42, 0, 0.42, 0.07, (60, 60, 62))
        board.line([(-0.36, 0.05), (-0.1, 0.62), (0.1, 0.62), (0.36, 0.05)], 0.085, (236, 184, 32))
        board.line([(-0.22, 0.3), (0.22, 0.3)], 0.06, (200, 40, 36))
        board.rect(-0.13, 0.36, 0.13, 0.52, (246, 240, 220))
    for dx in (-2.0, 0.0, 2.0):
        cone(stage, dx, -0.75)
    for left in (-2.0, 0.0):
        board = stage.board(left, -0.75)
        board.line(
            [(0, 0.62), (0.5, 0.5), (1.0, 0.46), (1.5, 0.5), (2.0, 0.62)], 0.03, (226, 60, 50)
        )


KINDS: dict[str, Kind] = {
    "bikes": Kind(bikes, ("pavement",), 2.9, 1.9),
    "share_bikes": Kind(share_bikes, ("pavement",), 2.9, 1.9),
    "cars": Kind(cars, ("pavement_across",), 4.2, 2.0),
    "locks": Kind(locks, ("road", "pavement"), 2.9, 1.0),
}
