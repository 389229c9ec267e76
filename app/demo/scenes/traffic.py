"""Shelters, signs and railings beside the road."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import math

from app.demo.scenes.brush import Point, ragged
from app.demo.scenes.colour import Rgb, alpha, shade
from app.demo.scenes.covers import cone
from app.demo.scenes.fixtures import turned
from app.demo.scenes.lettering import write
from app.demo.scenes.stage import Kind, Stage

STEEL: Rgb = (150, 156, 162)


def road_sign(stage: Stage) -> None:
    """A street name plate knocked askew; upright afterwards."""
    rng = stage.rng
    stage.shadow(0, 0, 0.5, 0.2)
    board = stage.board()
    fallen = rng.choice((-1, 1)) * rng.uniform(22, 32)
    lean = 0.0 if stage.fixed else fallen
    name = rng.choice(("中央大街", "新城路", "临江路", "长春街", "东一路", "解放路"))
    board.poly(turned([(-0.06, 0), (0.06, 0), (0.06, 2.5), (-0.06, 2.5)], lean), STEEL)
    plate = turned([(-1.05, 1.75), (1.05, 1.75), (1.05, 2.4), (-1.05, 2.4)], lean)
    board.poly(plate, (240, 242, 244))
    board.poly(turned([(-1.0, 1.8), (1.0, 1.8), (1.0, 2.35), (-1.0, 2.35)], lean), (24, 84, 168))
    for place, letter in enumerate(name):
        x = (place - (len(name) - 1) / 2) * 0.44
        write(board, letter, *turned([(x, 2.1)], lean)[0], 0.36, (250, 252, 255))
    if not stage.fixed:
        board.poly(turned([(0.5, 1.75), (1.05, 1.75), (1.05, 2.1)], lean), (140, 146, 152))
        stage.spot(ragged(rng, 0, 0, 0.4, 0.2), (104, 92, 78))
        stage.litter(30, 0.8, 0.35, ((150, 146, 138), (120, 110, 100)))
        cone(stage, 0.9, -0.1)


def guard_rail(stage: Stage) -> None:
    """A railing bent and fallen; straight and clean afterwards."""
    rng = stage.rng
    white, blue = (236, 238, 238), (40, 96, 170)
    for panel in range(3):
        left = -2.85 + panel * 1.9
        hurt = not stage.fixed and panel == 1
        board = stage.board(left, 0)
        if panel != 1 or stage.fixed:
            stage.shadow(left + 0.95, 0, 1.0, 0.12)
        tilt = rng.uniform(38, 50) if hurt else 0.0

        def at(points: list[Point], angle: float = tilt) -> list[Point]:
            return turned(points, -angle)

        for low in (0.2, 0.92):
            board.poly(
                at([(0, low), (1.85, low), (1.85, low + 0.08), (0, low + 0.08)]),
                blue if low > 0.5 else white,
            )
        for bar in range(11):
            x = 0.1 + bar * 0.165
            bend = (
                rng.uniform(-0.16, 0.16)
                if hurt or (not stage.fixed and bar > 7 and panel == 0)
                else 0.0
            )
            board.line(at([(x, 0.22), (x + bend, 0.6), (x, 0.98)]), 0.04, white)
        board.poly([(-0.06, 0), (0.06, 0), (0.06, 1.12), (-0.06, 1.12)], shade(white, 0.86))
        board.oval(0, 1.14, 0.08, 0.06, blue)
    end = stage.board(2.85, 0)
    end.rect(-0.06, 0, 0.06, 1.12, shade(white, 0.86))
    if not stage.fixed:
        fallen = stage.board(-0.4, -0.9)
        fallen.poly([(0, 0.02), (1.5, 0.12), (1.5, 0.2), (0, 0.1)], blue)
        fallen.poly([(0.1, -0.1), (1.6, 0.0), (1.6, 0.08), (0.1, -0.02)], white)
        for bar in range(8):
            fallen.line(
                [(0.1 + bar * 0.19, 0.08 + bar * 0.01), (0.18 + bar * 0.19, -0.04 + bar * 0.01)],
                0.03,
                white,
            )
        cone(stage, -1.4, -0.7)


def bus_stop(stage: Stage) -> None:
    """A shelter with broken glass and a bent sign; whole afterwards."""
    rng = stage.rng
    stage.shadow(0, 0.2, 2.3, 0.5)
    board = stage.board(-2.2, 0.3)
    for pane in range(3):
        left = 0.1 + pane * 1.1
        broken = not stage.fixed and pane == 1
        board.rect(left, 0.35, left + 1.05, 2.05, alpha((176, 206, 216), 70 if broken else 110))
        board.poly(
            [(left + 0.1, 0.4), (left + 0.4, 0.4), (left + 0.9, 2.0), (left + 0.6, 2.0)],
            alpha((250, 252, 252), 50),
        )
        if broken:
            for turn in range(16):
                angle = turn * math.tau / 16 + rng.uniform(-0.1, 0.1)
                reach = rng.uniform(0.3, 0.85)
                board.line(
                    [
                        (left + 0.5, 1.2),
                        (
                            left + 0.5 + 0.55 * reach * math.cos(angle),
                            1.2 + reach * math.sin(angle),
                        ),
                    ],
                    0.016,
                    (250, 252, 252),
                )
            board.poly(ragged(rng, left + 0.5, 1.2, 0.26, 0.34, 0.4, 11), (52, 56, 60))
    board.rect(3.4, 0.25, 4.3, 2.1, (60, 64, 70))
    board.rect(3.47, 0.32, 4.23, 2.03, (206, 70, 60) if stage.fixed else (150, 140, 120))
    write(board, "文明", 3.85, 1.5, 0.34, (255, 250, 230))
    write(board, "出行", 3.85, 1.05, 0.34, (255, 250, 230))
    for post in (0.0, 3.32, 4.32):
        board.rect(post, 0, post + 0.1, 2.4, (92, 98, 106))
    board.poly([(-0.35, 2.35), (4.75, 2.35), (4.6, 2.6), (-0.2, 2.6)], (40, 108, 96))
    board.rect(-0.35, 2.3, 4.75, 2.38, (30, 80, 72))
    write(board, "公交站", 2.1, 2.48, 0.19, (250, 250, 246))
    board.rect(0.3, 0.42, 3.0, 0.52, (176, 120, 70))
    if not stage.fixed:
        stage.litter(90, 1.6, 0.6, ((206, 226, 230), (236, 244, 246)))
        for _ in range(9):
            x, y = rng.uniform(3.45, 3.95), rng.uniform(0.4, 1.7)
            board.rect(x, y, x + 0.26, y + 0.18, rng.choice(((250, 250, 244), (250, 226, 110))))


KINDS: dict[str, Kind] = {
    "busstop": Kind(bus_stop, ("pavement_across",), 3.2, 3.0),
    "roadsign": Kind(road_sign, ("pavement",), 2.2, 3.0),
    "guardrail": Kind(guard_rail, ("kerb", "road"), 3.4, 1.5),
}
