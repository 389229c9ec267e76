"""What lies about on roads, lawns and water."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

from app.demo.scenes.brush import patch, ragged
from app.demo.scenes.colour import Rgb, alpha, mix, vary
from app.demo.scenes.lettering import write
from app.demo.scenes.nature import LEAVES, twigs
from app.demo.scenes.stage import Kind, Stage
from app.demo.scenes.waste import BAGS, SCRAPS, bag

EARTH: Rgb = (136, 106, 76)
CARTON: Rgb = (184, 146, 100)


def leaves(stage: Stage) -> None:
    """Leaves, dust and paper that nobody has swept."""
    rng = stage.rng
    dry: tuple[Rgb, ...] = ((150, 104, 52), (178, 136, 62), (118, 82, 48), (196, 158, 76))
    if stage.fixed:
        stage.litter(5, 2.4, 1.6, dry)
        stage.clean(2.2, 1.2)
        return
    for _ in range(7):
        shape = ragged(
            rng,
            stage.x + rng.uniform(-1.6, 1.6),
            stage.z + rng.uniform(-1.1, 1.4),
            rng.uniform(0.5, 1.3),
            rng.uniform(0.2, 0.5),
        )
        stage.pen.ground(shape, alpha((126, 106, 80), 90))
    stage.litter(330, 2.5, 1.8, dry)
    stage.litter(22, 2.2, 1.5, SCRAPS)


def spill(stage: Stage) -> None:
    """Sand and stones dropped by a lorry."""
    if stage.fixed:
        stage.clean(2.0)
        return
    rng = stage.rng
    patch(
        stage.pen,
        rng,
        ragged(rng, stage.x, stage.z + 0.3, 1.9, 1.2, 0.3),
        mix(stage.surface, (190, 164, 120), 0.4),
        (196, 170, 126),
    )
    mound_stage = stage.board(0.2, 0.2)
    mound_stage.blob(rng, 0.0, 0.06, 0.9, 0.2, (192, 166, 124), 0.2)
    stones: tuple[Rgb, ...] = ((170, 160, 144), (140, 132, 122), (200, 190, 170))
    stage.litter(240, 2.3, 1.6, stones)


def oil(stage: Stage) -> None:
    """Kitchen grease on the pavement with a bucket of slops."""
    rng = stage.rng
    if not stage.fixed:
        shape = ragged(rng, stage.x, stage.z, 1.7, 0.8, 0.3)
        patch(stage.pen, rng, shape, mix(stage.surface, (70, 56, 40), 0.5), (46, 38, 30))
        for _ in range(9):
            stage.spot(
                ragged(rng, rng.uniform(-1, 1), rng.uniform(-0.4, 0.4), 0.3, 0.08),
                alpha((214, 190, 120), 60),
            )
        stage.litter(36, 1.6, 0.8, ((206, 170, 90), (120, 140, 70), (196, 80, 50)))
    else:
        stage.clean(1.6)
    board = stage.board(1.25, 0.5)
    stage.shadow(1.25, 0.5, 0.36, 0.2)
    board.tube(0, 0, 0.75, 0.3, (52, 92, 148) if not stage.fixed else (58, 128, 84))
    if stage.fixed:
        board.oval(0, 0.76, 0.33, 0.07, (44, 104, 66))
    else:
        board.oval(0, 0.75, 0.3, 0.08, (96, 72, 44))
        board.line([(0.1, 0.72), (0.16, 0.4), (0.12, 0.1)], 0.05, (96, 72, 44))


def mud(stage: Stage) -> None:
    """Tyre tracks of mud out of a building site."""
    if stage.fixed:
        stage.clean(2.2, 1.4)
        return
    rng = stage.rng
    for lane in (-1.3, -0.85, 0.75, 1.2):
        z = -1.9
        while z < 6:
            bend = 0.12 * z + lane
            stage.slab(bend - 0.15, z, bend + 0.15, z + 0.14, vary(rng, (122, 94, 62), 0.1))
            z += 0.19 if rng.random() < 0.85 else 0.5
    stage.litter(170, 2.2, 1.7, ((118, 90, 60), (140, 110, 74), (98, 76, 52)))


def lawn(stage: Stage) -> None:
    """Plastic bags, bottles and paper on a lawn."""
    if stage.fixed:
        return
    rng = stage.rng
    stage.litter(60, 2.6, 1.6, SCRAPS)
    for x, dz, size in ((-1.4, 0.6, 0.26), (0.5, 0.3, 0.36), (1.5, 0.8, 0.24), (-0.5, -0.4, 0.3)):
        bag(stage.board(x, dz), stage, 0, 0, size, rng.choice(((232, 232, 230), (210, 70, 60))))
    for _ in range(7):
        bottle(stage, rng.uniform(-1.8, 1.8), rng.uniform(-1.1, 0.8))


def bottle(stage: Stage, dx: float, dz: float) -> None:
    """A bottle lying on its side."""
    board = stage.board(dx, dz)
    colour = stage.rng.choice(((140, 200, 214), (90, 150, 90), (220, 120, 60)))
    board.poly(
        [(-0.14, 0.02), (0.08, 0.02), (0.15, 0.045), (0.15, 0.075), (0.08, 0.11), (-0.14, 0.11)],
        colour,
    )
    board.rect(-0.06, 0.02, 0.03, 0.11, (244, 244, 240))


def bare_lawn(stage: Stage) -> None:
    """A lawn trodden and driven down to the soil; grown again afterwards."""
    rng = stage.rng
    shape = ragged(rng, stage.x, stage.z + 0.2, 2.2, 1.1, 0.22)
    if stage.fixed:
        patch(stage.pen, rng, shape, (104, 142, 66), (92, 150, 62))
        for _ in range(260):
            x, z = rng.uniform(-2, 2), rng.uniform(-0.7, 1.1)
            board = stage.board(x, z)
            board.line(
                [(0, 0), (rng.uniform(-0.03, 0.03), rng.uniform(0.06, 0.12))],
                0.012,
                vary(rng, (84, 148, 60), 0.2),
            )
        return
    patch(stage.pen, rng, shape, (134, 118, 82), (142, 112, 80))
    for lane in (-0.9, 0.5):
        for step in range(20):
            z = -1.0 + step * 0.13
            stage.slab(lane + z * 0.2, z, lane + 0.3 + z * 0.2, z + 0.06, (98, 76, 56))
    stage.litter(60, 2.0, 1.0, ((112, 90, 66), (160, 134, 100)))


def branches(stage: Stage) -> None:
    """Cut branches left on the pavement."""
    if stage.fixed:
        stage.clean(1.8)
        return
    rng = stage.rng
    stage.shadow(0, 0, 1.8, 0.6)
    greens = LEAVES["leaf"] if stage.weather.season == "leaf" else ((120, 112, 62), (146, 118, 66))
    for _ in range(70):
        board = stage.board(rng.uniform(-0.7, 0.7), rng.uniform(-0.5, 0.4))
        y, tilt = rng.uniform(0.02, 0.6), rng.uniform(-0.35, 0.35)
        long = rng.uniform(0.5, 1.1)
        board.line(
            [(-long, y - tilt), (0, y + 0.08), (long, y + tilt)],
            rng.uniform(0.02, 0.06),
            vary(rng, (112, 88, 62), 0.2),
        )
        for _ in range(5):
            board.oval(
                rng.uniform(-long, long),
                y + rng.uniform(-0.1, 0.25),
                0.09,
                0.06,
                vary(rng, rng.choice(greens), 0.2),
            )
    twigs(stage.board(-1.2, -0.2), rng, 0, 0.1, 0.5, 150, 4, (120, 96, 70))
    stage.litter(70, 2.0, 0.9, greens)


def toilet(stage: Stage) -> None:
    """A public toilet: filthy forecourt and a broken door, or clean."""
    rng = stage.rng
    hut = stage.board(-2.1, 1.6)
    hut.box(0, 0, 4.2, 2.7, 0.5, (226, 222, 206))
    hut.rect(-0.15, 2.55, 4.5, 2.95, (46, 104, 84))
    write(hut, "公共厕所", 2.15, 2.75, 0.3, (250, 250, 244))
    for x, colour in ((0.6, (52, 92, 156)), (2.75, (190, 62, 92))):
        hut.rect(x, 0, x + 0.85, 2.0, (70, 72, 72))
        hut.rect(x + 0.05, 0, x + 0.8, 1.95, (190, 188, 180) if stage.fixed else (96, 92, 84))
        hut.oval(x + 1.15, 1.72, 0.09, 0.09, colour)
        hut.poly([(x + 1.0, 1.2), (x + 1.3, 1.2), (x + 1.2, 1.6), (x + 1.1, 1.6)], colour)
        hut.rect(x + 1.08, 0.95, x + 1.22, 1.22, colour)
    if stage.fixed:
        for x in (-1.9, -0.1, 1.9):
            pot = stage.board(x, 1.2)
            pot.tube(0, 0, 0.35, 0.2, (170, 92, 62))
            pot.blob(rng, 0, 0.55, 0.32, 0.28, (76, 128, 62), 0.2)
        stage.clean(1.9)
        return
    hut.poly([(0.65, 0.05), (1.35, -0.18), (1.5, 1.7), (0.7, 1.95)], (150, 142, 126))
    for _ in range(16):
        hut.oval(
            rng.uniform(0.1, 4.1),
            rng.uniform(0.05, 0.6),
            rng.uniform(0.1, 0.4),
            0.12,
            alpha((92, 82, 60), 80),
        )
    patch(
        stage.pen,
        rng,
        ragged(rng, stage.x, stage.z + 0.3, 1.8, 0.8),
        mix(stage.surface, (80, 78, 60), 0.5),
        (72, 74, 58),
    )
    for x in (-1.2, 1.3):
        bag(stage.board(x, 0.6), stage, 0, 0, 0.36, rng.choice(BAGS))
    stage.litter(50, 1.9, 0.9, (*SCRAPS, (244, 244, 240)))


def river(stage: Stage) -> None:
    """Rubbish and foam drifting on the water."""
    if stage.fixed:
        return
    rng = stage.rng
    for _ in range(26):
        x, z = rng.uniform(-2.6, 2.6), rng.uniform(-1.4, 3.0)
        stage.spot(
            ragged(rng, x, z, rng.uniform(0.15, 0.5), rng.uniform(0.06, 0.2)),
            alpha(vary(rng, (222, 222, 206), 0.06), 190),
            -0.38,
        )
    for _ in range(70):
        board = stage.board(rng.uniform(-2.6, 2.6), rng.uniform(-1.3, 2.6), -0.38)
        size = rng.uniform(0.05, 0.16)
        board.oval(0, 0.02, size * 1.5, size * 0.7, vary(rng, rng.choice((*SCRAPS, (84, 112, 56)))))
    for _ in range(60):
        x, z = rng.uniform(-2.4, 2.4), rng.uniform(-1.2, 2.4)
        stage.spot(ragged(rng, x, z, 0.2, 0.08), vary(rng, (84, 108, 58), 0.2), -0.37)
    for _ in range(8):
        x, dz = rng.uniform(-2, 2), rng.uniform(-1.0, 1.6)
        board = stage.board(x, dz, -0.4)
        bag(board, stage, 0, -0.06, rng.uniform(0.18, 0.3), rng.choice(BAGS[2:]))


KINDS: dict[str, Kind] = {
    "leaves": Kind(leaves, ("road", "pavement"), 2.9, 0.3, 2.2),
    "spill": Kind(spill, ("road",), 2.8, 0.5),
    "oil": Kind(oil, ("pavement",), 2.1, 1.1),
    "mud": Kind(mud, ("road",), 3.4, 0.2, 2.2),
    "lawn": Kind(lawn, ("grass",), 3.0, 0.8),
    "bare_lawn": Kind(bare_lawn, ("grass",), 2.8, 0.3),
    "branches": Kind(branches, ("pavement", "grass"), 2.4, 1.4),
    "toilet": Kind(toilet, ("pavement_across",), 3.4, 3.3),
    "river": Kind(river, ("river",), 3.2, 0.6, 2.0),
}
