"""Cabinets, cables, sheds."""

import math

from app.demo.scenes.colour import Rgb, alpha, mix, shade
from app.demo.scenes.covers import cone
from app.demo.scenes.lettering import write
from app.demo.scenes.stage import Kind, Stage

STEEL: Rgb = (150, 156, 162)


def cabinet(stage: Stage) -> None:
    """A telecom cabinet, open and plastered; shut and painted afterwards."""
    rng = stage.rng
    stage.shadow(0, 0.1, 0.9, 0.3)
    board = stage.board(-0.75, 0)
    tone = (120, 140, 126) if stage.fixed else (124, 128, 112)
    board.box(-0.05, 0, 1.6, 0.14, 0.4, (150, 148, 142))
    board.box(0, 0.14, 1.45, 1.45, 0.35, tone)
    if stage.fixed:
        for left in (0.06, 0.75):
            board.rect(left, 0.24, left + 0.64, 1.5, shade(tone, 1.1))
            for row in range(4):
                board.rect(
                    left + 0.15, 1.2 + row * 0.06, left + 0.5, 1.22 + row * 0.06, shade(tone, 0.6)
                )
        board.rect(0.68, 0.8, 0.72, 0.95, (40, 42, 44))
        return
    board.rect(0.06, 0.22, 0.74, 1.52, (24, 24, 28))
    for _ in range(30):
        x = rng.uniform(0.1, 0.68)
        colour = rng.choice(
            ((220, 60, 50), (60, 120, 200), (240, 200, 60), (230, 230, 226), (70, 160, 90))
        )
        board.line(
            [
                (x, 1.45),
                (x + rng.uniform(-0.15, 0.15), 0.9),
                (x + rng.uniform(-0.3, 0.3), rng.uniform(0.1, 0.5)),
            ],
            0.018,
            colour,
        )
    board.poly([(0.06, 0.22), (-0.5, 0.05), (-0.5, 1.42), (0.06, 1.52)], shade(tone, 0.8))
    for _ in range(12):
        x, y = rng.uniform(0.78, 1.2), rng.uniform(0.3, 1.3)
        board.rect(
            x,
            y,
            x + 0.24,
            y + 0.16,
            rng.choice(((250, 250, 244), (250, 226, 110), (250, 190, 190))),
        )


def cables(stage: Stage) -> None:
    """Wires hanging off a pole; drawn tight afterwards."""
    rng = stage.rng
    board = stage.board(0.4, 0.5)
    stage.shadow(0.4, 0.5, 0.4, 0.2)
    board.tube(0, 0, 4.8, 0.12, (150, 146, 138))
    board.rect(-0.7, 3.5, 0.7, 3.6, (96, 84, 72))
    for side in (-0.6, -0.3, 0.3, 0.6):
        board.rect(side - 0.03, 3.6, side + 0.03, 3.75, (206, 206, 200))
    board.box(-0.26, 1.7, 0.5, 0.65, 0.1, (126, 132, 136))
    count = 5 if stage.fixed else 14
    for wire in range(count):
        low = 3.55 - wire * 0.05
        sag = 0.12 if stage.fixed else rng.uniform(0.2, 1.7)
        for way in (-1, 1):
            points = []
            for step in range(12):
                share = step / 11
                points.append(
                    (way * share * 4.6, low - sag * math.sin(share * math.pi) + 0.2 * share)
                )
            board.line(points, 0.03 if stage.fixed else 0.04, (26, 26, 30))
    if stage.fixed:
        return
    for _ in range(5):
        r = rng.uniform(0.18, 0.32)
        board.hoop(rng.uniform(-0.3, 0.3), rng.uniform(2.6, 3.3), r, 0.035, (30, 30, 32))
    for end in (-1.9, -1.2, 0.9):
        board.line(
            [(0.0, 3.4), (end * 0.4, 2.2), (end * 0.75, 0.8), (end, 0.03), (end - 0.7, -0.06)],
            0.045,
            (22, 22, 24),
        )
    cone(stage, -1.2, -0.5)


def shed(stage: Stage) -> None:
    """A lean-to of steel sheets on the pavement; the place is bare afterwards."""
    rng = stage.rng
    if stage.fixed:
        stage.clean(2.2, 1.0)
        stage.slab(-1.9, -0.2, 1.9, 1.3, alpha((206, 202, 192), 90))
        return
    stage.shadow(0, 0.1, 2.4, 0.7)
    roof = rng.choice(((40, 96, 176), (176, 50, 44), (56, 120, 110)))
    wall = mix((226, 228, 226), roof, 0.12)
    board = stage.board(-1.9, 0.2)
    board.box(0, 0, 3.7, 2.2, 0.6, wall)
    for rib in range(1, 25):
        board.rect(rib * 0.15, 0, rib * 0.15 + 0.02, 2.2, shade(wall, 0.84))
    board.poly([(-0.25, 2.15), (3.95, 2.15), (4.5, 2.75), (0.35, 2.75)], roof)
    for rib in range(18):
        x = -0.2 + rib * 0.24
        board.line([(x, 2.16), (x + 0.58, 2.74)], 0.025, shade(roof, 0.75))
    board.rect(-0.25, 2.08, 3.95, 2.18, shade(roof, 0.7))
    board.rect(0.45, 0, 1.3, 1.85, (112, 84, 60))
    board.rect(1.9, 0.9, 3.1, 1.7, (70, 86, 100))
    board.rect(2.47, 0.9, 2.52, 1.7, (226, 226, 222))
    board.line([(3.4, 2.6), (3.4, 3.3)], 0.14, (140, 142, 144))
    for dx in (-1.6, 1.4):
        heap = stage.board(dx, -0.35)
        heap.box(-0.2, 0, 0.5, 0.35, 0.15, (184, 146, 100))
    write(board, "示例", 2.5, 1.95, 0.18, shade(roof, 0.8))


KINDS: dict[str, Kind] = {
    "cabinet": Kind(cabinet, ("pavement",), 1.7, 2.1),
    "cables": Kind(cables, ("pavement",), 5.4, 5.2),
    "shed": Kind(shed, ("pavement_across",), 3.2, 3.8),
}
