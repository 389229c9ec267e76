"""Building sites, heaps of material, sick and fallen trees."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

from app.demo.scenes.brush import patch, ragged
from app.demo.scenes.colour import Rgb, alpha, shade, vary
from app.demo.scenes.lettering import write
from app.demo.scenes.nature import BARK, tree, twigs
from app.demo.scenes.stage import Kind, Stage
from app.demo.scenes.waste import CARTON, SCRAPS, mound

NET: Rgb = (58, 142, 84)
BRICK: Rgb = (168, 78, 58)


def fence(stage: Stage, dz: float, hurt: bool) -> None:
    """Steel hoarding across the picture; `hurt` leaves gaps and leaning sheets."""
    rng = stage.rng
    for panel in range(9):
        x = -5.4 + panel * 1.2
        board = stage.board(x, dz)
        lean = rng.uniform(0.25, 0.6) if hurt and panel in {3, 5} else 0.0
        if hurt and panel == 4:
            board.poly([(0, 0.02), (1.3, -0.3), (1.5, -0.05), (0.2, 0.3)], (40, 110, 150))
            continue
        body = (44, 118, 160) if panel % 2 else (52, 130, 172)
        board.poly(
            [(0, 0), (1.18, 0), (1.18 + lean, 2.1 - lean * 0.3), (lean, 2.1 - lean * 0.3)], body
        )
        for rib in range(1, 6):
            board.line(
                [(rib * 0.2, 0), (rib * 0.2 + lean, 2.1 - lean * 0.3)], 0.02, shade(body, 0.8)
            )
        board.poly(
            [
                (lean, 1.85),
                (1.18 + lean, 1.85),
                (1.18 + lean, 2.1 - lean * 0.3),
                (lean, 2.1 - lean * 0.3),
            ],
            (240, 240, 236),
        )
    if not hurt:
        write(stage.board(0, dz), "安全施工", 0, 1.2, 0.5, (250, 250, 246))


def crane(stage: Stage) -> None:
    """A tower crane and a raw building beyond the fence."""
    board = stage.board(1.5, 22)
    board.rect(-14, 0, -2, 13, (176, 170, 160))
    for floor in range(4):
        for bay in range(5):
            board.rect(
                -13.5 + bay * 2.3, 1 + floor * 3, -12 + bay * 2.3, 2.8 + floor * 3, (92, 90, 88)
            )
    amber = (226, 170, 40)
    for step in range(16):
        board.line([(3, step), (3.7, step + 1)], 0.12, amber)
        board.line([(3.7, step), (3, step + 1)], 0.12, amber)
    board.line([(3, 0), (3, 16)], 0.15, amber)
    board.line([(3.7, 0), (3.7, 16)], 0.15, amber)
    board.line([(-8, 15.2), (8, 15.2)], 0.3, amber)


def dust(stage: Stage) -> None:
    """Bare soil and dust at a site; covered with nets afterwards."""
    rng = stage.rng
    crane(stage)
    fence(stage, 2.4, hurt=False)
    inner = Stage(stage.pen, stage.place, stage.weather, rng, False, stage.x, stage.z + 0.4)
    if stage.fixed:
        mound(inner, 2.3, 1.1, NET)
        for row in range(6):
            inner.board(0, -0.4).line(
                [(-1.9 + row * 0.1, 0.12 + row * 0.14), (1.9 - row * 0.3, 0.16 + row * 0.15)],
                0.014,
                shade(NET, 1.3),
            )
        stage.clean(2.2)
        return
    patch(stage.pen, rng, ragged(rng, stage.x, stage.z, 2.6, 1.0), stage.surface, (170, 144, 108))
    mound(inner, 2.3, 1.1, (160, 130, 94))
    for dx, size in ((-1.6, 1.7), (0.2, 2.0), (1.3, 1.6)):
        stage.smoke(dx, 0.3, size, (196, 176, 144), 24)


def hoarding(stage: Stage) -> None:
    """A site fence with gaps; whole afterwards."""
    crane(stage)
    if not stage.fixed:
        inner = Stage(
            stage.pen, stage.place, stage.weather, stage.rng, False, stage.x, stage.z + 2.2
        )
        mound(inner, 1.8, 1.0, (150, 122, 90))
    fence(stage, 1.0, hurt=not stage.fixed)
    if not stage.fixed:
        stage.litter(30, 2.0, 0.6, (*SCRAPS, (150, 130, 104)))


def materials(stage: Stage) -> None:
    """Bricks, timber, sacks and cartons on the pavement."""
    rng = stage.rng
    if stage.fixed:
        stage.clean(1.9)
        return
    stage.shadow(0, 0, 2.1, 0.7)
    timber = stage.board(-0.2, 0.5)
    for row in range(5):
        for plank in range(3):
            timber.box(
                -0.2 + plank * 0.05, row * 0.13, 2.1, 0.11, 0.1, vary(rng, (190, 148, 96), 0.12)
            )
    bricks = stage.board(-1.9, -0.1)
    for row in range(8):
        for place in range(6 if row < 6 else 3):
            left = place * 0.25 + (0.12 if row % 2 else 0)
            bricks.rect(left, row * 0.11, left + 0.235, row * 0.11 + 0.098, vary(rng, BRICK, 0.16))
    sacks = stage.board(0.55, -0.2)
    for row, count in enumerate((3, 2, 1)):
        for place in range(count):
            sacks.blob(
                rng,
                0.1 + place * 0.5 + row * 0.25,
                0.13 + row * 0.22,
                0.29,
                0.14,
                (196, 188, 170),
                0.06,
            )
    for dx, lift in ((-0.55, 0.0), (-0.5, 0.36)):
        stage.board(dx, -0.35).box(0, lift, 0.5, 0.34, 0.16, vary(rng, CARTON, 0.1))
    stage.litter(40, 2.0, 0.7, (BRICK, (190, 150, 100), (214, 206, 190)))


def dead_tree(stage: Stage) -> None:
    """A dead street tree with a bough down; a young one in its place afterwards."""
    rng = stage.rng
    stage.slab(-0.7, -0.5, 0.7, 0.5, (108, 86, 62))
    stage.shadow(0, 0, 0.9, 0.35)
    if stage.fixed:
        season = "leaf" if stage.weather.season == "leaf" else "autumn"
        tree(stage.pen, rng, stage.x, stage.z, 4.2, season)
        for x in (-0.8, 0.8):
            stage.board(0, -0.1).line([(x, 0), (0, 1.5)], 0.06, (176, 140, 92))
        return
    grey = (122, 108, 94)
    board = stage.board()
    board.poly([(-0.16, 0), (0.16, 0), (0.5, 2.0), (0.32, 2.05)], grey)
    board.poly([(0.02, 0), (0.16, 0), (0.5, 2.0), (0.43, 2.0)], shade(grey, 0.7))
    twigs(board, rng, 0.4, 1.95, 0.85, 72, 5, grey)
    board.poly([(0.02, 1.0), (-0.3, 1.35), (-0.22, 1.42), (0.12, 1.2)], shade(grey, 0.9))
    board.poly([(-0.3, 1.35), (-0.4, 1.5), (-0.22, 1.42)], (206, 176, 130))
    bough = stage.board(-1.9, -0.45)
    bough.line([(0, 0.1), (0.9, 0.22), (2.1, 0.12)], 0.12, BARK)
    for x in (0.3, 0.8, 1.3):
        twigs(bough, rng, x, 0.15, 0.34, rng.uniform(40, 150), 4, BARK)
    stage.litter(50, 1.8, 0.7, ((150, 112, 60), (120, 92, 60)))


def sick_tree(stage: Stage) -> None:
    """A tree with thin, brown leaves; green and full afterwards."""
    rng = stage.rng
    stage.slab(-0.7, -0.5, 0.7, 0.5, (108, 86, 62))
    stage.shadow(0, 0, 1.2, 0.45)
    if stage.fixed:
        tree(stage.pen, rng, stage.x, stage.z, 4.4, "leaf")
        stage.slab(-0.6, -0.4, 0.6, 0.4, alpha((60, 90, 60), 60))
        return
    board = stage.board()
    board.poly([(-0.11, 0), (0.11, 0), (0.06, 2.4), (-0.06, 2.4)], BARK)
    twigs(board, rng, 0, 2.0, 0.8, 90, 5)
    sparse = ((166, 130, 60), (140, 100, 54), (190, 170, 90), (120, 128, 60))
    for _ in range(150):
        dx, dy = rng.uniform(-1.2, 1.2), rng.uniform(2.1, 4.2)
        board.oval(dx, dy, 0.07, 0.055, vary(rng, rng.choice(sparse), 0.2))
    for _ in range(26):
        board.oval(rng.uniform(-0.08, 0.08), rng.uniform(0.2, 1.9), 0.03, 0.05, (232, 226, 206))
    stage.litter(120, 1.6, 0.8, sparse)


KINDS: dict[str, Kind] = {
    "dust": Kind(dust, ("site",), 6.2, 9.0),
    "hoarding": Kind(hoarding, ("site",), 6.2, 9.0),
    "materials": Kind(materials, ("pavement",), 2.5, 1.4),
    "deadtree": Kind(dead_tree, ("pavement",), 2.3, 5.0),
    "sicktree": Kind(sick_tree, ("pavement", "grass"), 2.0, 5.0),
}
