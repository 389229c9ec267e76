"""What breaks underfoot: holes, slabs, kerbs, trenches, tree pits."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import math

from app.demo.scenes.brush import patch, ragged
from app.demo.scenes.colour import Rgb, mix, shade, vary
from app.demo.scenes.covers import barrier, cone
from app.demo.scenes.lettering import write
from app.demo.scenes.nature import tree
from app.demo.scenes.stage import Kind, Stage
from app.demo.scenes.waste import SCRAPS, mound

FRESH: Rgb = (58, 58, 62)


def pothole(stage: Stage) -> None:
    """A hole in the asphalt; a square of fresh asphalt afterwards."""
    rng = stage.rng
    if stage.fixed:
        stage.slab(-1.55, -0.75, 1.55, 0.8, (40, 40, 43))
        stage.slab(-1.5, -0.7, 1.5, 0.75, FRESH)
        stage.litter(120, 1.4, 0.65, ((66, 66, 70), (50, 50, 53)))
        return
    for _ in range(9):
        angle = rng.uniform(0, math.tau)
        start = (1.1 * math.cos(angle), 0.55 * math.sin(angle))
        end = (2.2 * math.cos(angle), 1.3 * math.sin(angle))
        bend = ((start[0] + end[0]) / 2 + 0.12, (start[1] + end[1]) / 2)
        stage.spot([start, bend, end, (bend[0] + 0.04, bend[1] + 0.03)], (40, 38, 38))
    shape = ragged(rng, stage.x, stage.z, 1.4, 0.66, 0.24)
    stage.pen.ground(shape, (34, 32, 32))
    inner = [(x, stage.z + (z - stage.z) * 0.86 - 0.05) for x, z in shape]
    patch(stage.pen, rng, inner, (76, 70, 64), (128, 110, 90))
    stage.litter(110, 1.3, 0.6, ((150, 142, 130), (110, 104, 98), (84, 80, 78)))
    water = ragged(rng, 0.15, -0.1, 0.62, 0.24)
    stage.spot(water, mix(stage.sky, (110, 100, 90), 0.35))
    stage.litter(40, 2.0, 1.1, ((84, 82, 82), (60, 58, 58)))


def collapse(stage: Stage) -> None:
    """The road has fallen in."""
    rng = stage.rng
    if stage.fixed:
        pothole(stage)
        return
    shape = ragged(rng, stage.x, stage.z, 1.6, 0.85, 0.18)
    stage.pen.ground(
        [(stage.x + (x - stage.x) * 1.14, stage.z + (z - stage.z) * 1.14) for x, z in shape],
        (70, 68, 68),
    )
    for step in range(7):
        size = 1 - step * 0.06
        stage.pen.ground(
            [
                (stage.x + (x - stage.x) * size, stage.z - 0.06 * step + (z - stage.z) * size)
                for x, z in shape
            ],
            shade((138, 104, 74), 0.95 - 0.14 * step),
        )
    stage.spot(ragged(rng, 0, -0.3, 0.9, 0.32), (10, 10, 12))
    for x, z in ((-1.0, 0.35), (0.7, 0.45), (1.1, -0.1)):
        stage.spot(
            [(x, z), (x + 0.55, z + 0.1), (x + 0.45, z + 0.42), (x - 0.05, z + 0.3)], (74, 74, 78)
        )
    for x in (-1.9, -0.75, 0.45):
        barrier(stage, x, 1.25, 1.1)
    cone(stage, -1.75, -0.5)
    cone(stage, 1.75, -0.45)


def paving(stage: Stage) -> None:
    """Loose, cracked and missing slabs; a new surface afterwards."""
    rng = stage.rng
    size, gap = 0.5, 0.018
    new = mix(stage.place.paving, (206, 200, 190), 0.45)
    base = new if stage.fixed else stage.place.paving
    stage.slab(-2.05, -1.05, 2.05, 1.05, shade(base, 0.62))
    for row in range(4):
        for column in range(8):
            x, z = -2 + column * size, -1 + row * size
            inside = 1 <= column <= 6 and row < 4
            fate = rng.random() if inside else 0.9
            tone = vary(rng, base, 0.05)
            if stage.fixed or fate > 0.62:
                stage.slab(x + gap, z + gap, x + size - gap, z + size - gap, tone)
            elif fate < 0.3:
                stage.slab(x, z, x + size, z + size, vary(rng, (120, 98, 70), 0.08))
                stage.slab(x, z + size * 0.8, x + size, z + size, (70, 58, 44))
            else:
                tilt = rng.uniform(0.04, 0.12)
                corners = [
                    (x + tilt, z),
                    (x + size, z + tilt),
                    (x + size - tilt, z + size),
                    (x, z + size - tilt),
                ]
                stage.spot(corners, shade(tone, 0.5))
                stage.spot(corners, shade(tone, rng.choice((0.82, 1.12))), rng.uniform(0.02, 0.07))
                stage.spot(
                    [(x + 0.1, z), (x + 0.3, z + 0.25), (x + 0.2, z + 0.5), (x + 0.26, z + 0.25)],
                    (40, 38, 36),
                    0.05,
                )
    if not stage.fixed:
        stage.litter(60, 1.7, 0.9, ((140, 126, 106), (170, 164, 154), (110, 92, 70)))


def kerb(stage: Stage) -> None:
    """Kerb stones knocked over; in line again afterwards."""
    rng = stage.rng
    stage.slab(-2.4, -0.75, 2.4, 0.0, stage.place.asphalt)
    for stone in range(6):
        x = -2.4 + stone * 0.8
        tone = vary(rng, (196, 194, 188), 0.06)
        loose = not stage.fixed and stone in {2, 3, 4}
        if not loose:
            stage.spot([(x, 0), (x + 0.78, 0), (x + 0.78, 0.2), (x, 0.2)], shade(tone, 1.08), 0.16)
            stage.board(x).rect(0, 0, 0.78, 0.16, shade(tone, 0.75))
            continue
        stage.slab(x, 0, x + 0.8, 0.3, (112, 92, 68))
        board = stage.board(x + rng.uniform(-0.1, 0.1), -rng.uniform(0.2, 0.55))
        turn = rng.uniform(-0.2, 0.2)
        board.poly([(0, 0), (0.74, turn), (0.76, 0.2 + turn), (0.02, 0.2)], shade(tone, 0.78))
        board.poly([(0.02, 0.2), (0.76, 0.2 + turn), (0.84, 0.3 + turn), (0.1, 0.3)], tone)
    if not stage.fixed:
        stage.litter(60, 1.6, 0.7, ((170, 166, 158), (128, 108, 84)))


def works(stage: Stage) -> None:
    """A trench and its spoil behind barriers; paved again afterwards."""
    rng = stage.rng
    if stage.fixed:
        paving(stage)
        return
    patch(
        stage.pen, rng, ragged(rng, stage.x, stage.z, 2.1, 0.55, 0.1), (130, 104, 74), (60, 48, 36)
    )
    stage.spot(ragged(rng, 0, -0.02, 1.75, 0.3, 0.08), (26, 22, 20))
    behind = Stage(stage.pen, stage.place, stage.weather, rng, False, stage.x + 0.3, stage.z + 0.9)
    mound(behind, 1.4, 0.6, (146, 112, 78))
    for lift in (0.0, 0.14):
        stage.board(-1.5, 0.5).rect(0, lift, 1.6, lift + 0.12, (40, 96, 170))
    for x in (-2.1, -0.65, 0.8):
        barrier(stage, x, -0.75, 1.35)
    board = stage.board(1.75, -0.8)
    board.rect(-0.02, 0, 0.02, 1.2, (90, 90, 92))
    board.poly([(-0.34, 1.05), (0.34, 1.05), (0.0, 1.65)], (242, 196, 36))
    write(board, "施工", 0, 1.2, 0.2, (20, 20, 20))


def treepit(stage: Stage) -> None:
    """An empty tree pit; a young tree with its props afterwards."""
    rng = stage.rng
    stage.slab(-0.95, -0.75, 0.95, 0.75, (186, 182, 174), 0.05)
    stage.slab(-0.8, -0.6, 0.8, 0.6, (112, 88, 62))
    stage.litter(60, 0.75, 0.5, ((96, 76, 54), (132, 106, 76)))
    if not stage.fixed:
        board = stage.board(0.1, 0.1)
        board.tube(0, 0, 0.2, 0.14, (110, 88, 66))
        board.oval(0, 0.2, 0.14, 0.05, (186, 156, 112))
        stage.litter(46, 0.95, 0.6, SCRAPS)
        return
    tree(
        stage.pen,
        rng,
        stage.x,
        stage.z,
        3.6,
        "leaf" if stage.weather.season == "leaf" else "autumn",
    )
    for x in (-0.7, 0.0, 0.72):
        board = stage.board(0, -0.12 if not x else 0.05)
        board.line([(x, 0), (0, 1.35)], 0.05, (176, 140, 92))
    stage.board().line([(-0.12, 1.3), (0.12, 1.34)], 0.08, (70, 110, 70))


KINDS: dict[str, Kind] = {
    "pothole": Kind(pothole, ("road",), 2.6, 0.3),
    "collapse": Kind(collapse, ("road",), 2.6, 1.3),
    "paving": Kind(paving, ("pavement",), 2.6, 0.4),
    "kerb": Kind(kerb, ("kerb",), 2.9, 0.6),
    "works": Kind(works, ("pavement",), 2.7, 2.0),
    "treepit": Kind(treepit, ("pavement",), 1.7, 4.2),
}
