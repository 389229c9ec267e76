"""Boards and banners."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import math

from app.demo.scenes.buildings import SIGNS
from app.demo.scenes.colour import Rgb, mix, shade, vary
from app.demo.scenes.lettering import write
from app.demo.scenes.stage import Kind, Stage
from app.demo.scenes.waste import SCRAPS

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


def notice_board(stage: Stage) -> None:
    """A street notice board, its glass broken and its sheets torn."""
    rng = stage.rng
    stage.shadow(0, 0, 1.6, 0.25)
    board = stage.board()
    for leg in (-1.5, 1.42):
        board.rect(leg, 0, leg + 0.09, 2.3, (96, 100, 106))
    board.poly([(-1.75, 2.2), (1.75, 2.2), (1.55, 2.42), (-1.55, 2.42)], (176, 40, 36))
    board.rect(-1.5, 0.75, 1.5, 2.2, (70, 76, 84))
    board.rect(-1.42, 0.83, 1.42, 1.95, (226, 226, 216) if stage.fixed else (176, 172, 156))
    write(board, "便民公告栏", 0, 2.07, 0.18, (250, 244, 230))
    for place in range(5):
        left = -1.34 + place * 0.54
        if stage.fixed:
            board.rect(left, 0.95, left + 0.46, 1.85, (250, 250, 246))
            for row in range(6):
                board.rect(
                    left + 0.05, 1.05 + row * 0.11, left + 0.4, 1.08 + row * 0.11, (120, 124, 130)
                )
            board.rect(left + 0.05, 1.72, left + 0.41, 1.79, (196, 44, 40))
        elif rng.random() < 0.8:
            sag = rng.uniform(0.1, 0.5)
            board.poly(
                [
                    (left, 1.85),
                    (left + 0.46, 1.85 - sag * 0.5),
                    (left + 0.4, 1.0),
                    (left - 0.02, 1.0 + sag),
                ],
                vary(rng, (216, 206, 180), 0.1),
            )
    if stage.fixed:
        return
    for turn in range(12):
        angle = turn * math.tau / 12 + rng.uniform(-0.2, 0.2)
        reach = rng.uniform(0.3, 0.7)
        board.line(
            [(0.4, 1.4), (0.4 + reach * math.cos(angle), 1.4 + reach * 0.7 * math.sin(angle))],
            0.014,
            (250, 252, 252),
        )
    board.poly([(0.3, 1.3), (0.55, 1.34), (0.62, 1.55), (0.42, 1.62)], (46, 48, 52))
    stage.litter(30, 1.2, 0.4, ((206, 222, 226), (232, 240, 242)))


def advert(stage: Stage, broken: bool = False) -> None:
    """A free-standing advertisement: removed afterwards, or renewed where it may stand."""
    rng = stage.rng
    if stage.fixed and not broken:
        stage.clean(1.3, 0.6)
        return
    colour, letters = rng.choice(SIGNS[:5])
    stage.shadow(0, 0, 1.5, 0.3)
    board = stage.board()
    for leg in (-1.25, 1.15):
        board.rect(leg, 0, leg + 0.1, 2.7, (120, 122, 126))
    board.box(-1.6, 0.75, 3.2, 1.9, 0.1, colour)
    board.poly(
        [(-1.6, 0.75), (0.2, 0.75), (-0.7, 1.6), (-1.6, 1.3)], mix(colour, (255, 255, 255), 0.25)
    )
    write(
        board, rng.choice(("旺铺招租", "全场五折", "开业大吉", "年终特卖")), 0, 2.0, 0.62, letters
    )
    write(board, "欢迎光临", 0.3, 1.2, 0.34, letters)
    if broken and not stage.fixed:
        board.poly([(0.2, 2.65), (1.7, 2.7), (1.7, 1.0), (1.1, 1.35), (0.8, 2.0)], (112, 116, 120))
        for bar in (0.9, 1.3):
            board.rect(bar, 1.3, bar + 0.05, 2.65, (74, 76, 80))
        board.poly(
            [(0.2, 2.65), (0.8, 2.0), (1.1, 1.35), (0.95, 0.5), (0.55, 1.2), (0.1, 2.2)],
            shade(colour, 0.65),
        )
        stage.litter(24, 1.3, 0.4, SCRAPS)


def broken_advert(stage: Stage) -> None:
    """An advertisement whose panel is torn."""
    advert(stage, broken=True)


def banner(stage: Stage) -> None:
    """Red banners between poles."""
    rng = stage.rng
    for dx in (-2.4, 2.4):
        stage.board(dx, 0.6).tube(0, 0, 3.2, 0.08, (140, 142, 146))
    if stage.fixed:
        return
    board = stage.board(0, 0.6)
    for low, text in (
        (2.1, rng.choice(("热烈庆祝开业", "优惠大酬宾", "新店迎宾"))),
        (1.15, "清仓处理"),
    ):
        sag = rng.uniform(0.1, 0.25)
        top = [(x / 4, low + 0.62 - sag * (1 - (x / 9.6) ** 2)) for x in range(-9, 10)]
        board.poly([*top, *[(x, y - 0.62) for x, y in reversed(top)]], (200, 34, 32))
        write(board, text, 0, low + 0.31 - sag, 0.42, (255, 232, 120))
        board.line([(-2.4, low + 0.7), top[0]], 0.02, (230, 230, 226))
        board.line([(2.4, low + 0.7), top[-1]], 0.02, (230, 230, 226))


KINDS: dict[str, Kind] = {
    "notice_board": Kind(notice_board, ("pavement_across", "grass"), 2.2, 2.8),
    "billboard": Kind(advert, ("pavement", "grass"), 2.2, 3.2),
    "broken_advert": Kind(broken_advert, ("pavement", "grass"), 2.2, 3.2),
    "banner": Kind(banner, ("pavement", "grass"), 3.0, 3.5),
}
