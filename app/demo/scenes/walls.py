"""What spoils a wall or a rope across the pavement."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import math

from app.demo.scenes.brush import Board, ragged
from app.demo.scenes.buildings import SHOPS, SIGNS
from app.demo.scenes.colour import Rgb, alpha, mix, shade, vary
from app.demo.scenes.lettering import write
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


def sign(stage: Stage) -> None:
    """A shop sign coming off the wall; a sound one afterwards."""
    rng = stage.rng
    colour, letters = rng.choice(SIGNS)
    name = rng.choice(SHOPS)
    board = stage.board(0, -0.12, 2.35)
    if stage.fixed:
        board.box(-1.9, 0, 3.8, 1.0, 0.1, colour)
        write(board, name, 0, 0.5, 0.62, letters)
        return
    board.rect(-1.95, -0.05, 1.95, 1.08, (128, 120, 112))
    for bar in (-1.7, -0.6, 0.5, 1.6):
        board.rect(bar, -0.05, bar + 0.06, 1.08, (96, 84, 76))
    tilt = rng.uniform(0.35, 0.55)
    board.poly([(-1.9, 1.0), (0.9, 1.0 - tilt), (0.9, 0.0 - tilt), (-1.9, 0.0)], colour)
    board.poly(
        [
            (0.9, 1.0 - tilt),
            (1.35, 0.62 - tilt),
            (1.1, 0.25 - tilt),
            (1.28, -0.1 - tilt),
            (0.9, -tilt),
        ],
        shade(colour, 0.8),
    )
    for place, letter in enumerate(name):
        if place == 1:
            continue
        x = -1.5 + place * 0.72
        write(board, letter, x, 0.5 - tilt * (x + 1.9) / 2.8, 0.58, letters)
    for _ in range(5):
        x = rng.uniform(-0.2, 1.7)
        board.line([(x, 0.4), (x + rng.uniform(-0.2, 0.2), -0.6)], 0.018, (30, 30, 32))
    stage.pen.ground(ragged(rng, stage.x + 0.6, stage.z - 0.7, 0.5, 0.16), shade(colour, 0.7))


def _house_wall(board: Board) -> None:
    """What stays on a wall whatever is done to it: barred windows, a drain pipe."""
    for left in (-3.9, 2.6):
        board.rect(left, 1.2, left + 1.3, 2.4, (226, 226, 222))
        board.rect(left + 0.08, 1.28, left + 1.22, 2.32, (70, 88, 104))
        board.poly(
            [(left + 0.3, 1.28), (left + 0.6, 1.28), (left + 1.0, 2.32), (left + 0.7, 2.32)],
            (112, 132, 148),
        )
        for bar in range(7):
            board.rect(left + 0.1 + bar * 0.18, 1.2, left + 0.125 + bar * 0.18, 2.4, (84, 86, 90))
    board.tube(2.25, 0, 3.2, 0.06, (176, 178, 180))


def small_ads(stage: Stage) -> None:
    """Stickers and sprayed numbers on a wall; painted over afterwards."""
    rng = stage.rng
    wall = vary(rng, rng.choice(((206, 190, 160), (196, 196, 190), (214, 178, 148))), 0.05)
    board = stage.board(0, -0.1)
    board.rect(-8, 0, 8, 2.8, wall)
    board.rect(-8, 0, 8, 0.5, shade(wall, 0.72))
    board.rect(-8, 2.75, 8, 2.9, shade(wall, 0.8))
    _house_wall(board)
    if stage.fixed:
        board.rect(-1.9, 0.55, 1.9, 2.3, mix(wall, (250, 248, 240), 0.35))
        return
    words = ("开锁", "疏通", "办证", "招工", "租房", "搬家", "回收", "贷款")
    for _ in range(30):
        x, y = rng.uniform(-2.1, 1.7), rng.uniform(0.55, 2.1)
        wide, tall = rng.uniform(0.28, 0.5), rng.uniform(0.2, 0.42)
        tilt = rng.uniform(-0.06, 0.06)
        paper = rng.choice(
            ((250, 250, 244), (250, 226, 110), (250, 190, 190), (190, 226, 250), (250, 170, 90))
        )
        board.poly(
            [
                (x, y),
                (x + wide, y + tilt),
                (x + wide - tilt, y + tall + tilt),
                (x - tilt, y + tall),
            ],
            paper,
        )
        write(
            board,
            rng.choice(words),
            x + wide / 2,
            y + tall * 0.66,
            min(0.2, wide * 0.42),
            (190, 30, 28),
        )
        for row in range(2):
            low = y + tall * (0.1 + 0.16 * row)
            board.rect(x + 0.04, low, x + wide - 0.05, low + 0.025, (60, 60, 66))
    write(board, "疏通下水", -0.3, 1.5, 0.42, (36, 40, 120))


def facade(stage: Stage) -> None:
    """A street wall stained, sprayed and peeling; plastered and painted afterwards."""
    rng = stage.rng
    wall = vary(rng, rng.choice(((220, 206, 176), (206, 196, 186), (214, 186, 150))), 0.05)
    board = stage.board(0, -0.1)
    board.rect(-8, 0, 8, 3.3, wall if not stage.fixed else mix(wall, (250, 240, 220), 0.4))
    board.rect(-8, 0, 8, 0.55, shade(wall, 0.66 if stage.fixed else 0.58))
    _house_wall(board)
    if stage.fixed:
        board.rect(-8, 0.55, 8, 0.6, (150, 60, 50))
        return
    for _ in range(13):
        x, long = rng.uniform(-2.4, 2.3), rng.uniform(0.5, 2.2)
        board.poly(
            [(x, 3.1), (x + 0.2, 3.1), (x + 0.14, 3.1 - long), (x + 0.05, 3.1 - long)],
            alpha((70, 64, 54), 70),
        )
    for cx, cy, reach in ((-1.3, 0.95, 0.75), (1.35, 1.5, 0.6)):
        shape = ragged(rng, cx, cy, reach, reach * 0.7, 0.3)
        board.poly([(x + 0.03, y - 0.04) for x, y in shape], shade(wall, 0.5))
        board.poly(shape, (150, 84, 64))
        for row in range(9):
            y = cy - reach * 0.6 + row * reach * 0.14
            board.rect(cx - reach * 0.62, y, cx + reach * 0.62, y + 0.014, (196, 180, 166))
    for colour, lift in (((190, 30, 60), 1.9), ((30, 60, 150), 1.0)):
        points = [
            (-0.9 + step * 0.16, lift + 0.28 * math.sin(step * 1.7 + lift)) for step in range(12)
        ]
        board.line(points, 0.07, colour)


_CLOTHS: tuple[Rgb, ...] = (
    (206, 60, 66), (60, 100, 170), (236, 232, 222), (90, 150, 110), (226, 170, 70), (176, 110, 160),
)  # fmt: skip
_SHIRT = (
    (0, -0.05), (0.25, 0), (0.5, 0), (0.75, -0.05), (0.72, -0.4), (0.58, -0.28), (0.58, -0.8),
    (0.17, -0.8), (0.17, -0.28), (0.03, -0.4),
)  # fmt: skip
_TROUSERS = (
    (0, 0), (0.48, 0), (0.5, -0.95), (0.3, -0.95), (0.24, -0.35), (0.18, -0.95), (-0.02, -0.95),
)  # fmt: skip


def _quilt(line: Board, x: float, top: float, wide: float, long: float, colour: Rgb) -> None:
    right = x + wide
    line.poly([(x, top), (right, top), (right - 0.03, top - long), (x + 0.04, top - long)], colour)
    for row in range(1, 5):
        low = top - long * row / 5
        line.rect(x + 0.02, low, right - 0.02, low + 0.06, shade(colour, 1.25 if row % 2 else 0.85))


def laundry(stage: Stage) -> None:
    """Clothes and quilts on a rope over the pavement."""
    rng = stage.rng
    for dx in (-2.2, 2.2):
        stage.board(dx, 0.3).tube(0, 0, 2.7, 0.07, (150, 152, 154))
    if stage.fixed:
        return
    line = stage.board(0, 0.3)
    line.line([(-2.2, 2.3), (0, 2.12), (2.2, 2.3)], 0.02, (226, 226, 220))
    x = -1.95
    while x < 1.6:
        top = 2.12 + 0.18 * (x / 2.2) ** 2
        colour = vary(rng, rng.choice(_CLOTHS), 0.1)
        piece = rng.random()
        if piece < 0.35:
            wide = rng.uniform(0.8, 1.1)
            _quilt(line, x, top, wide, rng.uniform(0.9, 1.2), colour)
        elif piece < 0.75:
            wide = 0.75
            line.poly([(x + dx, top + dy) for dx, dy in _SHIRT], colour)
            line.rect(x + 0.4, top - 0.8, x + 0.58, top - 0.1, shade(colour, 0.85))
        else:
            wide = 0.5
            line.poly([(x + dx, top + dy) for dx, dy in _TROUSERS], colour)
        x += wide + rng.uniform(0.04, 0.14)


KINDS: dict[str, Kind] = {
    "laundry": Kind(laundry, ("pavement_across",), 2.8, 3.0),
    "sign": Kind(sign, ("wall",), 2.4, 3.8),
    "smallads": Kind(small_ads, ("gable",), 7.0, 3.2),
    "facade": Kind(facade, ("gable",), 7.0, 3.6),
}
