"""Trading where people should walk."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import random

from app.demo.scenes.brush import Board
from app.demo.scenes.buildings import SIGNS
from app.demo.scenes.colour import Rgb, shade, vary
from app.demo.scenes.lettering import write
from app.demo.scenes.stage import Kind, Stage
from app.demo.scenes.waste import CARTON, SCRAPS

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


def crate(board: Board, rng: random.Random, x: float, y: float, colour: Rgb) -> None:
    """An open crate of fruit, 0.6 m wide."""
    board.box(x, y, 0.58, 0.24, 0.12, rng.choice(((60, 120, 180), (186, 148, 100), (206, 80, 60))))
    for row in range(2):
        for place in range(6):
            board.oval(
                x + 0.08 + place * 0.095 + row * 0.04,
                y + 0.27 + row * 0.05,
                0.058,
                0.055,
                vary(rng, shade(colour, 0.9 + 0.15 * row), 0.12),
            )


def stall(stage: Stage) -> None:
    """A tricycle with fruit under an umbrella, crates on the pavement."""
    rng = stage.rng
    if stage.fixed:
        stage.clean(1.8)
        return
    stage.shadow(0, 0, 2.0, 0.8)
    one, two = rng.choice(CANOPY)
    back = stage.board(0.2, 0.3)
    back.rect(-0.03, 0, 0.03, 2.3, (120, 122, 124))
    for step in range(8):
        left = -1.5 + 3.0 * step / 8
        right = left + 3.0 / 8
        peak = 2.75
        back.poly(
            [(left, 2.12), (right, 2.12), (0.06, peak), (-0.06, peak)],
            shade(one if step % 2 else two, 1.05 - step * 0.04),
        )
        back.poly(
            [(left, 2.14), (right, 2.14), ((left + right) / 2, 1.98)], one if step % 2 else two
        )
    cart = stage.board(-1.1, 0.0)
    cart.box(0, 0.55, 1.7, 0.35, 0.25, (58, 104, 150))
    goods = rng.sample(FRUIT, 4)
    for place in range(52):
        cart.oval(
            0.1 + (place % 13) * 0.12 + rng.uniform(0, 0.04),
            0.96 + (place // 13) * 0.06,
            0.075,
            0.07,
            vary(rng, goods[0 if place % 13 < 6 else 1][1], 0.12),
        )
    for wheel in (0.3, 1.45):
        cart.hoop(wheel, 0.32, 0.32, 0.05, (34, 34, 36))
        cart.oval(wheel, 0.32, 0.05, 0.05, (150, 150, 154))
    cart.rect(0.55, 0.95, 1.25, 1.4, (246, 236, 200))
    write(cart, goods[0][0], 0.9, 1.24, 0.2, (190, 30, 28))
    write(cart, "三元一斤", 0.9, 1.05, 0.12, (60, 50, 44))
    for place, (dx, dz) in enumerate(((0.85, -0.3), (1.5, -0.15), (-1.85, -0.25))):
        crate(stage.board(dx, dz), rng, 0, 0, goods[place % 4][1])
    crate(stage.board(0.95, -0.2), rng, 0, 0.3, goods[2][1])
    stage.litter(26, 1.9, 0.8, (*SCRAPS, (120, 160, 70)))


def goods(stage: Stage) -> None:
    """A shop's wares out on the pavement."""
    rng = stage.rng
    if stage.fixed:
        return
    for dx in (-2.1, -0.75, 0.6):
        stage.shadow(dx + 0.6, -0.9, 0.8, 0.3)
        rack = stage.board(dx, -0.7)
        for shelf in range(3):
            y = 0.35 + shelf * 0.42
            rack.rect(0, y, 1.15, y + 0.04, (130, 134, 138))
            colour = rng.choice(FRUIT)[1] if rng.random() < 0.6 else rng.choice(SIGNS)[0]
            for item in range(8):
                tall = rng.uniform(0.18, 0.34)
                rack.rect(
                    0.03 + item * 0.14,
                    y + 0.04,
                    0.15 + item * 0.14,
                    y + 0.04 + tall,
                    vary(rng, colour, 0.2),
                )
        for leg in (0.0, 1.12):
            rack.rect(leg, 0, leg + 0.04, 1.6, (110, 114, 118))
    for dx in (-2.2, -1.5, -0.7, 0.1, 0.8, 1.5):
        crate(stage.board(dx, -1.35), rng, 0, 0, rng.choice(FRUIT)[1])
    for dx, lift in ((1.95, 0.0), (1.98, 0.42), (2.0, 0.84)):
        stage.board(dx, -0.9).box(0, lift, 0.55, 0.4, 0.2, vary(rng, CARTON, 0.1))
    board = stage.board(-0.4, -1.5)
    board.rect(0, 0, 0.75, 0.95, (204, 36, 34))
    write(board, "特价", 0.37, 0.6, 0.3, (255, 240, 120))


def barbecue(stage: Stage) -> None:
    """A grill on the pavement, smoke, small tables."""
    rng = stage.rng
    if stage.fixed:
        stage.clean(1.9)
        return
    stage.shadow(0, 0, 1.7, 0.6)
    grill = stage.board(-1.0, 0)
    for leg in (0.1, 1.55):
        grill.rect(leg, 0, leg + 0.06, 0.75, (70, 70, 74))
    grill.box(0, 0.7, 1.7, 0.24, 0.2, (58, 58, 62))
    for _ in range(40):
        grill.oval(
            rng.uniform(0.08, 1.75),
            0.99 + rng.uniform(-0.03, 0.03),
            0.05,
            0.03,
            rng.choice(((240, 110, 30), (250, 170, 50), (60, 40, 36), (190, 50, 24))),
        )
    for place in range(14):
        x = 0.1 + place * 0.115
        grill.line([(x, 0.86), (x + 0.12, 1.14)], 0.014, (206, 196, 170))
        for bit in range(3):
            grill.oval(
                x + 0.04 + bit * 0.03,
                0.97 + bit * 0.055,
                0.038,
                0.03,
                vary(rng, (136, 70, 40), 0.2),
            )
    for dx in (1.35, -1.9):
        table = stage.board(dx, -0.2)
        table.box(-0.35, 0.48, 0.7, 0.06, 0.2, (214, 206, 190))
        for leg in (-0.3, 0.26):
            table.rect(leg, 0, leg + 0.05, 0.48, (150, 150, 150))
        table.tube(-0.1, 0.54, 0.78, 0.05, (60, 110, 60))
        table.tube(0.14, 0.54, 0.66, 0.045, (206, 180, 90))
        for stool in (-0.6, 0.62):
            table.box(
                stool - 0.13, 0.0, 0.26, 0.3, 0.08, rng.choice(((206, 50, 44), (40, 90, 170)))
            )
    stage.smoke(-0.2, 1.0, 1.8, (196, 196, 198), 40)
    stage.litter(50, 1.8, 0.7, (*SCRAPS, (186, 160, 110)))


KINDS: dict[str, Kind] = {
    "stall": Kind(stall, ("pavement",), 2.4, 3.0),
    "goods": Kind(goods, ("wall",), 3.0, 2.0, 1.8),
    "barbecue": Kind(barbecue, ("pavement",), 2.5, 4.6),
}
