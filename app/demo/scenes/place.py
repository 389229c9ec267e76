"""One street corner, the same for every picture of its seed."""

import random
from dataclasses import dataclass

from app.demo.chance import chance
from app.demo.scenes.brush import View
from app.demo.scenes.colour import Rgb

FOCAL = 1000.0  # pixels, for a picture 1280 wide: about a phone's main camera
WIDTH, HEIGHT = 1280, 960
WALLS = frozenset({"wall", "gable"})  # the problem hangs on the house itself
ALONG = 0.6  # share of pictures that look down the street
CARS: tuple[Rgb, ...] = (
    (206, 208, 210),
    (42, 44, 48),
    (140, 22, 26),
    (36, 58, 98),
    (228, 228, 224),
    (120, 124, 128),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where things lie, in metres: the problem stands at (0, 0, `spot`)."""

    seed: str
    focus: str  # a key of _ACROSS: what the problem lies on or hangs on
    along: bool  # looking down the street, or across it to the houses
    mirror: int  # -1 puts the houses on the other side
    wall: float  # across: distance to the houses; along: their distance to the left
    kerb: float  # across: distance of the kerb; along: its place to the right
    spot: float
    paving: Rgb
    asphalt: Rgb

    def rng(self, *words: object) -> random.Random:
        """Chance of its own for one part of the place."""
        return chance(self.seed, *words)


_ACROSS = {
    # focus: (nearest and farthest wall, nearest and farthest kerb, problem)
    "pavement": ((8.0, 11.0), (2.6, 3.5), 4.9),
    "road": ((11.5, 15.0), (7.6, 9.0), 4.8),
    "wall": ((5.6, 6.3), (0.5, 0.6), 5.5),
    "grass": ((14.0, 18.0), (1.8, 2.4), 5.0),
    "river": ((24.0, 30.0), (1.6, 2.0), 5.4),
    "gable": ((6.0, 6.8), (0.5, 0.6), 5.5),
    "site": ((28.0, 34.0), (2.6, 3.4), 5.0),
    "kerb": ((9.5, 12.5), (4.5, 5.0), 5.2),
}


def place_of(seed: object, focus: str) -> Place:
    """The street corner of a seed for a problem lying on `focus` (`…_across`: facing houses)."""
    rng = chance("place", seed, focus)
    focus, _, across = focus.partition("_")
    along = focus in {"pavement", "road"} and rng.random() < ALONG and not across
    walls, kerbs, spot = _ACROSS[focus]
    wall, kerb = rng.uniform(*walls), rng.uniform(*kerbs)
    if along:
        wall = rng.uniform(3.6, 5.2) if focus == "pavement" else rng.uniform(6.5, 8.5)
        kerb = rng.uniform(2.0, 2.8) if focus == "pavement" else rng.uniform(-3.6, -2.9)
    return Place(
        seed=str(seed),
        focus=focus,
        along=along,
        mirror=rng.choice((-1, 1)),
        wall=wall,
        kerb=kerb,
        spot=spot,
        paving=rng.choice(((176, 166, 152), (166, 166, 164), (178, 150, 132), (152, 156, 154))),
        asphalt=rng.choice(((104, 104, 106), (92, 94, 98), (116, 114, 110))),
    )


def view_of(place: Place, phase: str, close: bool, shot: random.Random) -> View:
    """How the phone is held: another hand and another minute in every picture."""
    home = chance("stance", place.seed)
    centre = 640 + home.uniform(-60, 60)
    horizon = 392 + home.uniform(-26, 26)
    side = home.uniform(-0.25, 0.25)
    focal = FOCAL * home.uniform(0.96, 1.06)
    if place.along:
        centre += place.mirror * home.uniform(60, 200)
        side += (centre - 640) / focal * place.spot
    if phase == "after":
        centre += shot.choice((-1, 1)) * shot.uniform(14, 40)
        horizon += shot.uniform(-26, 22)
        side += shot.uniform(-0.16, 0.16)
        focal *= shot.uniform(0.95, 1.05)
    if close:
        focal *= 1.45
        horizon -= 60 if place.focus in WALLS else 250
    return View(focal, centre, horizon, 1.6 + shot.uniform(-0.08, 0.08), side)
