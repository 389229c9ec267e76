"""Heaps: rubbish, soil, furniture, bins, fires; gone in the picture afterwards."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import math

from app.demo.scenes.brush import Board, patch, ragged
from app.demo.scenes.colour import Rgb, alpha, mix, shade, vary
from app.demo.scenes.stage import Kind, Stage

BAGS: tuple[Rgb, ...] = (
    (42, 42, 46),
    (50, 52, 56),
    (36, 38, 42),
    (220, 220, 214),
    (206, 208, 206),
    (178, 66, 58),
    (72, 104, 150),
    (58, 60, 64),
    (70, 118, 88),
)
SCRAPS: tuple[Rgb, ...] = (
    (238, 238, 232),
    (214, 60, 50),
    (66, 120, 190),
    (232, 200, 80),
    (190, 186, 178),
    (70, 140, 90),
)
EARTH: Rgb = (136, 106, 76)
CARTON: Rgb = (184, 146, 100)


def bag(board: Board, stage: Stage, x: float, y: float, size: float, colour: Rgb) -> None:
    """A tied plastic bag."""
    rng = stage.rng
    board.blob(rng, x, y + size * 0.58, size * 0.78, size * 0.6, colour, 0.2)
    board.poly(
        [
            (x - size * 0.14, y + size * 1.12),
            (x - size * 0.2, y + size * 1.42),
            (x + size * 0.02, y + size * 1.28),
            (x + size * 0.2, y + size * 1.45),
            (x + size * 0.14, y + size * 1.1),
        ],
        shade(colour, 0.9),
    )
    for _ in range(6):
        fold = rng.uniform(-0.4, 0.4) * size
        board.line(
            [(x + fold * 0.4, y + size * 1.05), (x + fold, y + size * rng.uniform(0.3, 0.8))],
            0.012,
            shade(colour, rng.choice((0.75, 1.35))),
        )


def rubbish(stage: Stage) -> None:
    """A heap of household rubbish on the pavement."""
    if stage.fixed:
        stage.clean(1.7)
        return
    rng = stage.rng
    stage.shadow(0, 0, 1.7, 0.75)
    patch(stage.pen, rng, ragged(rng, stage.x, stage.z, 1.7, 0.8), stage.surface, (92, 84, 72))
    for row, (count, lift, wide) in enumerate(((5, 0.3, 0.9), (6, 0.12, 1.2), (6, 0.0, 1.35))):
        board = stage.board(0, 0.35 - row * 0.35)
        for place in range(count):
            x = -wide + 2 * wide * place / (count - 1) + rng.uniform(-0.12, 0.12)
            if row and rng.random() < 0.22:
                board.box(x - 0.2, lift, 0.45, 0.34, 0.12, vary(rng, CARTON, 0.1))
                continue
            bag(board, stage, x, lift, rng.uniform(0.3, 0.44), rng.choice(BAGS))
    stage.litter(46, 2.0, 1.0, SCRAPS)


def mound(stage: Stage, wide: float, tall: float, tone: Rgb) -> None:
    """A heap with a ragged ridge, lit from the upper left."""
    rng = stage.rng
    ridge = [rng.uniform(0.86, 1.08) for _ in range(25)]
    for step in range(9):
        share = step / 8
        board = stage.board(share * -0.1, 0.3 - share * 0.9)
        size = 1 - share * 0.12
        points = [(-wide * size, 0.0)]
        for place, reach in enumerate(ridge):
            x = -wide * size + 2 * wide * size * place / 24
            lift = math.cos((x / (wide * size)) * math.pi / 2) ** 0.8 if abs(x) < wide * size else 0
            points.append((x, tall * lift * reach * (1 - share * 0.92)))
        points.append((wide * size, 0.0))
        board.poly(points, vary(rng, shade(tone, 1.12 - 0.42 * share), 0.03))
    for _ in range(150):
        x = rng.uniform(-0.85, 0.85) * wide
        lift = tall * math.cos(x / wide * math.pi / 2) * rng.uniform(0.05, 0.9)
        board = stage.board(x, -0.3)
        size = rng.uniform(0.015, 0.05)
        board.oval(0, lift, size * 1.4, size, vary(rng, shade(tone, rng.uniform(0.7, 1.2)), 0.1))


def soil(stage: Stage) -> None:
    """A mound of earth and rubble."""
    if stage.fixed:
        stage.clean(1.8)
        return
    rng = stage.rng
    stage.shadow(0, 0, 2.0, 0.8)
    tone = vary(rng, rng.choice((EARTH, (150, 128, 104), (120, 100, 84))), 0.08)
    mound(stage, 1.9, 0.95, tone)
    for _ in range(34):
        x = rng.uniform(-1.9, 1.9)
        board = stage.board(x, rng.uniform(-0.7, 0.1))
        size = rng.uniform(0.06, 0.15)
        high = max(0.0, 0.75 - abs(x) * 0.45) * rng.random()
        colour = rng.choice(((168, 82, 60), (176, 172, 164), (150, 146, 140)))
        board.box(0, high, size * 1.7, size, size * 0.5, vary(rng, colour, 0.1))


def furniture(stage: Stage) -> None:
    """A sofa, a mattress and a cupboard put out on the street."""
    if stage.fixed:
        stage.clean(1.9)
        return
    rng = stage.rng
    cloth = vary(
        rng, rng.choice(((150, 62, 48), (96, 110, 86), (176, 150, 112), (84, 92, 124))), 0.1
    )
    stage.shadow(0, 0, 2.0, 0.7)
    back = stage.board(0.75, 0.45)
    back.poly([(-0.2, 0), (1.05, 0), (1.2, 1.75), (-0.05, 1.8)], (222, 214, 198))
    for row in range(1, 9):
        back.line(
            [(-0.2 + row * 0.02, row * 0.2), (1.06 + row * 0.017, row * 0.2)],
            0.015,
            (186, 176, 158),
        )
    cupboard = stage.board(-1.75, 0.25)
    cupboard.box(0, 0, 0.75, 1.25, 0.25, (156, 112, 74))
    cupboard.rect(0.06, 0.08, 0.36, 1.15, (92, 64, 44))
    cupboard.poly([(0.4, 0.08), (0.68, 0.02), (0.68, 1.1), (0.4, 1.15)], (176, 130, 88))
    sofa = stage.board(-0.95, -0.3)
    sofa.blob(rng, 0.95, 0.62, 1.0, 0.34, shade(cloth, 0.85), 0.04)
    sofa.box(0.05, 0.14, 1.8, 0.32, 0.2, cloth)
    for seat in (0.3, 0.95):
        sofa.blob(rng, seat + 0.3, 0.5, 0.36, 0.14, shade(cloth, 1.12), 0.05)
    for arm in (-0.02, 1.66):
        sofa.blob(rng, arm + 0.13, 0.42, 0.2, 0.36, shade(cloth, 0.95), 0.05)
    sofa.poly([(1.2, 0.72), (1.42, 0.86), (1.5, 0.66), (1.3, 0.6)], (226, 214, 180))
    stage.litter(20, 1.9, 0.8, SCRAPS)


def bins(stage: Stage) -> None:
    """Two wheeled bins: running over, or shut and clean."""
    rng = stage.rng
    colours: tuple[Rgb, Rgb] = rng.choice(
        (
            ((36, 112, 70), (92, 98, 104)),
            ((36, 84, 150), (52, 120, 66)),
            ((96, 100, 104), (30, 96, 60)),
        )
    )
    if stage.fixed:
        stage.clean(1.6)
    for x, colour in zip((-0.62, 0.42), colours, strict=True):
        stage.shadow(x, 0, 0.5, 0.3)
        board = stage.board(x, 0.1)
        board.poly([(-0.34, 0.08), (0.34, 0.08), (0.42, 1.0), (-0.42, 1.0)], colour)
        board.poly([(0.12, 0.08), (0.34, 0.08), (0.42, 1.0), (0.18, 1.0)], shade(colour, 0.72))
        board.poly([(-0.3, 0.1), (-0.22, 0.1), (-0.28, 1.0), (-0.38, 1.0)], shade(colour, 1.25))
        for wheel in (-0.26, 0.26):
            board.oval(wheel, 0.08, 0.09, 0.09, (30, 30, 32))
        board.oval(0, 0.6, 0.13, 0.13, (236, 238, 234))
        board.hoop(0, 0.6, 0.08, 0.025, shade(colour, 0.8))
        if stage.fixed:
            board.poly([(-0.46, 0.99), (0.46, 0.99), (0.4, 1.12), (-0.4, 1.12)], shade(colour, 1.1))
            continue
        board.poly([(-0.44, 1.0), (-0.5, 1.5), (-0.36, 1.52), (-0.28, 1.0)], shade(colour, 0.8))
        for _ in range(5):
            bag(
                board,
                stage,
                rng.uniform(-0.28, 0.3),
                rng.uniform(0.85, 1.08),
                rng.uniform(0.22, 0.34),
                rng.choice(BAGS),
            )
    if not stage.fixed:
        for x in (-1.35, -1.0, -0.1, 1.0, 1.35):
            bag(
                stage.board(x, rng.uniform(-0.5, -0.2)),
                stage,
                0,
                0,
                rng.uniform(0.28, 0.4),
                rng.choice(BAGS),
            )
        stage.litter(60, 1.9, 0.9, SCRAPS)


def burning(stage: Stage) -> None:
    """Leaves set on fire beside the road."""
    rng = stage.rng
    if stage.fixed:
        stage.spot(ragged(rng, 0, 0, 0.9, 0.4), alpha((40, 38, 36), 50))
        stage.clean(1.5)
        return
    patch(
        stage.pen,
        rng,
        ragged(rng, stage.x, stage.z, 1.4, 0.6),
        mix(stage.surface, (40, 38, 36), 0.6),
        (26, 24, 24),
    )
    mound(stage, 0.95, 0.3, (66, 52, 42))
    board = stage.board(0, -0.1)
    for tall, colour in ((0.75, (226, 92, 24)), (0.55, (244, 152, 36)), (0.32, (252, 226, 120))):
        for _ in range(7):
            x = rng.uniform(-0.5, 0.5)
            high = tall * rng.uniform(0.6, 1.1)
            board.poly(
                [(x - 0.13, 0.12), (x + rng.uniform(-0.1, 0.1), 0.12 + high), (x + 0.13, 0.12)],
                colour,
            )
    stage.smoke(0.1, 0.5, 2.1, (128, 126, 126), 44)


KINDS: dict[str, Kind] = {
    "rubbish": Kind(rubbish, ("pavement", "pavement", "road"), 2.3, 1.5),
    "soil": Kind(soil, ("pavement", "road"), 2.4, 1.4),
    "furniture": Kind(furniture, ("pavement",), 2.3, 2.1),
    "bin": Kind(bins, ("pavement",), 2.2, 1.8),
    "burning": Kind(burning, ("pavement", "grass"), 2.2, 4.4),
}
